# SPDX-License-Identifier: EUPL-1.2
"""The servers of the harness, started once for the tests of this folder."""

from collections.abc import Iterator

import pytest

from tests.guasti.impianto import Impianto, impianto


@pytest.fixture(scope="session")
def servito() -> Iterator[Impianto]:
    """A durable PostgreSQL and a RabbitMQ that may be killed."""
    with impianto() as pronto:
        yield pronto
