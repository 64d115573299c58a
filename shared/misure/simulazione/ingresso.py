# SPDX-License-Identifier: EUPL-1.2
"""Input of a simulation: its model is made from the facts themselves, so that a new fact is at once there to fill in.

People are positions in the list of the componenti, from 0: names are not asked, codici fiscali are not used.
"""

import types
from collections.abc import Iterable, Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

from pydantic import AfterValidator, ConfigDict, create_model, model_validator
from pydantic import Field as Campo

from shared.kernel.codice_fiscale import CodiceFiscaleIn
from shared.kernel.importo import Importo, arrotonda
from shared.kernel.mese import Mese
from shared.kernel.severo import Severo
from shared.misure.catalogo import CATALOGO
from shared.misure.descrizioni import TIPI, descrivi
from shared.misure.misura import Misura
from shared.misure.nucleo import ZERO, Componente, Fatti, Isee, Istruzione

T = TypeVar("T", date, Mese)

COMPONENTI_MASSIMI = 20
PERSONE = frozenset({"codice_fiscale", "richiedente"})
_ELENCO_MASSIMO = 50
_INTERO_MASSIMO = 2_147_483_647
_ETA_MASSIMA = 120
# How far a household may be moved in time, towards a day on which a misura is in force.
ANNI_DI_DISTANZA = 30
# A day outside of these is a slip of the pen, and the calendar of the machine ends not much further on.
_PRIMO_ANNO, _ULTIMO_ANNO = 1850, 2150


