# SPDX-License-Identifier: EUPL-1.2
"""One run by hand: `python -m tests.guasti --seme N --domande 1000 --uccisioni 8`; `--soak` is the long one."""

import argparse
import asyncio
import secrets
import sys
from pathlib import Path

from tests.guasti.impianto import impianto
from tests.guasti.piano import FASI, piano
from tests.guasti.resoconto import Opzioni
from tests.guasti.storia import percorri


def main() -> int:
    """Run and print; 1 if a promise was broken."""
    lettore = argparse.ArgumentParser(
        prog="python -m tests.guasti", description="Uccide i servizi sotto carico e fa i conti"
    )
    lettore.add_argument("--seme", type=int, default=secrets.randbelow(10**6))
    lettore.add_argument("--domande", type=int, default=1000)
    lettore.add_argument("--uccisioni", type=int, default=8, help="in tutto")
    lettore.add_argument("--broker", type=int, default=0, help="volte che RabbitMQ viene ucciso")
    lettore.add_argument("--database", type=int, default=0, help="volte che PostgreSQL viene ucciso")
    lettore.add_argument("--pazienza", type=float, default=40.0, help="secondi senza alcun progresso")
    lettore.add_argument("--registri", type=Path, help="cartella in cui lasciare i registri dei processi")
    lettore.add_argument("--soak", action="store_true", help="10.000 domande, 50 uccisioni per servizio, server uccisi")
    o = lettore.parse_args()
    if o.soak:
        o.domande, o.uccisioni, o.broker, o.database = 10_000, 50 * len(FASI), 2, 1
    opzioni = Opzioni(o.seme, o.domande, pazienza_seconds=o.pazienza)
    with impianto(conserva=o.registri) as servito:
        resoconto = asyncio.run(
            percorri(servito, opzioni, piano(o.seme, o.uccisioni, broker=o.broker, database=o.database))
        )
        print(resoconto.in_testo())  # noqa: T201 - this is what it is run for
    return 1 if resoconto.violazioni else 0


if __name__ == "__main__":
    sys.exit(main())
