# SPDX-License-Identifier: EUPL-1.2
"""Importo of the ADI for one month of competence, with its explanation line by line."""

from dataclasses import dataclass
from decimal import Decimal

from shared.kernel.importo import arrotonda
from shared.kernel.mese import MESI_ANNO, Mese
from shared.misure.adi.isee import IseeNonDisponibile
from shared.misure.adi.quadro import Quadro, quadro_del_mese
from shared.misure.adi.reddito import Reddito, reddito_familiare
from shared.misure.adi.scala import Scala, componi
from shared.misure.adi.soglie import soglia_reddito
from shared.misure.formato import euro, numero
from shared.misure.formato import mese as mese_scritto
from shared.misure.nucleo import ZERO, Fatti, Isee, Rinnovo
from shared.misure.parametri import Parametri

_CENTO = 100


@dataclass(frozen=True, slots=True)
class ImportoMensile:
    """What is due for a month, in EUR/month: `totale` = `quota_a` + `quota_b`.

    `contributo_straordinario` comes besides, once. `spetta` is False when the reddito reaches the threshold of access:
    then nothing is due. `reddito` is in EUR/year. `righe` explain the computation in Italian, without personal data.
    """

    mese: Mese
    spetta: bool
    scala: Decimal
    reddito: Decimal
    quota_a: Decimal
    quota_b: Decimal
    totale: Decimal
    contributo_straordinario: Decimal
    righe: tuple[str, ...]

    @property
    def da_pagare(self) -> Decimal:
        """The total with the contributo straordinario."""
        return self.totale + self.contributo_straordinario


@dataclass(frozen=True, slots=True)
class _Annuo:
    """The two quote in EUR/year, and the lines that explain them."""

    quota_a: Decimal
    quota_b: Decimal
    righe: tuple[str, ...]


def importo_mensile(fatti: Fatti, *, parametri: Parametri, mese: Mese) -> ImportoMensile:
    """Compute the ADI due for `mese`, in EUR/month, from reddito and canone in EUR/year.

    The facts are those of the first day of the month, the figures those in force then. The other requisiti are not
    verified here.

    :raises ParametroMancante: if no value is in force in `mese`.
    :raises IseeNonDisponibile: if no ISEE covers `mese`.
    :source: D.L. 48/2023, art. 3, c. 1-2.
    """
    q = quadro_del_mese(fatti, parametri=parametri, mese=mese)
    if q.isee is None:
        raise IseeNonDisponibile(f"Nessun ISEE copre il mese {mese_scritto(mese)}")
    scala, reddito = componi(q), reddito_familiare(q, q.isee)
    soglia = soglia_reddito(q, q.isee, scala).valore
    if reddito.valore >= soglia:
        return _nulla(mese, scala, reddito, soglia)
    annuo = _annuo(q, q.isee, scala.valore, reddito.valore)
    quota_a, quota_b, chiusura = _mese(q, annuo, mese)
    contributo = _contributo(q, quota_a + quota_b, mese)
    return ImportoMensile(
        mese=mese,
        spetta=True,
        scala=scala.valore,
        reddito=reddito.valore,
        quota_a=quota_a,
        quota_b=quota_b,
        totale=quota_a + quota_b,
        contributo_straordinario=contributo,
        righe=(*_apertura(scala, reddito), *annuo.righe, *chiusura, *_riga_contributo(contributo)),
    )


def _nulla(mese: Mese, scala: Scala, reddito: Reddito, soglia: Decimal) -> ImportoMensile:
    """Nothing is due in a month in which the reddito reaches the threshold of access."""
    zero = arrotonda(ZERO)
    riga = f"Il reddito raggiunge la soglia di {euro(soglia)} l'anno: per questo mese non spetta alcun importo."
    righe = (*_apertura(scala, reddito), riga)
    return ImportoMensile(mese, False, scala.valore, reddito.valore, zero, zero, zero, zero, righe)


