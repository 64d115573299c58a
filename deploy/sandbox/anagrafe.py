# SPDX-License-Identifier: EUPL-1.2
"""Making an invented person: name, day of birth that keeps the age class for the whole demo, valid codice fiscale."""

import tomllib
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from codicefiscale import codicefiscale
from stdnum import luhn
from stdnum.it import codicefiscale as controllo

from deploy.sandbox.dado import Dado
from deploy.sandbox.modello import Comune, StatoEstero
from deploy.sandbox.spec import DATI
from shared.kernel.mese import anni_compiuti

GIORNO_DEMO = date(2025, 3, 3)
_FINE_DEMO = date(2026, 12, 31)
_SOGLIE_ETA = (3, 18, 60, 67)
_CIFRE = "LMNPQRSTUV"
_MESI = "ABCDEHLMPRST"
_POSIZIONI_OMOCODIA = (14, 13, 12, 10, 9, 7, 6)


@lru_cache(maxsize=1)
def comuni() -> dict[str, Comune]:
    """Read the Comuni, by Belfiore code."""
    return {r["belfiore"]: Comune(**{**r, "strade": tuple(r["strade"])}) for r in _luoghi()["comune"]}


@lru_cache(maxsize=1)
def stati() -> dict[str, StatoEstero]:
    """Read the states, by ISO code."""
    return {r["iso"]: StatoEstero(**r) for r in _luoghi()["stato"]}


@lru_cache(maxsize=1)
def _luoghi() -> dict[str, list[dict[str, Any]]]:
    return tomllib.loads((DATI / "luoghi.toml").read_text(encoding="utf-8"))


@lru_cache(maxsize=1)
def _nomi() -> dict[str, dict[str, list[str]]]:
    return tomllib.loads((DATI / "nomi.toml").read_text(encoding="utf-8"))


def cognome(dado: Dado, origine: str) -> str:
    """Draw a surname."""
    return dado.scegli(_nomi()[origine]["cognomi"])


def nome(dado: Dado, origine: str, sesso: str) -> str:
    """Draw a given name."""
    return dado.scegli(_nomi()[origine]["maschi" if sesso == "M" else "femmine"])


def data_nascita(dado: Dado, eta: int) -> date:
    """Draw a day of birth for a person of `eta` years on the day of the demo, who changes age class only after it."""
    ultimo = _anni_prima(GIORNO_DEMO, eta)
    giorni = (ultimo - _anni_prima(GIORNO_DEMO, eta + 1)).days
    candidati = [g for n in range(giorni) if _adatto(g := ultimo - timedelta(days=n), eta)]
    if not candidati:
        raise ValueError(f"a {eta} anni si cambia fascia di età durante la demo")
    return dado.scegli(candidati)


def _adatto(giorno: date, eta: int) -> bool:
    alla_fine = anni_compiuti(giorno, _FINE_DEMO)
    cambia = any(eta < soglia <= alla_fine for soglia in _SOGLIE_ETA)
    return anni_compiuti(giorno, GIORNO_DEMO) == eta and not cambia and (giorno.month, giorno.day) != (2, 29)


def _anni_prima(giorno: date, anni: int) -> date:
    return giorno.replace(year=giorno.year - anni)


def codice_fiscale(cognome_: str, nome_: str, sesso: str, nascita: date, luogo: str) -> str:
    """Compute the codice fiscale; `luogo` is a Belfiore code. The library's `encode` gives the same, 20 times slower."""
    giorno = nascita.day + (40 if sesso == "F" else 0)
    nato = f"{nascita.year % 100:02d}{_MESI[nascita.month - 1]}{giorno:02d}{luogo}"
    senza = codicefiscale.encode_lastname(cognome_) + codicefiscale.encode_firstname(nome_) + nato
    return senza + str(controllo.calc_check_digit(senza))


def con_omocodia(codice: str, cifre: int) -> str:
    """Replace the last `cifre` digits by letters, as the Agenzia does when two people would have the same code."""
    lettere = list(codice[:15])
    for posizione in _POSIZIONI_OMOCODIA[:cifre]:
        lettere[posizione] = _CIFRE[int(lettere[posizione])]
    senza = "".join(lettere)
    return senza + str(controllo.calc_check_digit(senza))


def codice_provvisorio(numero: int) -> str:
    """Compute a provisional codice fiscale: 11 digits, the last one a check digit."""
    senza = f"{8_800_000 + numero:07d}091"
    return senza + str(luhn.calc_check_digit(senza))


def iban(numero: int) -> str:
    """Compute a valid Italian IBAN of nobody."""
    conto = f"0542811101{numero:012d}"
    bban = _cin(conto) + conto
    cifre = "".join(str(int(c, 36)) for c in bban + "IT00")
    return f"IT{98 - int(cifre) % 97:02d}{bban}"


def _cin(conto: str) -> str:
    dispari = (1, 0, 5, 7, 9, 13, 15, 17, 19, 21)
    somma = sum(dispari[int(c)] if n % 2 == 0 else int(c) for n, c in enumerate(conto))
    return chr(ord("A") + somma % 26)
