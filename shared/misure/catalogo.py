# SPDX-License-Identifier: EUPL-1.2
"""The catalogue of the misure: one row each, so that the services never name a misura in their code."""

import os
from collections.abc import Iterable, Mapping
from importlib import import_module

from shared.errors import InclusioneError, NotFound
from shared.misure.adi import argomenti as adi_argomenti
from shared.misure.adi import durata as adi_durata
from shared.misure.adi import importo as adi_importo
from shared.misure.adi import requisiti as adi_requisiti
from shared.misure.adi import scala as adi_scala
from shared.misure.misura import Importo, Misura
from shared.misure.rdc import argomenti as rdc_argomenti
from shared.misure.rdc import durata as rdc_durata
from shared.misure.rdc import fatti as rdc_fatti
from shared.misure.rdc import importo as rdc_importo
from shared.misure.rdc import obblighi as rdc_obblighi
from shared.misure.rdc import requisiti as rdc_requisiti
from shared.misure.rdc import scala as rdc_scala
from shared.misure.sfl import argomenti as sfl_argomenti
from shared.misure.sfl import durata as sfl_durata
from shared.misure.sfl import importo as sfl_importo
from shared.misure.sfl import requisiti as sfl_requisiti
from shared.misure.sfl import scala as sfl_scala
from shared.misure.sfl.fatti import DESCRIZIONI, PercorsoSfl
from shared.misure.sfl.presunti import percorso_presunto
from shared.misure.sia import argomenti as sia_argomenti
from shared.misure.sia import durata as sia_durata
from shared.misure.sia import fatti as sia_fatti
from shared.misure.sia import importo as sia_importo
from shared.misure.sia import presunti as sia_presunti
from shared.misure.sia import requisiti as sia_requisiti

__all__ = ["AGGIUNTIVE", "CATALOGO", "CatalogoNonValido", "Importo", "Misura", "MisuraSconosciuta", "get_misura"]

# The misure of a Regione or of a Comune: packages with a row MISURA, separated by commas.
AGGIUNTIVE = "MISURE_AGGIUNTIVE"


class MisuraSconosciuta(NotFound):
    """The catalogue has no such misura."""

    tipo = "misura-sconosciuta"
    titolo = "Misura sconosciuta"


class CatalogoNonValido(InclusioneError):
    """A misura that was asked for is not there, or takes the place of another: the program must not start."""

    tipo = "catalogo-non-valido"
    titolo = "Catalogo delle misure non valido"


_NAZIONALI = (
    Misura(
        codice="ADI",
        nome="Assegno di inclusione",
        cartella="adi",
        verifica_requisiti=adi_requisiti.verifica_requisiti,
        importo_mensile=adi_importo.importo_mensile,
        scala=adi_scala.scala,
        nella_scala=adi_scala.nella_scala,
        attivabili=adi_durata.attivabili,
        decorrenza=adi_durata.decorrenza,
        mesi_spettanti=adi_durata.mesi_spettanti,
        ultimo_mese_coperto=adi_durata.ultimo_mese_coperto,
        argomenti=adi_argomenti.ARGOMENTI,
    ),
    Misura(
        codice="SFL",
        nome="Supporto per la formazione e il lavoro",
        cartella="sfl",
        verifica_requisiti=sfl_requisiti.verifica_requisiti,
        importo_mensile=sfl_importo.importo_mensile,
        scala=sfl_scala.scala,
        nella_scala=sfl_scala.nella_scala,
        attivabili=sfl_durata.attivabili,
        decorrenza=sfl_durata.decorrenza,
        mesi_spettanti=sfl_durata.mesi_spettanti,
        ultimo_mese_coperto=sfl_durata.ultimo_mese_coperto,
        argomenti=sfl_argomenti.ARGOMENTI,
        fatti_propri=PercorsoSfl,
        fatti_presunti=percorso_presunto,
        descrizioni=DESCRIZIONI,
    ),
    Misura(
        codice="RDC",
        nome="Reddito e Pensione di cittadinanza",
        cartella="rdc",
        verifica_requisiti=rdc_requisiti.verifica_requisiti,
        importo_mensile=rdc_importo.importo_mensile,
        scala=rdc_scala.scala,
        nella_scala=rdc_scala.nella_scala,
        attivabili=rdc_obblighi.attivabili,
        decorrenza=rdc_durata.decorrenza,
        mesi_spettanti=rdc_durata.mesi_spettanti,
        ultimo_mese_coperto=rdc_durata.ultimo_mese_coperto,
        argomenti=rdc_argomenti.ARGOMENTI,
        fatti_propri=rdc_fatti.FattiRdc,
        descrizioni=rdc_fatti.DESCRIZIONI,
    ),
    Misura(
        codice="SIA",
        nome="Sostegno per l'inclusione attiva",
        cartella="sia",
        verifica_requisiti=sia_requisiti.verifica_requisiti,
        importo_mensile=sia_importo.importo_mensile,
        scala=sia_durata.scala,
        nella_scala=sia_durata.nella_scala,
        attivabili=sia_durata.attivabili,
        decorrenza=sia_durata.decorrenza,
        mesi_spettanti=sia_durata.mesi_spettanti,
        ultimo_mese_coperto=sia_durata.ultimo_mese_coperto,
        argomenti=sia_argomenti.ARGOMENTI,
        fatti_propri=sia_fatti.FattiSia,
        descrizioni=sia_fatti.DESCRIZIONI,
        fatti_presunti=sia_presunti.fatti_presunti,
    ),
)


def leggi_aggiuntive(pacchetti: str) -> tuple[Misura, ...]:
    """Import the misure named in a setting, such as `regione_lazio.buono, comune_x.sostegno`.

    :raises CatalogoNonValido: if a package is not there or has no row MISURA.
    """
    return tuple(_riga(nome.strip()) for nome in pacchetti.split(",") if nome.strip())


def componi(misure: Iterable[Misura]) -> Mapping[str, Misura]:
    """Put the rows in one catalogue.

    :raises CatalogoNonValido: if two misure have the same code.
    """
    catalogo: dict[str, Misura] = {}
    for misura in misure:
        if misura.codice in catalogo:
            raise CatalogoNonValido(f"Due misure hanno il codice {misura.codice}")
        catalogo[misura.codice] = misura
    return catalogo


def get_misura(codice: str) -> Misura:
    """Give a misura by its code.

    :raises MisuraSconosciuta: if the catalogue does not have it.
    """
    try:
        return CATALOGO[codice]
    except KeyError:
        raise MisuraSconosciuta("La misura non è nel catalogo") from None


def _riga(pacchetto: str) -> Misura:
    try:
        misura = getattr(import_module(pacchetto), "MISURA", None)
    except ModuleNotFoundError as errore:
        raise CatalogoNonValido(f"{AGGIUNTIVE}: il modulo {errore.name} non si trova") from None
    if not isinstance(misura, Misura):
        raise CatalogoNonValido(f"{AGGIUNTIVE}: il pacchetto {pacchetto} non ha una riga MISURA")
    return misura


CATALOGO: Mapping[str, Misura] = componi((*_NAZIONALI, *leggi_aggiuntive(os.environ.get(AGGIUNTIVE, ""))))
