# SPDX-License-Identifier: EUPL-1.2
"""Importo of the ADI for one month of competence."""

from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal

from shared.kernel.importo import arrotonda
from shared.kernel.mese import MESI_ANNO, Mese
from shared.misure.adi.quadro import Quadro, quadro_del_mese
from shared.misure.adi.reddito import Reddito, reddito_familiare
from shared.misure.adi.scala import Scala, componi
from shared.misure.adi.soglie import soglia_reddito
from shared.misure.adi.spiegazione import Annuo, Rata, righe_nulla, righe_spettante
from shared.misure.comuni.isee import IseeNonDisponibile
from shared.misure.formato import mese as mese_scritto
from shared.misure.nucleo import ZERO, Fatti, Isee, Rinnovo
from shared.misure.parametri import Parametri

_CENTO = 100


@dataclass(frozen=True, slots=True)
class ImportoMensile:
    """What is due for a month, in EUR/month: `totale` = `quota_a` + `quota_b`.

    `contributo_straordinario` comes besides, once. `spetta` is False when the reddito reaches the threshold of access:
    then nothing is due. `reddito` is in EUR/year. `spiega` writes the lines of the dossier: whoever only wants the
    figures, hundreds of thousands at a time, does not pay for them.
    """

    mese: Mese
    spetta: bool
    scala: Decimal
    reddito: Decimal
    quota_a: Decimal
    quota_b: Decimal
    totale: Decimal
    contributo_straordinario: Decimal
    spiega: Callable[[], tuple[str, ...]] = field(repr=False, compare=False)

    @property
    def righe(self) -> tuple[str, ...]:
        """The computation, line by line, in Italian, without personal data."""
        return self.spiega()

    @property
    def da_pagare(self) -> Decimal:
        """The total with the contributo straordinario."""
        return self.totale + self.contributo_straordinario


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
        raise IseeNonDisponibile(f"Nessun ISEE copre il mese di {mese_scritto(mese)}")
    scala, reddito = componi(q), reddito_familiare(q, q.isee)
    soglia = soglia_reddito(q, q.isee, scala).valore
    if reddito.valore >= soglia:
        return _nulla(mese, scala, reddito, soglia)
    annuo = _annuo(q, q.isee, scala.valore, reddito.valore)
    rata = _rata(q, annuo, mese)
    contributo = _contributo(q, rata.totale, mese)
    return ImportoMensile(
        mese=mese,
        spetta=True,
        scala=scala.valore,
        reddito=reddito.valore,
        quota_a=rata.quota_a,
        quota_b=rata.totale - rata.quota_a,
        totale=rata.totale,
        contributo_straordinario=contributo,
        spiega=lambda: righe_spettante(scala, reddito, annuo, rata, contributo),
    )


def _nulla(mese: Mese, scala: Scala, reddito: Reddito, soglia: Decimal) -> ImportoMensile:
    """Nothing is due in a month in which the reddito reaches the threshold of access."""
    zero = arrotonda(ZERO)
    return ImportoMensile(
        mese, False, scala.valore, reddito.valore, zero, zero, zero, zero, lambda: righe_nulla(scala, reddito, soglia)
    )


def _annuo(q: Quadro, isee: Isee, scala: Decimal, reddito: Decimal) -> Annuo:
    """Compute the two quote in EUR/year; a lower sum is brought to the minimum through quota A.

    :source: D.L. 48/2023, art. 3, c. 1.
    """
    suffisso = "_67" if q.nucleo_67 else ""
    soglia, tetto = q.p.decimale(f"quota_a_soglia{suffisso}"), q.p.decimale(f"quota_b_max{suffisso}")
    canone = isee.canone_annuo or ZERO
    integrazione, quota_b = max(ZERO, soglia * scala - reddito), min(canone, tetto)
    minimo = q.p.decimale("importo_minimo_annuo")
    al_minimo = integrazione + quota_b < minimo
    return Annuo(
        soglia=soglia,
        tetto=tetto,
        canone=canone,
        integrazione=integrazione,
        minimo=minimo if al_minimo else None,
        quota_a=minimo - quota_b if al_minimo else integrazione,
        quota_b=quota_b,
    )


def _rata(q: Quadro, annuo: Annuo, mese: Mese) -> Rata:
    """Divide by twelve, rounding the total once; the first month of a renewal may be reduced."""
    totale = intera = _dodicesimo(q, annuo)
    percento = _percento(q, mese)
    if percento != _CENTO:
        totale = arrotonda(intera * percento / _CENTO)
    quota_a = min(totale, arrotonda(annuo.quota_a * percento / (_CENTO * MESI_ANNO))) if annuo.quota_b else totale
    return Rata(intera, None if percento == _CENTO else percento, totale, quota_a)


def _dodicesimo(q: Quadro, annuo: Annuo) -> Decimal:
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
