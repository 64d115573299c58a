# SPDX-License-Identifier: EUPL-1.2
"""From the input of a simulation to the facts of the rules; and a household as it would have been in other years."""

import types
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import date
from enum import StrEnum
from functools import cache
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

from pydantic import BaseModel

from shared.errors import DatiNonValidi, Difetto
from shared.kernel.mese import MESI_ANNO, Mese, Periodo, aggiungi_mesi
from shared.misure.formato import giorno as scritto
from shared.misure.misura import Misura
from shared.misure.nucleo import Cittadinanza, Componente, Fatti, Indicatore, Isee, Residenza
from shared.misure.parametri import ParametroMancante, carica
from shared.misure.predefinite import presenti
from shared.misure.simulazione.ingresso import Simulato, e_persona, nome_in, sono_persone

T = TypeVar("T")
_ITALIA = "IT"


@dataclass(frozen=True, slots=True)
class _Traduzione:
    """What the translation of one household needs everywhere: the codes of the people, and where it is."""

    codici: tuple[str, ...]
    percorso: str = ""

    def persona(self, posizione: int) -> str:
        """Turn a position into a code.

        :raises DatiNonValidi: if nobody is there.
        """
        if posizione < len(self.codici):
            return self.codici[posizione]
        difetto = Difetto(self.percorso, "nessun componente ha questa posizione", "posizione-inesistente")
        raise DatiNonValidi("Una posizione non corrisponde a nessun componente", (difetto,))

    def rifiuto(self, dettaglio: str) -> DatiNonValidi:
        """Build the refusal of what is here."""
        return DatiNonValidi("Un dato del nucleo non è accettabile", (Difetto(self.percorso, dettaglio),))

    def dentro(self, passo: object) -> "_Traduzione":
        """Go down one step."""
        return replace(self, percorso=f"{self.percorso}/{passo}")


def in_fatti(nucleo: Simulato, *, misura: Misura, al: date, percorso: str = "") -> Fatti:
    """Build the facts of a household for one misura; what was left out is presumed ordinary.

    :raises DatiNonValidi: if a position is nobody's, or the facts contradict one another.
    """
    valori: Any = nucleo
    presentata_il = valori.presentata_il or al
    codici = tuple(f"persona-{posizione:02d}" for posizione in range(len(valori.componenti)))
    t = _Traduzione(codici, percorso)
    componenti = tuple(
        _componente(t.dentro("componenti").dentro(i), c, codici[i], presentata_il, ultimo=max(presentata_il, al))
        for i, c in enumerate(valori.componenti)
    )
    richiedente = componenti[codici.index(t.dentro("richiedente").persona(valori.richiedente))]
    altri = {
        f.name: _valore(t.dentro(f.name), annotazione, getattr(nucleo, f.name), f.name)
        for f, annotazione in _campi(Fatti)
        if f.name not in ("presentata_il", "richiedente", "componenti", "propri", "isee")
    }
    fatti = Fatti(
        presentata_il=presentata_il,
        richiedente=richiedente.codice_fiscale,
        componenti=componenti,
        **(altri | _presunti(nucleo, richiedente, codici)),
        propri=_propri(t, nucleo, misura, presentata_il),
    )
    return _con_isee(t.dentro("isee"), fatti, valori.isee)


def _presunti(nucleo: Simulato, richiedente: Componente, codici: tuple[str, ...]) -> dict[str, Any]:
    """Presume what was not said: an Italian, in Italy from birth, with the whole nucleo in the registry family."""
    presunti = {
        "cittadinanza": Cittadinanza(stato=_ITALIA),
        "residenza": Residenza(periodi=(Periodo(richiedente.data_nascita),)),
        "famiglia_anagrafica": frozenset(codici),
    }
    return {nome: valore for nome, valore in presunti.items() if nome not in nucleo.model_fields_set}


def _componente(t: _Traduzione, c: Any, codice: str, giorno: date, *, ultimo: date) -> Componente:
    """Build one person; who gives an age turned it half a year before.

    :raises DatiNonValidi: if the person is born after the day `ultimo`.
    """
    nascita = c.data_nascita or aggiungi_mesi(giorno, -c.eta * MESI_ANNO - (MESI_ANNO >> 1))
    if nascita > ultimo:
        raise t.dentro("data_nascita").rifiuto("la persona non è ancora nata nel giorno della simulazione")
    altri = {
        f.name: _valore(t.dentro(f.name), annotazione, getattr(c, f.name), f.name)
        for f, annotazione in _campi(Componente)
        if f.name not in ("codice_fiscale", "data_nascita")
    }
    return Componente(codice_fiscale=codice, data_nascita=nascita, **altri)


def _propri(t: _Traduzione, nucleo: Simulato, misura: Misura, giorno: date) -> tuple[object, ...]:
    """Build the facts of one misura only: those given, over the ordinary ones of who presents that domanda."""
    if misura.fatti_propri is None:
        return ()
    campo = misura.codice.lower()
    dati = getattr(nucleo, campo, None)
    base: Any = misura.fatti_presunti(giorno) if misura.fatti_presunti else _ordinari(misura.fatti_propri)
    if dati is None:
        return (base,)
    dati_indicati = {
        f.name: _valore(t.dentro(campo).dentro(f.name), annotazione, getattr(dati, nome_in(f.name)), f.name)
        for f, annotazione in _campi(misura.fatti_propri)
        if nome_in(f.name) in dati.model_fields_set
    }
    return (replace(base, **dati_indicati),)


def _ordinari(tipo: Any) -> Any:
    """Presume that there is nothing in the lists of which nobody has said anything."""
    propri = tipo()
    vuoti = {f.name: raccolta() for f, annotazione in _campi(tipo) if (raccolta := _raccolta(annotazione)) is not None}
    return replace(propri, **{nome: vuoto for nome, vuoto in vuoti.items() if getattr(propri, nome) is None})