class Simulato(Severo):
    """Shape of a fact: strict, bounded, silent on what was sent."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True, str_strip_whitespace=True)


def simulabile(giorno: T) -> T:
    """Let through a day, or a month, that somebody may mean.

    :raises ValueError: if it is centuries away.
    """
    anno = giorno.anno if isinstance(giorno, Mese) else giorno.year
    if not _PRIMO_ANNO <= anno <= _ULTIMO_ANNO:
        raise ValueError(f"anno atteso tra {_PRIMO_ANNO} e {_ULTIMO_ANNO}")
    return giorno


GiornoSimulato = Annotated[date, AfterValidator(simulabile)]
# A person, where the facts have a codice fiscale.
Posizione = Annotated[int, Campo(strict=True, ge=0, lt=COMPONENTI_MASSIMI, json_schema_extra={"format": "int32"})]
_Eta = Annotated[int, Campo(strict=True, ge=0, le=_ETA_MASSIMA, json_schema_extra={"format": "int32"})]
_SCALARI: Mapping[object, object] = {
    bool: Annotated[bool, Campo(strict=True)],
    int: Annotated[int, Campo(strict=True, ge=0, le=_INTERO_MASSIMO, json_schema_extra={"format": "int32"})],
    str: Annotated[str, Campo(min_length=1, max_length=200)],
    Decimal: Importo,
    date: GiornoSimulato,
    Mese: Annotated[Mese, AfterValidator(simulabile)],
}
# What the facts need and the caller may leave out: the translation fills it in.
FACOLTATIVI: Mapping[type, frozenset[str]] = {
    Fatti: frozenset({"presentata_il"}),
    Isee: frozenset({"indicatore", "scala", "presentata_il", "valido_al", "componenti"}),
}
# What is presumed of who says nothing: an ordinary household. Null says instead that a fact is not known.
_PRESUNTI: Mapping[type, Mapping[str, object]] = {
    Fatti: dict.fromkeys(("assenze", "veicoli", "misure_giudiziarie", "cessazioni", "precedenti", "sfl_accolti"), ())
    | {"autorizza_trasmissione_dati": True},
    Componente: {
        "disabile": False,
        "disabile_grave": False,
        "istruzione": Istruzione.OBBLIGO_ASSOLTO.value,
        "residente_in_italia": True,
    },
    Isee: {"patrimonio_mobiliare": arrotonda(ZERO), "patrimonio_immobiliare": arrotonda(ZERO)},
}
_FUORI: Mapping[type, frozenset[str]] = {
    Fatti: frozenset({"propri"}),
    Componente: frozenset({"codice_fiscale", "data_nascita"}),
}


class Persona(Simulato):
    """Who a componente is: a day of birth, or an age."""

    data_nascita: Annotated[GiornoSimulato | None, Campo(description=descrivi("Componente", "data_nascita"))] = None
    eta: Annotated[_Eta | None, Campo(description=descrivi("Componente", "eta"))] = None
    codice_fiscale: Annotated[CodiceFiscaleIn | None, Campo(description=descrivi("", "codice_fiscale"))] = None

    @model_validator(mode="after")
    def _nascita_o_eta(self) -> "Persona":
        if (self.data_nascita is None) == (self.eta is None):
            raise ValueError("indicare la data di nascita oppure l'età")
        return self


def e_persona(campo: str) -> bool:
    """Tell whether a fact is a member of the nucleo."""
    return campo in PERSONE


def sono_persone(annotazione: object) -> bool:
    """Tell whether a fact is a set of members of the nucleo."""
    return get_origin(annotazione) is frozenset and get_args(annotazione) == (str,)


def nome_in(campo: str) -> str:
    """Give the name that a fact has in the input."""
    return "componente" if campo == "codice_fiscale" else campo


def modello_nucleo(misure: Iterable[Misura]) -> type[Simulato]:
    """Build the model of a household good for some misure."""
    campi = _campi(Fatti, {})
    for misura in misure:
        if misura.fatti_propri is not None:
            descrizione = f"Dati che servono solo per la misura {misura.codice}"
            modello = _modello(misura.fatti_propri, misura.descrizioni)
            campi[misura.codice.lower()] = (modello | None, Campo(default=None, description=descrizione))
    return _crea("Nucleo", TIPI["Fatti"], Simulato, campi)


_MODELLI: dict[type, type[Simulato]] = {}


def _modello(tipo: type, proprie: Mapping[str, str]) -> type[Simulato]:
    """Build the model of a dataclass, once: the same kind of fact serves many misure."""
    if tipo not in _MODELLI:
        base = Persona if tipo is Componente else Simulato
        omonimi = any(altro.__name__ == tipo.__name__ for altro in _MODELLI)
        nome = tipo.__name__ + (tipo.__module__.split(".")[-2].capitalize() if omonimi else "")
        _MODELLI[tipo] = _crea(nome, TIPI.get(tipo.__name__, "Un dato"), base, _campi(tipo, proprie))
    return _MODELLI[tipo]


def _crea(nome: str, descrizione: str, base: type[Simulato], campi: Mapping[str, Any]) -> type[Simulato]:
    modello: type[Simulato] = create_model(f"{nome}Simulato", __base__=base, __doc__=descrizione, **campi)
    return modello


def _campi(tipo: type, proprie: Mapping[str, str]) -> dict[str, Any]:
    annotazioni, fuori = get_type_hints(tipo), _FUORI.get(tipo, frozenset())
    return {nome_in(f.name): _campo(tipo, f, annotazioni[f.name], proprie) for f in fields(tipo) if f.name not in fuori}


def _campo(tipo: type, f: "Field[Any]", annotazione: object, proprie: Mapping[str, str]) -> tuple[object, object]:
    """Make one field: a person is the first one, what has a default of its own keeps it, null is "not known"."""
    descrizione = descrivi(tipo.__name__, nome_in(f.name), proprie=proprie)
    if e_persona(f.name):
        return Posizione, Campo(default=0, description=descrizione)
    interno = _tipo_in(annotazione, proprie)
    if tipo is Fatti and f.name == "componenti":
        return interno, Campo(min_length=1, max_length=COMPONENTI_MASSIMI, description=descrizione)
    if f.name in (presunti := _PRESUNTI.get(tipo, {})):
        return interno, Campo(default=presunti[f.name], description=descrizione)
    if f.name in FACOLTATIVI.get(tipo, ()):
        return interno | None, Campo(default=None, description=descrizione)
    if f.default is not MISSING:
        predefinito = arrotonda(f.default) if isinstance(f.default, Decimal) else f.default
        return interno, Campo(default=predefinito, description=descrizione)
    return interno, Campo(description=descrizione)


def _tipo_in(annotazione: object, proprie: Mapping[str, str]) -> Any:
    """Turn the type of a fact into the one of its input; a set of codici fiscali becomes a list of positions."""
    origine, argomenti = get_origin(annotazione), get_args(annotazione)
    if origine in (Union, types.UnionType):
        return Union[tuple(_tipo_in(a, proprie) for a in argomenti)]  # noqa: UP007 - made at run time
    if sono_persone(annotazione):
        return Annotated[list[Posizione], Campo(max_length=COMPONENTI_MASSIMI)]
    if origine in (tuple, frozenset):
        # A list: a tuple would also complain of its length when an element is wrong.
        elemento: Any = _tipo_in(argomenti[0], proprie)
        return Annotated[list[elemento], Campo(max_length=_ELENCO_MASSIMO)]
    if isinstance(annotazione, type) and issubclass(annotazione, StrEnum):
        return Literal[tuple(voce.value for voce in annotazione)]
    if isinstance(annotazione, type) and is_dataclass(annotazione) and annotazione is not Mese:
        return _modello(annotazione, proprie)
    return _SCALARI.get(annotazione, annotazione)


if TYPE_CHECKING:
    NucleoSimulato = Simulato
else:
    NucleoSimulato = modello_nucleo(CATALOGO.values())


# Invented households, for who begins.
_FAMIGLIA: dict[str, Any] = {
    "componenti": [
        {"data_nascita": "1990-01-22", "responsabilita_genitoriale": True, "occupato": True},
        {"data_nascita": "1991-08-17", "responsabilita_genitoriale": True, "occupato": True},
        {"eta": 8},
        {"eta": 5},
    ],
    "isee": [
        {
            "isee": "4000.00",
            "reddito_familiare": "1500.00",
            "patrimonio_mobiliare": "1200.00",
            "canone_annuo": "4200.00",
        }
    ],
}
_SOLA: dict[str, Any] = {
    "componenti": [{"eta": 62}],
    "isee": [{"isee": "11500.00", "reddito_familiare": "6200.00"}],
}
ESEMPI = (_FAMIGLIA, _SOLA)


@cache
def schema_nucleo() -> dict[str, Any]:
    """Give the JSON Schema of a household, in Italian, with examples to start from."""
    schema = NucleoSimulato.model_json_schema()
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema, "examples": list(ESEMPI)}
