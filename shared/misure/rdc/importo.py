# SPDX-License-Identifier: EUPL-1.2
"""Importo of the RdC for one month of competence: the two quote, then the rettifiche of that month."""

from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import ROUND_DOWN, Decimal

from shared.kernel.importo import arrotonda
from shared.kernel.mese import MESI_ANNO, Mese
from shared.misure.adi.quadro import Quadro
from shared.misure.adi.reddito import Reddito
from shared.misure.adi.scala import Scala
from shared.misure.adi.soglie import soglia_reddito
from shared.misure.comuni.isee import IseeNonDisponibile
from shared.misure.formato import mese as mese_scritto
from shared.misure.nucleo import ZERO, Fatti, Isee
from shared.misure.parametri import Parametri
from shared.misure.rdc.fatti import FattiRdc
from shared.misure.rdc.quadro import quadro_del_mese
from shared.misure.rdc.reddito import reddito_familiare
from shared.misure.rdc.rettifiche import Rettifica, rettifiche_del_mese
from shared.misure.rdc.scala import componi
from shared.misure.rdc.spiegazione import Annuo, righe_abrogata, righe_nulla, righe_spettante

_UNO = Decimal(1)


@dataclass(frozen=True, slots=True)
class ImportoRdc:
    """What is due for a month, in EUR/month: `totale` = `quota_a` + `quota_b`, after the rettifiche of the month.

    `lordo` is the figure before them. `spetta` is False when the reddito reaches the threshold of access or the misura
    is no longer in force. `importo_inps` is the figure truncated to the euro, only where the compatibility is on:
    nothing else looks at it. `spiega` writes the lines of the dossier.
    """

    mese: Mese
    spetta: bool
    pdc: bool
    scala: Decimal
    reddito: Decimal
    lordo: Decimal
    quota_a: Decimal
    quota_b: Decimal
    totale: Decimal
    rettifiche: tuple[Rettifica, ...]
    importo_inps: Decimal | None
    spiega: Callable[[], tuple[str, ...]] = field(repr=False, compare=False)

    @property
    def righe(self) -> tuple[str, ...]:
        """The computation, line by line, in Italian, without personal data."""
        return self.spiega()


def importo_mensile(fatti: Fatti, *, parametri: Parametri, mese: Mese) -> ImportoRdc:
    """Compute the RdC or PdC due for `mese`, in EUR/month, from reddito, canone and rate in EUR/year.

    The facts are those of the first day of the month, the figures those in force then. The other requisiti, and the
    months left, are not verified here.

    :raises ParametroMancante: if no value is in force in `mese`.
    :raises IseeNonDisponibile: if no ISEE covers `mese`.
    :source: D.L. 4/2019, art. 3.
    """
    q = quadro_del_mese(fatti, parametri=parametri, mese=mese)
    if not q.p.logico("in_vigore"):
        return _nulla(q, mese, componi(q), Reddito(ZERO, ()), righe_abrogata)
    if q.isee is None:
        raise IseeNonDisponibile(f"Nessun ISEE copre il mese di {mese_scritto(mese)}")
    scala, reddito = componi(q), reddito_familiare(q, q.isee)
    soglia = soglia_reddito(q, q.isee, scala).valore
    if reddito.valore >= soglia:
        return _nulla(q, mese, scala, reddito, lambda: righe_nulla(scala, reddito, soglia))
    return _spettante(q, q.isee, mese, scala, reddito)


def _spettante(q: Quadro, isee: Isee, mese: Mese, scala: Scala, reddito: Reddito) -> ImportoRdc:
    annuo = importo_annuo(q, isee, scala.valore, reddito.valore)
    lordo = arrotonda((annuo.quota_a + annuo.quota_b) / MESI_ANNO)
    rettifiche = rettifiche_del_mese(q, mese, lordo, scala=scala.valore)
    totale = lordo - sum((r.tolto for r in rettifiche), ZERO)
    quota_b = min(totale, lordo - min(lordo, arrotonda(annuo.quota_a / MESI_ANNO)) if annuo.quota_b else ZERO)
    return ImportoRdc(
        mese=mese,
        spetta=True,
        pdc=q.nucleo_67,
        scala=scala.valore,
        reddito=reddito.valore,
        lordo=lordo,
        quota_a=arrotonda(totale - quota_b),
        quota_b=arrotonda(quota_b),
        totale=arrotonda(totale),
        rettifiche=rettifiche,
        importo_inps=_troncato(q, lordo),
        spiega=lambda: righe_spettante(scala, reddito, annuo, lordo, rettifiche),
    )


def importo_annuo(q: Quadro, isee: Isee, scala: Decimal, reddito: Decimal) -> Annuo:
    """Compute the two quote in EUR/year: the maximum limits quota B, the minimum raises quota A.

    :source: D.L. 4/2019, art. 3, c. 1-4.
    """
    suffisso = "_67" if q.nucleo_67 else ""
    soglia = q.p.decimale(f"quota_a_soglia{suffisso}")
    integrazione = max(ZERO, soglia * scala - reddito)
    alloggio, tetto, in_locazione = _alloggio(q, isee, suffisso)
    massimo = q.p.decimale("importo_massimo_annuo") * scala - reddito
    quota_b = max(ZERO, min(alloggio, tetto, massimo - integrazione))
    minimo = q.p.decimale("importo_minimo_annuo")
    al_minimo = integrazione + quota_b < minimo
    return Annuo(
        soglia=soglia,
        integrazione=integrazione,
        alloggio=alloggio,
        tetto=tetto,
        in_locazione=in_locazione,
        massimo=massimo if quota_b < min(alloggio, tetto) else None,
        minimo=minimo if al_minimo else None,
        quota_a=minimo - quota_b if al_minimo else integrazione,
        quota_b=quota_b,
    )


def _alloggio(q: Quadro, isee: Isee, suffisso: str) -> tuple[Decimal, Decimal, bool]:
    """Give what the home costs in EUR/year and its limit: the rent or, for owners, the loan; never both."""
    if isee.in_locazione:
        return isee.canone_annuo or ZERO, q.p.decimale(f"quota_b_max{suffisso}"), True
    return q.fatti.propri_di(FattiRdc).rata_mutuo_annua, q.p.decimale("quota_b_mutuo_max"), False


def _troncato(q: Quadro, lordo: Decimal) -> Decimal | None:
    if not q.p.logico("compatibilita_inps_troncamento"):
        return None
    return arrotonda(lordo.quantize(_UNO, rounding=ROUND_DOWN))


def _nulla(q: Quadro, mese: Mese, scala: Scala, reddito: Reddito, spiega: Callable[[], tuple[str, ...]]) -> ImportoRdc:
    zero = arrotonda(ZERO)
    return ImportoRdc(mese, False, q.nucleo_67, scala.valore, reddito.valore, zero, zero, zero, zero, (), None, spiega)
