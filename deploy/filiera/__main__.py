# SPDX-License-Identifier: EUPL-1.2
"""Check the supply chain: `python -m deploy.filiera [blocchi licenze distinta vulnerabilita]`; without names, all four.

With `--scrivi` docs/licenze.md is written, else compared.
Exit codes: 0 all well, 1 something does not pass, 3 the audit of the known flaws could not be done.
"""

import argparse
from collections.abc import Callable
from datetime import UTC, datetime

from rich.console import Console

from deploy.filiera import blocchi, distinta, licenze, vulnerabilita
from deploy.filiera.vulnerabilita import NonVerificato
from shared.kernel.calendario import giorno_legale

BOCCIATO, NON_VERIFICATO = 1, 3


def _licenze(*, scrivi: bool) -> list[str]:
    if difetti := licenze.difetti(blocchi.leggi(blocchi.SVILUPPO), licenze.Tabella.nostra()):
        return difetti
    documento = licenze.documento()
    if scrivi:
        licenze.USCITA.write_text(documento, encoding="utf-8")
    aggiornato = licenze.USCITA.exists() and licenze.USCITA.read_text(encoding="utf-8") == documento
    return [] if aggiornato else [f"docs/{licenze.USCITA.name} non è aggiornato: make filiera"]


def _blocchi(**_: bool) -> list[str]:
    return blocchi.scostamenti()


def _distinta(**_: bool) -> list[str]:
    scritta = distinta.componi(blocchi.leggi(blocchi.ESERCIZIO))
    distinta.scrivi(scritta)
    return distinta.difetti(scritta)


def _vulnerabilita(**_: bool) -> list[str]:
    oggi = giorno_legale(datetime.now(UTC))
    falle = vulnerabilita.cerca_falle(blocchi.ESERCIZIO)
    return vulnerabilita.giudica(falle, vulnerabilita.leggi_deroghe(), oggi=oggi)


CONTROLLI: dict[str, tuple[str, Callable[..., list[str]]]] = {
    "blocchi": ("versioni e impronte", _blocchi),
    "licenze": ("licenze compatibili con EUPL-1.2, in docs/licenze.md", _licenze),
    "distinta": ("distinta CycloneDX, in build/sbom.cdx.json", _distinta),
    "vulnerabilita": ("falle note, con le deroghe", _vulnerabilita),
}


def esegui(nomi: list[str], console: Console, *, scrivi: bool = False) -> int:
    """Run the checks, say how each ended, give the exit code."""
    codici = [_controlla(*CONTROLLI[nome], console, scrivi=scrivi) for nome in nomi]
    return BOCCIATO if BOCCIATO in codici else max(codici)


def _controlla(titolo: str, controllo: Callable[..., list[str]], console: Console, *, scrivi: bool) -> int:
    try:
        difetti = controllo(scrivi=scrivi)
    except NonVerificato as motivo:
        console.print(f"NON VERIFICATO  {titolo}: {motivo}", highlight=False, markup=False)
        return NON_VERIFICATO
    console.print(f"{'BOCCIATO' if difetti else 'a posto':14}  {titolo}", highlight=False)
    for difetto in difetti:
        console.print(f"                {difetto}", highlight=False, markup=False)
    return BOCCIATO if difetti else 0


def main() -> int:
    """Read the names of the checks and run them."""
    lettore = argparse.ArgumentParser(prog="python -m deploy.filiera", description="Controlla la filiera del software")
    lettore.add_argument("nomi", nargs="*", metavar="controllo", help="Tra: " + ", ".join(CONTROLLI) + "; senza, tutti")
    lettore.add_argument("--scrivi", action="store_true", help="Scrive docs/licenze.md invece di confrontarlo")
    opzioni = lettore.parse_args()
    if sconosciuti := set(opzioni.nomi) - set(CONTROLLI):
        lettore.error(f"controlli sconosciuti: {', '.join(sorted(sconosciuti))}")
    return esegui(opzioni.nomi or list(CONTROLLI), Console(), scrivi=opzioni.scrivi)


if __name__ == "__main__":
    raise SystemExit(main())
