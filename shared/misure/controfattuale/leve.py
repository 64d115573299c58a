# SPDX-License-Identifier: EUPL-1.2
"""Which facts a counterfactual may touch, one at a time: what can truly change, never who a person is or was."""

from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import cache
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from shared.kernel.mese import Mese, Periodo
from shared.misure.nucleo import ClasseGiudiziaria, Fatti, MisuraGiudiziaria

Passo = str | int
# Birth, health, family, the past, and what only describes another fact.
_FERMI = frozenset(
    "codice_fiscale data_nascita richiedente presentata_il stato scala scala_ordinaria anno_redditi numero completa "
    "indicatore disabile disabile_grave disabile_dal responsabilita_genitoriale carichi_di_cura studente "
    "pensione_diretta disabile_l68 patologia_oncologica protezione_violenza motivi_di_salute agevolazione_disabili "
    "cilindrata_cc reato_art8 reato_rdc doloso pena_mesi classe tipo causa categoria natura autonomo stagionale "
    "relazione a_carico struttura_pubblica assegno_spettante esclusione rinnovo canone_annuo misure_contro_la_poverta "
    "nucleo_percepisce_adi storico mesi_fruiti mesi_decurtati saldi recuperi inadempienze rifiuti violazioni perdite "
    "affidatario_nel_nucleo scelto coniuge_nel_nucleo genitore_nel_nucleo comune_del_sisma chiamato nel_progetto "
    "sostituisce_servizi giustificato giustificata analisi rata_mutuo_annua residenze_regionali "
    "Isee.trattamenti".split()
)
_TOGLIBILI = frozenset({"veicoli", "sfl_accolti", "misure_giudiziarie", "sostegni", "trattamenti"})
# Whoever resides in Italy, or works, is not asked to stop.
_SOLO_SI = frozenset({"residente_in_italia", "occupato"})
# Days that are missing because something is still to be done.
_DA_FARE = frozenset({"did_il", "pad_il", "psp_il", "firmato_il", "certificata_il", "comunicato_il"})
_IN_CORSO = (ClasseGiudiziaria.MISURA_CAUTELARE, ClasseGiudiziaria.MISURA_PREVENZIONE)


@dataclass(frozen=True, slots=True)
class Leva:
    """One fact that may change: where it is, what it is today, what it might be.

    `valori` are the other values of a choice; without them the fact is a number, which may go down.
    """

    percorso: tuple[Passo, ...]
    tipo: str
    oggi: Any
    valori: tuple[Any, ...] = ()
    toglie: bool = False

    @property
    def campo(self) -> str:
        """The name of the fact."""
        return next(str(passo) for passo in reversed(self.percorso) if isinstance(passo, str))

    @property
    def fatto(self) -> str:
        """Where the fact is, in the words of the input of a simulation."""
        return ".".join(str(passo) for passo in self.percorso)

    def applica(self, fatti: Fatti, valore: Any) -> Fatti:
        """Give the facts with this one changed."""
        cambiati: Fatti = _metti(fatti, self.percorso, valore, toglie=self.toglie)
        return cambiati


def leve(fatti: Fatti, *, al: date) -> tuple[Leva, ...]:
    """Find the facts that may change."""
    return tuple(_esplora(fatti, (), al))


def _esplora(dato: Any, percorso: tuple[Passo, ...], al: date) -> Iterator[Leva]:
    tipo: Any = type(dato)
    for nome, annotazione in _campi(tipo):
        if not _FERMI.isdisjoint((nome, f"{tipo.__name__}.{nome}")):
            continue
        qui = (*percorso, nome)
        valore = getattr(dato, nome)
        if isinstance(valore, tuple):
            yield from _elenco(valore, qui, al)
        elif isinstance(valore, Mese | Periodo):
            continue
        elif is_dataclass(valore) and not isinstance(valore, type):
            yield from _esplora(valore, qui, al)
        else:
            yield from _foglia(tipo.__name__, qui, annotazione, valore, al)


def _elenco(valori: tuple[Any, ...], percorso: tuple[Passo, ...], al: date) -> Iterator[Leva]:
    for posizione, elemento in enumerate(valori):
        qui = (*percorso, posizione)
        if percorso[-1] in _TOGLIBILI and _si_toglie(elemento):
            yield Leva(qui, type(elemento).__name__, elemento, (None,), toglie=True)
        if is_dataclass(elemento) and not isinstance(elemento, Mese | Periodo):
            yield from _esplora(elemento, qui, al)


def _si_toglie(elemento: object) -> bool:
    return not isinstance(elemento, MisuraGiudiziaria) or elemento.classe in _IN_CORSO


def _foglia(tipo: str, percorso: tuple[Passo, ...], annotazione: Any, valore: Any, al: date) -> Iterator[Leva]:
    if isinstance(annotazione, type) and issubclass(annotazione, StrEnum):
        yield Leva(percorso, tipo, valore, tuple(v for v in annotazione if v is not valore))
    elif annotazione is bool:
        risposte = (True,) if percorso[-1] in _SOLO_SI else (True, False)
        if altre := tuple(v for v in risposte if v is not valore):
            yield Leva(percorso, tipo, valore, altre)
    elif (annotazione is Decimal and valore) or (annotazione is int and percorso[0] == "propri"):
        yield Leva(percorso, tipo, valore)
    elif percorso[-1] in _DA_FARE and valore is None:
        yield Leva(percorso, tipo, valore, (al,))


@cache
def _campi(tipo: Any) -> tuple[tuple[str, Any], ...]:
    """Give the fields of a kind of fact with their types, null apart."""
    annotazioni = get_type_hints(tipo)
    return tuple((f.name, _senza_null(annotazioni[f.name])) for f in fields(tipo))


def _senza_null(annotazione: Any) -> Any:
    if get_origin(annotazione) in (Union, UnionType):
        return next(a for a in get_args(annotazione) if a is not NoneType)
    return annotazione


def _metti(dato: Any, percorso: tuple[Passo, ...], valore: Any, *, toglie: bool) -> Any:
    """Rebuild the facts with one value in its place."""
    if not percorso:
        return valore
    passo, resto = percorso[0], percorso[1:]
    if isinstance(passo, str):
        return replace(dato, **{passo: _metti(getattr(dato, passo), resto, valore, toglie=toglie)})
    if toglie and not resto:
        return dato[:passo] + dato[passo + 1 :]
    return (*dato[:passo], _metti(dato[passo], resto, valore, toglie=toglie), *dato[passo + 1 :])
