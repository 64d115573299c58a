# SPDX-License-Identifier: EUPL-1.2
"""A connection that dies in silence ends what waits on it with a cancellation that nobody has asked for."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def solo_se_chiesto() -> Iterator[None]:
    """Let a cancellation pass only if it was asked of this task; the driver's own is a lost connection.

    Taken for ours, it would end the loop that publishes, for ever and without a word.

    :raises ConnectionResetError: in the place of the driver's cancellation.
    """
    try:
        yield
    except asyncio.CancelledError:
        compito = asyncio.current_task()
        if compito is not None and compito.cancelling():
            raise
        raise ConnectionResetError("Il collegamento con il bus è caduto") from None