def _raccolta(annotazione: Any) -> Any:
    """Give the kind of collection that a fact is, null apart; none if it is not one."""
    return next((r for a in get_args(annotazione) if (r := get_origin(a)) in (tuple, frozenset)), None)


def _con_isee(t: _Traduzione, fatti: Fatti, attestazioni: Any) -> Fatti:
    if attestazioni is None:
        return fatti
    return replace(fatti, isee=tuple(_isee(t.dentro(i), a, fatti) for i, a in enumerate(attestazioni)))


def _isee(t: _Traduzione, a: Any, fatti: Fatti) -> Isee:
    """Build one attestation; the kind that was not said is chosen later, by what the misura accepts."""
    il = a.presentata_il or _dsu(fatti)
    nucleo = presenti(fatti, il)
    dati: dict[str, Any] = {
        f.name: _valore(t.dentro(f.name), annotazione, getattr(a, f.name), f.name) for f, annotazione in _campi(Isee)
    }
    presunti: dict[str, Any] = {
        "indicatore": Indicatore.ORDINARIO,
        "presentata_il": il,
        "valido_al": a.valido_al or _scadenza_dsu(t, il),
        "componenti": frozenset(c.codice_fiscale for c in nucleo),
        "scala": None if a.scala else _scala_base(t, len(nucleo), il),
    }
    return Isee(
        **{nome: presunti[nome] if valore is None and nome in presunti else valore for nome, valore in dati.items()}
    )


def _dsu(fatti: Fatti) -> date:
    """Presume the DSU on the first day of the month of the domanda, if the nucleo was already this one."""
    primo = Mese.di(fatti.presentata_il).primo_giorno
    return primo if presenti(fatti, primo) == presenti(fatti, fatti.presentata_il) else fatti.presentata_il


def _scadenza_dsu(t: _Traduzione, presentata_il: date) -> date:
    """Give the last day of validity of a DSU filed on a day.

    :source: D.P.C.M. 159/2013, art. 10, c. 1; D.Lgs. 147/2017, art. 10, c. 4.
    """
    p = carica("simulazione").al(presentata_il)
    try:
        anno = presentata_il.year + p.intero("dsu_scadenza_anni")
        return date(anno, p.intero("dsu_scadenza_mese"), p.intero("dsu_scadenza_giorno"))
    except ParametroMancante:
        raise t.rifiuto(f"l'ultimo giorno di validità di una D.S.U. del {scritto(presentata_il)} va indicato") from None


def _scala_base(t: _Traduzione, quanti: int, giorno: date) -> Any:
    p = carica("simulazione").al(giorno)
    scritte = sum(nome[-1].isdigit() for nome in carica("simulazione").nomi)
    oltre = max(0, quanti - scritte)
    try:
        return p.decimale(f"isee_scala_{min(quanti, scritte) or 1}") + oltre * p.decimale("isee_scala_oltre")
    except ParametroMancante:
        raise t.rifiuto(f"la scala di equivalenza di una D.S.U. del {scritto(giorno)} va indicata") from None


@cache
def _campi(tipo: Any) -> list[tuple[Any, Any]]:
    annotazioni = get_type_hints(tipo)
    return [(f, annotazioni[f.name]) for f in fields(tipo)]


def _valore(t: _Traduzione, annotazione: Any, valore: Any, campo: str) -> Any:
    """Turn one value of the input into the one of the facts, by the type that the facts declare."""
    if valore is None:
        return None
    if get_origin(annotazione) in (Union, types.UnionType):
        annotazione = next(a for a in get_args(annotazione) if a is not types.NoneType)
    if e_persona(campo):
        return t.persona(valore)
    if sono_persone(annotazione):
        return frozenset(t.dentro(i).persona(p) for i, p in enumerate(valore))
    if raccolta := get_origin(annotazione):
        return raccolta(_valore(t.dentro(i), get_args(annotazione)[0], v, "") for i, v in enumerate(valore))
    if isinstance(annotazione, type) and issubclass(annotazione, StrEnum):
        return annotazione(valore)
    return _dato(t, annotazione, valore) if isinstance(valore, BaseModel) else valore


def _dato(t: _Traduzione, tipo: Any, valore: BaseModel) -> Any:
    return tipo(
        **{
            f.name: _valore(t.dentro(nome_in(f.name)), a, getattr(valore, nome_in(f.name)), f.name)
            for f, a in _campi(tipo)
        }
    )


def sposta(fatto: T, mesi: int) -> T:
    """Move every day and month of the facts: the same household, of the same age, in another time."""
    spostato: Any = fatto
    match fatto:
        case date():
            spostato = aggiungi_mesi(fatto, mesi)
        case Mese():
            spostato = fatto + mesi
        case tuple():
            spostato = tuple(sposta(f, mesi) for f in fatto)
        case _ if is_dataclass(fatto) and not isinstance(fatto, type):
            spostato = replace(fatto, **{f.name: sposta(getattr(fatto, f.name), mesi) for f in fields(fatto)})
    return spostato  # type: ignore[no-any-return]


def indicatori_non_detti(nucleo: Simulato) -> bool:
    """Tell whether some attestation leaves its kind to the misura."""
    dati: Any = nucleo
    return any(a.indicatore is None for a in dati.isee or ())


def con_indicatore(fatti: Fatti, nucleo: Simulato, indicatore: Indicatore) -> Fatti:
    """Give a kind to the attestations that did not say theirs."""
    dati: Any = nucleo
    attestazioni = zip(fatti.isee or (), dati.isee or (), strict=True)
    return replace(fatti, isee=tuple(i if a.indicatore else replace(i, indicatore=indicatore) for i, a in attestazioni))
