# SPDX-License-Identifier: EUPL-1.2
"""The known flaws of what the image contains: pip-audit against OSV, with dated deroghe.

An audit that did not happen is never a success. The service may be out of reach, a package may be skipped, or
something in between may answer that nothing is known: so together with ours a package is asked for that is known to
be vulnerable, and an answer that does not say so is not believed.
"""

import json
import os
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

DEROGHE = Path(__file__).with_name("deroghe.toml")
OSV = "https://api.osv.dev/v1/query"
DURATA_MASSIMA = timedelta(days=184)
TEMPO_MASSIMO_SECONDS = 600
# Vulnerable for ever, used by nobody here; its hash is not looked at, for nothing is installed.
SPIA = ("django", "2.0")
_RIGA_SPIA = f"\n{SPIA[0]}=={SPIA[1]} --hash=sha256:{'0' * 64}\n"


class NonVerificato(Exception):
    """The audit did not take place, or not for everything: nothing can be said."""


@dataclass(frozen=True, slots=True)
class Deroga:
    """A flaw that is accepted for a while."""

    id: str
    pacchetto: str
    motivo: str
    concessa: date
    scade: date


@dataclass(frozen=True, slots=True)
class Falla:
    """A known flaw of a package; `nomi` are its identifiers, in every catalogue."""

    pacchetto: str
    versione: str
    nomi: tuple[str, ...]
    corretta_in: tuple[str, ...]

    def __str__(self) -> str:
        rimedio = (
            f": corretta in {', '.join(self.corretta_in)}" if self.corretta_in else ": nessuna versione la corregge"
        )
        return f"{self.pacchetto} {self.versione} ha {' = '.join(self.nomi)}{rimedio}"


def leggi_deroghe(percorso: Path = DEROGHE) -> list[Deroga]:
    """Read the deroghe.

    :raises TypeError: if a field is missing or unknown.
    """
    return [Deroga(**riga) for riga in tomllib.loads(percorso.read_text(encoding="utf-8"))["deroga"]]


def cerca_falle(blocco: Path, *, osv: str | None = None) -> list[Falla]:
    """Ask the service for the known flaws of everything that a lock pins.

    :raises NonVerificato: if it does not answer, not for all, or not for the package that is known to be vulnerable.
    """
    with tempfile.TemporaryDirectory(prefix="inclusione-filiera-") as cartella:
        richieste = Path(cartella) / "richieste.txt"
        richieste.write_text(blocco.read_text(encoding="utf-8") + _RIGA_SPIA, encoding="utf-8")
        esito = _pip_audit(richieste, Path(cartella) / "cache", osv or os.environ.get("FILIERA_OSV_URL", OSV))
    falle = _leggi_esito(esito)
    if not any(f.pacchetto == SPIA[0] for f in falle):
        raise NonVerificato(
            f"il servizio non conosce le falle di {' '.join(SPIA)}, che ne ha: non è un catalogo completo"
        )
    return [f for f in falle if f.pacchetto != SPIA[0]]


def _pip_audit(richieste: Path, cache: Path, osv: str) -> "subprocess.CompletedProcess[str]":
    comando = (
        sys.executable, "-m", "pip_audit", "--requirement", str(richieste), "--no-deps", "--disable-pip", "--format", "json",
        "--progress-spinner", "off", "--vulnerability-service", "osv", "--osv-url", osv, "--cache-dir", str(cache),
    )  # fmt: skip
    try:
        return subprocess.run(comando, capture_output=True, text=True, check=False, timeout=TEMPO_MASSIMO_SECONDS)
    except subprocess.TimeoutExpired:
        raise NonVerificato(f"nessuna risposta entro {TEMPO_MASSIMO_SECONDS} secondi") from None


def _leggi_esito(esito: "subprocess.CompletedProcess[str]") -> list[Falla]:
    try:
        pacchetti: list[dict[str, Any]] = json.loads(esito.stdout)["dependencies"]
    except (ValueError, KeyError):
        ultima = next(iter(esito.stderr.strip().splitlines()[::-1]), "nessun messaggio")
        raise NonVerificato(f"pip-audit non ha risposto: {ultima[:200]}") from None
    if saltati := [f"{p['name']} ({p['skip_reason']})" for p in pacchetti if "skip_reason" in p]:
        raise NonVerificato("non esaminati: " + ", ".join(saltati))
    return [
        Falla(p["name"], p["version"], (v["id"], *v["aliases"]), tuple(v["fix_versions"]))
        for p in pacchetti
        for v in p["vulns"]
    ]


def giudica(falle: Sequence[Falla], deroghe: Sequence[Deroga], *, oggi: date) -> list[str]:
    """Say what does not pass: flaws without a deroga, and deroghe that are expired, too long, without reason, unused."""
    scoperte = [str(f) for f in falle if not any(_copre(d, f) and d.scade >= oggi for d in deroghe)]
    return scoperte + [
        f"deroga {d.id} per {d.pacchetto}: {difetto}"
        for d in deroghe
        if (difetto := _difetto(d, inutile=not any(_copre(d, f) for f in falle), oggi=oggi))
    ]


def _copre(deroga: Deroga, falla: Falla) -> bool:
    return deroga.pacchetto == falla.pacchetto and deroga.id in falla.nomi


def _difetto(deroga: Deroga, *, inutile: bool, oggi: date) -> str:
    if not deroga.motivo.strip():
        return "manca il motivo"
    if deroga.scade < oggi:
        return f"scaduta il {deroga.scade}"
    if deroga.scade - deroga.concessa > DURATA_MASSIMA:
        return f"dura più di {DURATA_MASSIMA.days} giorni"
    return "non serve più: va tolta" if inutile else ""
