# SPDX-License-Identifier: EUPL-1.2
"""The figures of a misura: dated values with their norm beside them, read from `<misura>/parametri.toml`."""

import hashlib
import json
import re
import tomllib
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import TypeVar

from shared.errors import InclusioneError
from shared.misure.comuni.territori import Territorio

Valore = Decimal | int | bool | str
T = TypeVar("T", bound=Valore)
_CARTELLA = Path(__file__).parent
_FILE = "parametri.toml"
_TERRITORI = "territori"
_DEI_TERRITORI = frozenset(t.value.lower() for t in Territorio)
# Which values a Regione may change, more being better for the nucleo, or less; and whether its own are in force.
IN_AUMENTO, IN_DIMINUZIONE = "territorio_in_aumento", "territorio_in_diminuzione"
TERRITORIO_IN_VIGORE = "territorio_in_vigore"
_CHIAVI = frozenset({"dal", "valore", "fonte", "da_verificare", "domanda", "ammessi"})
_CIFRE_VERSIONE = 16


class ParametroMancante(InclusioneError):
    """No value is in force on that day, or nobody has ever written that parametro."""

    tipo = "parametro-mancante"
    titolo = "Parametro della misura mancante"


class ParametriNonValidi(InclusioneError):
    """The file of the parametri cannot be trusted: shape, dates or sources are wrong."""

    tipo = "parametri-non-validi"
    titolo = "Parametri della misura non validi"


@dataclass(frozen=True, slots=True)
class ValoreDatato:
    """A value in force from `dal` until the next one; `domanda` says what must still be verified."""

    dal: date
    valore: Valore
    fonte: str
    domanda: str | None = None
    ammessi: tuple[str, ...] = ()


class Valori:
    """The values in force on one day, read by type: one dictionary each, because the rules ask all the time."""

    __slots__ = ("_datati", "_decimali", "_elenchi", "_interi", "_logici", "_testi")

    def __init__(self, datati: Mapping[str, ValoreDatato]) -> None:
        self._datati = datati
        self._decimali = self._di_tipo(Decimal)
        self._interi = self._di_tipo(int)
        self._logici = self._di_tipo(bool)
        self._testi = self._di_tipo(str)
        self._elenchi: dict[str, frozenset[str]] = {}

    def valore(self, nome: str) -> Valore:
        """Give a value of any type.

        :raises ParametroMancante: if nothing is in force under that name.
        """
        return self._datato(nome).valore

    def decimale(self, nome: str) -> Decimal:
        """Give an amount or a coefficient."""
        try:
            return self._decimali[nome]
        except KeyError:
            raise self._errore(nome) from None

    def intero(self, nome: str) -> int:
        """Give a number of years, months, days, people."""
        try:
            return self._interi[nome]
        except KeyError:
            raise self._errore(nome) from None

    def logico(self, nome: str) -> bool:
        """Give a switch."""
        try:
            return self._logici[nome]
        except KeyError:
            raise self._errore(nome) from None

    def testo(self, nome: str) -> str:
        """Give a choice among the documented ones."""
        try:
            return self._testi[nome]
        except KeyError:
            raise self._errore(nome) from None

    def elenco(self, nome: str) -> frozenset[str]:
        """Give the words of a list written with spaces."""
        if (elenco := self._elenchi.get(nome)) is None:
            elenco = self._elenchi[nome] = frozenset(self.testo(nome).split())
        return elenco

    def fonte(self, nome: str) -> str:
        """Give the norm of the value in force.

        :raises ParametroMancante: if nothing is in force under that name.
        """
        return self._datato(nome).fonte

    def _datato(self, nome: str) -> ValoreDatato:
        try:
            return self._datati[nome]
        except KeyError:
            raise self._errore(nome) from None

    def _di_tipo(self, tipo: type[T]) -> dict[str, T]:
        return {nome: d.valore for nome, d in self._datati.items() if type(d.valore) is tipo}

    def _errore(self, nome: str) -> InclusioneError:
        if nome in self._datati:
            return ParametriNonValidi(f"Il parametro {nome} è di un altro tipo")
        return ParametroMancante(f"Il parametro {nome} non ha un valore in vigore")


