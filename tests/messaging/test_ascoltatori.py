# SPDX-License-Identifier: EUPL-1.2
"""Every event has somebody who listens, or is declared to have nobody: a forgotten handler is not a silence."""

from deploy.locale.asyncapi import documento
from deploy.locale.topologia import code
from shared.messaging.bus import SENZA_ASCOLTATORI


def test_every_event_is_listened_to_or_declared_not_to_be() -> None:
    ascoltati = {tipo for tipi in code().values() for tipo in tipi}

    assert set(documento()["channels"]) - ascoltati == SENZA_ASCOLTATORI


def test_nobody_listens_to_what_does_not_exist() -> None:
    assert {tipo for tipi in code().values() for tipo in tipi} <= set(documento()["channels"])