def _annuo(q: Quadro, isee: Isee, scala: Decimal, reddito: Decimal) -> _Annuo:
    """Compute the two quote in EUR/year; a lower sum is brought to the minimum through quota A.

    :source: D.L. 48/2023, art. 3, c. 1.
    """
    suffisso = "_67" if q.nucleo_67 else ""
    soglia, tetto = q.p.decimale(f"quota_a_soglia{suffisso}"), q.p.decimale(f"quota_b_max{suffisso}")
    canone = isee.canone_annuo or ZERO
    quota_a, quota_b = max(ZERO, soglia * scala - reddito), min(canone, tetto)
    conto = f"{numero(soglia)} x {numero(scala)} - {numero(reddito)}"
    righe = [f"Quota A, integrazione del reddito: {conto}, cioè {euro(quota_a)} l'anno."]
    if quota_b:
        scelta = f"il minore tra {numero(canone)} e {numero(tetto)}"
        righe.append(f"Quota B, canone di locazione: {scelta}, cioè {euro(quota_b)} l'anno.")
    minimo = q.p.decimale("importo_minimo_annuo")
    if quota_a + quota_b < minimo:
        quota_a = minimo - quota_b
        righe.append(f"L'importo è portato al minimo di {euro(minimo)} l'anno.")
    return _Annuo(quota_a, quota_b, tuple(righe))


def _mese(q: Quadro, annuo: _Annuo, mese: Mese) -> tuple[Decimal, Decimal, list[str]]:
    """Divide by twelve, rounding the total once; the first month of a renewal may be reduced."""
    totale = _dodicesimo(q, annuo)
    righe = [f"Importo del mese: {numero(annuo.quota_a + annuo.quota_b)} diviso {MESI_ANNO}, cioè {euro(totale)}."]
    percento = _percento(q, mese)
    if percento != _CENTO:
        totale = arrotonda(totale * percento / _CENTO)
        righe.append(f"Prima mensilità del rinnovo: spetta il {percento} per cento, cioè {euro(totale)}.")
    quota_a = min(totale, arrotonda(annuo.quota_a * percento / (_CENTO * MESI_ANNO))) if annuo.quota_b else totale
    return quota_a, totale - quota_a, righe


def _dodicesimo(q: Quadro, annuo: _Annuo) -> Decimal:
    if q.p.testo("arrotondamento") == "META_PER_QUOTA":
        return arrotonda(annuo.quota_a / MESI_ANNO) + arrotonda(annuo.quota_b / MESI_ANNO)
    return arrotonda((annuo.quota_a + annuo.quota_b) / MESI_ANNO)


def _primo_del_rinnovo(q: Quadro, mese: Mese) -> Rinnovo | None:
    rinnovo = q.fatti.rinnovo
    return rinnovo if rinnovo is not None and rinnovo.primo_mese == mese else None


def _percento(q: Quadro, mese: Mese) -> int:
    """Share of the first month of a renewal: the regime follows the last month paid of the period that ended.

    :source: L. 199/2025, art. 1, c. 158.
    """
    rinnovo = _primo_del_rinnovo(q, mese)
    if rinnovo is None:
        return _CENTO
    regime = mese if q.p.logico("straord_2026_e_50pct") else rinnovo.ultimo_mese_precedente + 1
    return q.parametri.al(regime.primo_giorno).intero("rinnovo_prima_mensilita_pct")


def _contributo(q: Quadro, totale: Decimal, mese: Mese) -> Decimal:
    """Compute the contributo straordinario, EUR once: after the first period only, at most the month itself.

    :source: D.L. 92/2025, art. 10-ter; L. 199/2025, art. 1, c. 159.
    """
    rinnovo = _primo_del_rinnovo(q, mese)
    if rinnovo is None or rinnovo.numero != 1:
        return arrotonda(ZERO)
    ultimo = rinnovo.ultimo_mese_precedente.primo_giorno
    return arrotonda(min(totale, q.parametri.al(ultimo).decimale("contributo_straord_max")))


def _apertura(scala: Scala, reddito: Reddito) -> tuple[str, ...]:
    voci = ", ".join(f"{etichetta} {numero(valore)}" for etichetta, valore in scala.voci)
    tetto = f", ridotta al massimo di {numero(scala.valore)}" if scala.valore < scala.grezza else ""
    redditi = ", ".join(f"{etichetta} {numero(valore)}" for etichetta, valore in reddito.voci)
    dettaglio = f" ({redditi})" if reddito.voci else ""
    return (
        f"Scala di equivalenza: {numero(scala.grezza)} ({voci}){tetto}.",
        f"Reddito familiare considerato: {euro(reddito.valore)} l'anno{dettaglio}.",
    )


def _riga_contributo(contributo: Decimal) -> tuple[str, ...]:
    return (f"Contributo straordinario, una volta sola: {euro(contributo)}.",) if contributo else ()
