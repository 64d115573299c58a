# SPDX-License-Identifier: EUPL-1.2
"""Requests gathered in one transaction: what becomes of a request whose first attempt died, nobody knows where."""

from collections.abc import Sequence

import pytest

from shared.db.raccolta import Raccoglitore
from shared.web.idempotenza import RichiestaInCorso


def _raccoglitore(*esiti: str | Exception) -> Raccoglitore[str, str]:
    """Answer each attempt in turn; a lost connection is raised, not answered."""
    attesi = iter(esiti)

    async def esegui(richieste: Sequence[str]) -> list[str | Exception]:
        esito = next(attesi)
        if isinstance(esito, ConnectionError):
            raise esito
        return [esito for _ in richieste]

    return Raccoglitore(esegui)


class TestConnessionePersa:
    async def test_is_waited_for_while_the_dying_transaction_holds_the_key(self) -> None:
        in_corso = RichiestaInCorso("in corso")

        assert await _raccoglitore(ConnectionResetError(), in_corso, in_corso, "fatta").chiedi("una") == "fatta"

    async def test_is_tried_again_once(self) -> None:
        with pytest.raises(ConnectionResetError):
            await _raccoglitore(ConnectionResetError(), ConnectionResetError(), "mai").chiedi("una")


async def test_a_key_held_by_another_request_is_told_at_once() -> None:
    with pytest.raises(RichiestaInCorso):
        await _raccoglitore(RichiestaInCorso("in corso"), "mai").chiedi("una")
