# SPDX-License-Identifier: EUPL-1.2
"""The computation of an importo told line by line in Italian, without personal data: written only when it is read."""

from dataclasses import dataclass
from decimal import Decimal

from shared.kernel.mese import MESI_ANNO
from shared.misure.adi.reddito import Reddito
from shared.misure.adi.scala import Scala
from shared.misure.formato import euro, numero


@dataclass(frozen=True, slots=True)
class Annuo:
    """The two quote in EUR/year and what they come from; `minimo` is None where the sum was not brought to it."""

    soglia: Decimal
    tetto: Decimal
    canone: Decimal
    integrazione: Decimal
    minimo: Decimal | None
    quota_a: Decimal
    quota_b: Decimal


@dataclass(frozen=True, slots=True)
class Rata:
    """One month, EUR: in full, then reduced to `percento` where the law says so."""

    intera: Decimal
    percento: int | None
    totale: Decimal
    quota_a: Decimal


def righe_nulla(scala: Scala, reddito: Reddito, soglia: Decimal) -> tuple[str, ...]:
    """Say why nothing is due."""
    riga = f"Il reddito raggiunge la soglia di {euro(soglia)} l'anno: per questo mese non spetta alcun importo."
    return (*_apertura(scala, reddito), riga)


def righe_spettante(scala: Scala, reddito: Reddito, annuo: Annuo, rata: Rata, contributo: Decimal) -> tuple[str, ...]:
    """Say how what is due comes out."""
    righe = [*_apertura(scala, reddito), *_righe_annue(scala, reddito, annuo), *_righe_mensili(annuo, rata)]
    if contributo:
        righe.append(f"Contributo straordinario, una volta sola: {euro(contributo)}.")
    return tuple(righe)


def _apertura(scala: Scala, reddito: Reddito) -> tuple[str, ...]:
    voci = ", ".join(f"{etichetta} {numero(valore)}" for etichetta, valore in scala.voci)
    tetto = f", ridotta al massimo di {numero(scala.valore)}" if scala.valore < scala.grezza else ""
    redditi = ", ".join(f"{etichetta} {numero(valore)}" for etichetta, valore in reddito.voci)
    dettaglio = f" ({redditi})" if reddito.voci else ""
    return (
        f"Scala di equivalenza: {numero(scala.grezza)} ({voci}){tetto}.",
        f"Reddito familiare considerato: {euro(reddito.valore)} l'anno{dettaglio}.",
    )


def _righe_annue(scala: Scala, reddito: Reddito, annuo: Annuo) -> list[str]:
    conto = f"{numero(annuo.soglia)} x {numero(scala.valore)} - {numero(reddito.valore)}"
    righe = [f"Quota A, integrazione del reddito: {conto}, cioè {euro(annuo.integrazione)} l'anno."]
    if annuo.quota_b:
        scelta = f"il minore tra {numero(annuo.canone)} e {numero(annuo.tetto)}"
        righe.append(f"Quota B, canone di locazione: {scelta}, cioè {euro(annuo.quota_b)} l'anno.")
    if annuo.minimo is not None:
        righe.append(f"L'importo è portato al minimo di {euro(annuo.minimo)} l'anno.")
    return righe


def _righe_mensili(annuo: Annuo, rata: Rata) -> list[str]:
    righe = [f"Importo del mese: {numero(annuo.quota_a + annuo.quota_b)} diviso {MESI_ANNO}, cioè {euro(rata.intera)}."]
    if rata.percento is not None:
        ridotta = f"spetta il {rata.percento} per cento, cioè {euro(rata.totale)}."
        righe.append(f"Prima mensilità del rinnovo: {ridotta}")
    return righe
