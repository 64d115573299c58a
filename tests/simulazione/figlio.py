# SPDX-License-Identifier: EUPL-1.2
"""Runs live in a child process: it changes itself for good, and its dead coroutines end with it."""

import json
import os
import select
import signal
import traceback
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import IO

from tests.simulazione.corsa import Impianto, Opzioni, Verdetto

_SILENZIO_SECONDS = 240.0
# A child keeps the coroutines of its dead: after so many seeds another one takes its place.
SEMI_PER_FIGLIO = 200


class FiglioCaduto(Exception):
    """The child process ended, or stood still, without a verdict."""


def esegui(opzioni: Sequence[Opzioni], *, posto: str = "", fermati: bool = False) -> Iterator[Verdetto]:
    """Live the runs in one child, in order; `fermati` at the first violation. All have the same planted bug.

    `posto` keeps apart the databases of children that work side by side.
    """
    leggi, scrivi = os.pipe()
    pid = os.fork()  # the parent has everything imported: a child costs a moment
    if pid == 0:
        os.close(leggi)
        _vivi(opzioni, scrivi, posto)
    os.close(scrivi)
    try:
        with os.fdopen(leggi, encoding="utf-8") as letti:
            for riga in _righe(letti):
                verdetto = Verdetto(**json.loads(riga))
                yield verdetto
                if fermati and verdetto.violazioni:
                    return
    finally:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)


def _righe(letti: IO[str]) -> Iterator[str]:
    while True:
        if not select.select([letti], [], [], _SILENZIO_SECONDS)[0]:
            raise FiglioCaduto(f"nessun verdetto in {_SILENZIO_SECONDS:.0f} secondi")
        riga = letti.readline()
        if riga.startswith("{"):
            yield riga
        elif riga.strip() == "FINE":
            return
        else:
            raise FiglioCaduto(riga + letti.read())


def _vivi(opzioni: Sequence[Opzioni], scrivi: int, posto: str) -> None:
    with os.fdopen(scrivi, "w", encoding="utf-8") as scritti:
        try:
            os.environ["PYTEST_XDIST_WORKER"] = os.environ.get("PYTEST_XDIST_WORKER", "solo") + posto
            impianto = Impianto(opzioni[0].difetto)
            for una in opzioni:
                scritti.write(json.dumps(asdict(impianto.corri(una))) + "\n")
                scritti.flush()
            scritti.write("FINE\n")
        except BaseException:
            scritti.write(traceback.format_exc())
        scritti.flush()
        os._exit(0)  # nothing here must be tidied up