class Parametri:
    """The dated values of one misura, with the version that a dossier cites."""

    __slots__ = ("_date", "_fotografie", "_serie", "misura", "versione")
    # Whether who reads is noted: see `annotati`.
    prende_nota = False

    def __init__(self, misura: str, serie: Mapping[str, tuple[ValoreDatato, ...]]) -> None:
        self.misura = misura
        self._serie = dict(sorted(serie.items()))
        self._date = sorted({v.dal for valori in self._serie.values() for v in valori})
        self._fotografie: dict[int, Valori] = {}
        self.versione = _versione(self._serie)

    def al(self, giorno: date) -> Valori:
        """Give all the values in force on a day; days between two changes share the same object."""
        indice = bisect_right(self._date, giorno)
        if (valori := self._fotografie.get(indice)) is None:
            valori = self._fotografie[indice] = Valori(self._in_vigore(giorno))
        return valori

    def valore(self, nome: str, *, al: date) -> Valore:
        """Give the value in force on the day `al`.

        :raises ParametroMancante: if the name is unknown, or the day comes before the first value.
        """
        return self.al(al).valore(nome)

    def chiudi_lettura(self, di: str) -> None:
        """Learn that what was read so far is of one requisito: to these parametri it means nothing."""

    def storia(self, nome: str) -> tuple[ValoreDatato, ...]:
        """Give all the values of a parametro, in order of date.

        :raises ParametroMancante: if the name is unknown.
        """
        if nome not in self._serie:
            raise ParametroMancante(f"Il parametro {nome} non esiste")
        return self._serie[nome]

    @property
    def nomi(self) -> tuple[str, ...]:
        """The names of all the parametri, in alphabetical order."""
        return tuple(self._serie)

    @property
    def da_verificare(self) -> tuple[tuple[str, ValoreDatato], ...]:
        """The values whose source or reading must still be verified, each with its open question."""
        return tuple((nome, v) for nome, valori in self._serie.items() for v in valori if v.domanda is not None)

    def _in_vigore(self, giorno: date) -> dict[str, ValoreDatato]:
        validi = ((nome, [v for v in valori if v.dal <= giorno]) for nome, valori in self._serie.items())
        return {nome: passati[-1] for nome, passati in validi if passati}


def leggi(misura: str, testo: str) -> Parametri:
    """Read the parametri of a misura from the text of a TOML file.

    :raises ParametriNonValidi: if the shape is unknown, a source is missing, dates are repeated or out of order.
    """
    return _componi(misura, _contenuto(misura, testo))


@lru_cache(maxsize=64)
def carica(misura: str) -> Parametri:
    """Load the parametri of a misura from its folder, once.

    :raises ParametroMancante: if the misura has no parametri.
    """
    cartella = _CARTELLA / misura
    if not re.fullmatch("[a-z]+", misura) or not (cartella / _FILE).is_file():
        raise ParametroMancante("La misura non ha parametri")
    return leggi_cartella(misura, cartella)


def leggi_cartella(misura: str, cartella: Path) -> Parametri:
    """Read the parametri of a folder: its own and, in `territori`, a file for each Regione; all are one version.

    :raises ParametriNonValidi: as `leggi`, or if a file is of no Regione.
    """
    contenuto = _contenuto(misura, (cartella / _FILE).read_text(encoding="utf-8"))
    for percorso in sorted((cartella / _TERRITORI).glob("*.toml")):
        if percorso.stem in contenuto:
            raise ParametriNonValidi(f"I parametri di {misura} scrivono due volte quelli di {percorso.stem}")
        contenuto[percorso.stem] = _contenuto(misura, percorso.read_text(encoding="utf-8"))
    return _componi(misura, contenuto)


def _contenuto(misura: str, testo: str) -> dict[str, object]:
    try:
        return tomllib.loads(testo, parse_float=Decimal)
    except tomllib.TOMLDecodeError as errore:
        raise ParametriNonValidi(f"Parametri di {misura} illeggibili: {errore}") from None


