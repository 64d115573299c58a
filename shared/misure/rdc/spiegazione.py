# SPDX-License-Identifier: EUPL-1.2
"""The computation of the RdC told line by line in Italian, without personal data."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from shared.kernel.mese import MESI_ANNO
from shared.misure.adi.reddito import Reddito
from shared.misure.adi.scala import Scala
from shared.misure.formato import euro, numero
from shared.misure.rdc.rettifiche import Rettifica


@dataclass(frozen=True, slots=True)
class Annuo:
    """The two quote in EUR/year and what they come from; `massimo` and `minimo` are None where they did not act."""

    soglia: Decimal
    integrazione: Decimal
    alloggio: Decimal
    tetto: Decimal
    in_locazione: bool
    massimo: Decimal | None
    minimo: Decimal | None
    quota_a: Decimal
    quota_b: Decimal


def righe_abrogata() -> tuple[str, ...]:
    """Say that the misura has ended."""
    return (
        "Il Reddito di cittadinanza e la Pensione di cittadinanza non sono più in vigore: non spetta alcun importo.",
    )


def righe_nulla(scala: Scala, reddito: Reddito, soglia: Decimal) -> tuple[str, ...]:
    """Say why nothing is due."""
    riga = f"Il reddito raggiunge la soglia di {euro(soglia)} l'anno: per questo mese non spetta alcun importo."
    return (*_apertura(scala, reddito), riga)


def righe_spettante(
    scala: Scala, reddito: Reddito, annuo: Annuo, lordo: Decimal, rettifiche: Iterable[Rettifica]
) -> tuple[str, ...]:
    """Say how what is due comes out."""
    return (*_apertura(scala, reddito), *_annue(scala, reddito, annuo), *_mensili(annuo, lordo, rettifiche))


def _apertura(scala: Scala, reddito: Reddito) -> tuple[str, ...]:
    voci = ", ".join(f"{etichetta} {numero(valore)}" for etichetta, valore in scala.voci)
    tetto = f", ridotta al massimo di {numero(scala.valore)}" if scala.valore < scala.grezza else ""
    redditi = ", ".join(f"{etichetta} {numero(valore)}" for etichetta, valore in reddito.voci)
    return (
        f"Scala di equivalenza: {numero(scala.grezza)} ({voci}){tetto}.",
        f"Reddito familiare considerato: {euro(reddito.valore)} l'anno" + (f" ({redditi})." if redditi else "."),
    )


def _annue(scala: Scala, reddito: Reddito, annuo: Annuo) -> list[str]:
    conto = f"{numero(annuo.soglia)} x {numero(scala.valore)} - {numero(reddito.valore)}"
    righe = [f"Quota A, integrazione del reddito: {conto}, cioè {euro(annuo.integrazione)} l'anno."]
    if annuo.alloggio:
        titolo = "canone di locazione" if annuo.in_locazione else "rate del mutuo"
        scelta = f"il minore tra {numero(annuo.alloggio)} e {numero(annuo.tetto)}"
        if annuo.massimo is not None:
            scelta += f", entro il massimo complessivo di {euro(annuo.massimo)} l'anno"
        righe.append(f"Quota B, {titolo}: {scelta}, cioè {euro(annuo.quota_b)} l'anno.")
    if annuo.minimo is not None:
        righe.append(f"L'importo è portato al minimo di {euro(annuo.minimo)} l'anno.")
    return righe


def _mensili(annuo: Annuo, lordo: Decimal, rettifiche: Iterable[Rettifica]) -> list[str]:
    righe = [f"Importo del mese: {numero(annuo.quota_a + annuo.quota_b)} diviso {MESI_ANNO}, cioè {euro(lordo)}."]
    for rettifica in rettifiche:
        lordo -= rettifica.tolto
        righe.append(f"{rettifica.causa.capitalize()}: {euro(rettifica.tolto)} in meno, restano {euro(lordo)}.")
    return righe
