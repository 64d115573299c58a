# SPDX-License-Identifier: EUPL-1.2
"""Seeds by hand: `python -m tests.simulazione --seme N` tells one, `--semi 50000 --processi 4` is the long run."""

import argparse
import queue
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

from tests.simulazione.corsa import Opzioni, Verdetto
from tests.simulazione.difetti import DIFETTI
from tests.simulazione.figlio import SEMI_PER_FIGLIO, esegui
from tests.support import sessione


def main() -> int:
    """Run and print; 1 if a promise was broken."""
    lettore = argparse.ArgumentParser(
        prog="python -m tests.simulazione", description="I cinque servizi in tempo virtuale"
    )
    lettore.add_argument("--seme", type=int, help="un solo seme, con la coda della traccia")
    lettore.add_argument("--semi", type=int, default=100, help="quanti semi")
    lettore.add_argument("--da", type=int, default=1, help="primo seme")
    lettore.add_argument("--processi", type=int, default=2)
    lettore.add_argument("--difetto", choices=DIFETTI, default="", help="con un difetto piantato")
    lettore.add_argument("--al-punto", type=int, help="senza altri guasti, una sola morte a questo punto decisivo")
    lettore.add_argument("--righe", type=int, default=60, help="righe della traccia")
    o = lettore.parse_args()
    sessione.apri()
    try:
        if o.seme is not None:
            return _uno(Opzioni(o.seme, al_punto=o.al_punto, difetto=o.difetto), righe=o.righe)
        return _molti(o.da, o.semi, processi=o.processi, difetto=o.difetto)
    finally:
        sessione.chiudi()


def _uno(opzioni: Opzioni, *, righe: int) -> int:
    (verdetto,) = esegui([opzioni])
    print(*verdetto.traccia[len(verdetto.traccia) - righe :], sep="\n")  # noqa: T201 - this is what it is run for
    print(verdetto.in_testo())  # noqa: T201
    return 1 if verdetto.violazioni else 0


def _molti(da: int, quanti: int, *, processi: int, difetto: str) -> int:
    """Share the seeds out among child processes; print every seed that breaks a promise."""
    inizio, fatti, passi, morti, cattivi = time.monotonic(), 0, 0, 0, 0
    for verdetto in _in_parallelo(range(da, da + quanti), processi, difetto):
        fatti, passi, morti = fatti + 1, passi + verdetto.passi, morti + verdetto.morti
        if verdetto.violazioni:
            cattivi += 1
            print(verdetto.in_testo(), flush=True)  # noqa: T201
    print(f"{fatti} semi, {passi} passi, {morti} morti, {cattivi} con violazioni, {time.monotonic() - inizio:.0f} s")  # noqa: T201
    return 1 if cattivi or fatti != quanti else 0


def _in_parallelo(semi: range, processi: int, difetto: str) -> Iterator[Verdetto]:
    """Each place runs one child after another on its own databases."""
    gruppi = iter([semi[n : n + SEMI_PER_FIGLIO] for n in range(0, len(semi), SEMI_PER_FIGLIO)])
    attesi: queue.SimpleQueue[Verdetto | None] = queue.SimpleQueue()

    def posto(numero: int) -> None:
        try:
            for gruppo in gruppi:
                for verdetto in esegui([Opzioni(seme, difetto=difetto) for seme in gruppo], posto=f"p{numero}"):
                    attesi.put(verdetto)
        finally:
            attesi.put(None)

    with ThreadPoolExecutor(processi) as fili:
        for numero in range(processi):
            fili.submit(posto, numero)
        for _ in range(processi):
            yield from iter(attesi.get, None)


if __name__ == "__main__":
    sys.exit(main())
