# SPDX-License-Identifier: EUPL-1.2
"""The months of a nucleo one by one: paid, suspended and recovered, empty before a renewal, ended."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum

from shared.kernel.mese import Mese
from shared.misure.nucleo import Fatti
from shared.misure.parametri import Parametri, Valori
from shared.misure.rdc.durata import decorrenza_rinnovo
from shared.misure.rdc.fatti import ControlloResidenza, FattiRdc
from shared.misure.rdc.presa_in_carico import caso_del_mese
from shared.misure.rdc.quadro import quadro_del_mese
from shared.misure.rdc.transizione import Decisione, decidi, esente


class StatoMese(StrEnum):
    """What a month is: VUOTO is the one between a period and its renewal, or without the domanda of renewal."""

    PAGATO = "PAGATO"
    SOSPESO = "SOSPESO"
    VUOTO = "VUOTO"
    CESSATO = "CESSATO"


_TETTO = "Domanda sospesa per completata fruizione delle sette mensilità nel 2023"
_SOLO_LAVORO = "Le mensilità del 2023 sono state tutte fruite e il nucleo non è preso in carico dai servizi sociali"
_RINNOVO = "Periodo concluso: occorrono il mese di sospensione e la domanda di rinnovo"
_FINE = "La misura non è più in vigore"
_CONTROLLO = "Pagamento sospeso: il Comune controlla la residenza"


@dataclass(frozen=True, slots=True)
class MeseDecorso:
    """A month with its state and the months that are paid in it, the recovered ones first."""

    mese: Mese
    stato: StatoMese
    paga: tuple[Mese, ...] = ()
    motivo: str | None = None


@dataclass(slots=True)
class _Conto:
    """What the months seen so far leave behind."""

    pagati: set[Mese]
    del_periodo: int
    ultimo: Mese | None = None
    ultimo_del_tetto: Mese | None = None
    sospesi: list[Mese] = field(default_factory=list)

    def dell_anno(self, anno: int) -> int:
        return sum(m.anno == anno for m in self.pagati)


def calendario(fatti: Fatti, *, parametri: Parametri, decorrenza: Mese, fino: Mese) -> tuple[MeseDecorso, ...]:
    """Tell month by month, from `decorrenza` to `fino`, what is paid: periods, renewals, limit of 2023, checks.

    A month suspended is paid with the first one paid after it, if the recovery is due; it keeps its place in the
    period. Payments of earlier domande count for the year.

    :raises ParametroMancante: if no value is in force in `decorrenza`.
    :source: D.L. 4/2019, art. 3; L. 197/2022, art. 1, c. 313 e 318; D.L. 145/2023, art. 19.
    """
    propri = fatti.propri_di(FattiRdc)
    conto = _Conto({m.mese for m in propri.storico}, propri.mesi_fruiti)
    mesi = (decorrenza + n for n in range(fino - decorrenza + 1))
    return tuple(_mese(fatti, parametri, decorrenza, mese, conto) for mese in mesi)


def sospeso_per_controllo(controllo: ControlloResidenza, giorno: date, *, p: Valori) -> bool:
    """Tell whether a check of residence stops the payment on a day: until the answer, at most for its days.

    :source: L. 234/2021, art. 1.
    """
    fine = controllo.avviato_il + timedelta(days=p.intero("residenza_controllo"))
    risposto = controllo.risposto_il is not None and controllo.risposto_il <= giorno
    return controllo.avviato_il <= giorno <= fine and not risposto


def _mese(fatti: Fatti, parametri: Parametri, decorrenza: Mese, mese: Mese, conto: _Conto) -> MeseDecorso:
    p = parametri.al(mese.ultimo_giorno)
    if not p.logico("in_vigore"):
        return MeseDecorso(mese, StatoMese.CESSATO, motivo=_FINE)
    if not _periodo_aperto(fatti, parametri, mese, conto):
        return MeseDecorso(mese, StatoMese.VUOTO, motivo=_RINNOVO)
    conto.del_periodo += 1
    conto.ultimo = mese
    propri = fatti.propri_di(FattiRdc)
    if any(sospeso_per_controllo(c, mese.ultimo_giorno, p=p) for c in propri.controlli_residenza):
        conto.sospesi.append(mese)
        return MeseDecorso(mese, StatoMese.SOSPESO, motivo=_CONTROLLO)
    libero = esente(
        fatti, parametri=parametri, decorrenza=decorrenza, ultimo_del_tetto=conto.ultimo_del_tetto, mese=mese
    )
    caso = caso_del_mese(propri, mese, parametri=parametri)
    decisione = decidi(mesi_usati=conto.dell_anno(mese.anno), esente=libero, caso=caso, p=p)
    return _applica(decisione, mese, conto, p)


def _applica(decisione: Decisione, mese: Mese, conto: _Conto, p: Valori) -> MeseDecorso:
    match decisione:
        case Decisione.CESSA:
            return MeseDecorso(mese, StatoMese.CESSATO, motivo=_SOLO_LAVORO)
        case Decisione.SOSPENDI:
            conto.sospesi.append(mese)
            return MeseDecorso(mese, StatoMese.SOSPESO, motivo=_TETTO)
        case Decisione.PAGA:
            paga = (*conto.sospesi, mese)
            conto.sospesi.clear()
        case Decisione.PAGA_SENZA_RECUPERO:
            paga = (mese,)
    conto.pagati |= set(paga)
    if conto.ultimo_del_tetto is None and conto.dell_anno(mese.anno) >= p.intero("mesi_massimi_anno"):
        conto.ultimo_del_tetto = mese
    return MeseDecorso(mese, StatoMese.PAGATO, paga)


def _periodo_aperto(fatti: Fatti, parametri: Parametri, mese: Mese, conto: _Conto) -> bool:
    """Tell whether the month belongs to a period; after the months of one, open the renewal when its time comes."""
    if conto.del_periodo < parametri.al(mese.primo_giorno).intero("durata_periodo"):
        return True
    ultimo = conto.ultimo or mese + -1
    conto.ultimo = ultimo
    domande = [d for d in fatti.propri_di(FattiRdc).domande_rinnovo if Mese.di(d) > ultimo]
    pdc = quadro_del_mese(fatti, parametri=parametri, mese=mese).nucleo_67
    primo = decorrenza_rinnovo(min(domande, default=None), ultimo_mese=ultimo, pdc=pdc, parametri=parametri)
    if primo is None or mese < primo:
        return False
    conto.del_periodo = 0
    return True