def _componi(misura: str, contenuto: Mapping[str, object]) -> Parametri:
    """Read every series; those of a Regione keep its name before theirs: `lazio.isee_max`."""
    serie: dict[str, tuple[ValoreDatato, ...]] = {}
    for nome, righe in contenuto.items():
        if nome in _DEI_TERRITORI and isinstance(righe, dict):
            serie |= {f"{nome}.{proprio}": _serie(f"{nome}.{proprio}", valori) for proprio, valori in righe.items()}
        else:
            serie[nome] = _serie(nome, righe)
    for nome in serie:
        _verifica_territoriale(nome, serie)
    return Parametri(misura, serie)


def _verifica_territoriale(nome: str, serie: Mapping[str, tuple[ValoreDatato, ...]]) -> None:
    """A value of a Regione stands in the place of one that the misura lets it change, of the same type."""
    _, punto, proprio = nome.rpartition(".")
    if not punto:
        return
    elenchi = (v.valore for elenco in (IN_AUMENTO, IN_DIMINUZIONE) for v in serie.get(elenco, ()))
    cambiabili = {TERRITORIO_IN_VIGORE, *(parola for testo in elenchi for parola in str(testo).split())}
    noto = proprio in cambiabili & serie.keys()
    if not noto or type(serie[nome][0].valore) is not type(serie[proprio][0].valore):
        raise ParametriNonValidi(f"Il parametro {nome} non sostituisce un valore che la misura lascia alle Regioni")


def _serie(nome: str, righe: object) -> tuple[ValoreDatato, ...]:
    if not isinstance(righe, list) or not righe:
        raise ParametriNonValidi(f"Il parametro {nome} non è un elenco di valori datati")
    valori = tuple(_valore(nome, riga) for riga in righe)
    date_ = [v.dal for v in valori]
    if date_ != sorted(set(date_)):
        raise ParametriNonValidi(f"Il parametro {nome} ha date ripetute o fuori ordine")
    if len({type(v.valore) for v in valori}) != 1:
        raise ParametriNonValidi(f"Il parametro {nome} ha valori di tipi diversi")
    return valori


def _valore(nome: str, riga: object) -> ValoreDatato:
    if not isinstance(riga, dict) or not {"dal", "valore", "fonte"} <= riga.keys() <= _CHIAVI:
        raise ParametriNonValidi(f"Il parametro {nome} ha una riga di forma sconosciuta")
    dal, valore, fonte = riga["dal"], riga["valore"], riga["fonte"]
    if not isinstance(dal, date) or isinstance(dal, datetime):
        raise ParametriNonValidi(f"Il parametro {nome} ha una data non valida")
    if not isinstance(valore, Decimal | int | str) or (isinstance(valore, Decimal) and not valore.is_finite()):
        raise ParametriNonValidi(f"Il parametro {nome} ha un valore non ammesso")
    if not isinstance(fonte, str) or not fonte.strip():
        raise ParametriNonValidi(f"Il parametro {nome} non cita la fonte")
    return ValoreDatato(dal, valore, fonte, _domanda(nome, riga), _ammessi(nome, riga, valore))


def _domanda(nome: str, riga: Mapping[str, object]) -> str | None:
    da_verificare, domanda = riga.get("da_verificare", False), riga.get("domanda")
    if da_verificare is True and isinstance(domanda, str) and domanda.strip():
        return domanda
    if da_verificare is False and domanda is None:
        return None
    raise ParametriNonValidi(f"Il parametro {nome} deve avere insieme da_verificare e domanda")


def _ammessi(nome: str, riga: Mapping[str, object], valore: Valore) -> tuple[str, ...]:
    ammessi = riga.get("ammessi", [])
    if not isinstance(ammessi, list) or not all(isinstance(a, str) for a in ammessi):
        raise ParametriNonValidi(f"Il parametro {nome} ha un elenco di valori ammessi di forma sconosciuta")
    if ammessi and valore not in ammessi:
        raise ParametriNonValidi(f"Il parametro {nome} ha un valore fuori da quelli ammessi")
    return tuple(ammessi)


def _versione(serie: Mapping[str, tuple[ValoreDatato, ...]]) -> str:
    canonico = {
        nome: [[v.dal.isoformat(), type(v.valore).__name__, str(v.valore), v.fonte, v.domanda] for v in valori]
        for nome, valori in serie.items()
    }
    testo = json.dumps(canonico, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    return hashlib.sha256(testo.encode()).hexdigest()[:_CIFRE_VERSIONE]
