# SPDX-License-Identifier: EUPL-1.2
"""Invented nuclei for the tests of the RdC."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import TypedDict, Unpack

from shared.kernel.mese import Mese, mesi_da
from shared.misure.esito import EsitoRequisito
from shared.misure.nucleo import Componente, Fatti
from shared.misure.parametri import Parametri, Valore, ValoreDatato, carica
from shared.misure.rdc.calendario import MeseDecorso, StatoMese, calendario
from shared.misure.rdc.fatti import (
    AnalisiPreliminare,
    ControlloResidenza,
    EsitoAnalisi,
    FattiRdc,
    Inadempienza,
    MensilitaPagata,
    Percorso,
    PeriodoDi,
    Recupero,
    RifiutoOfferta,
    SaldoCarta,
)
from shared.misure.rdc.importo import ImportoRdc, importo_mensile
from shared.misure.rdc.requisiti import verifica_requisiti
from tests.misure.nuclei import di_eta, fatti_di

RDC = carica("rdc")
IL = date(2021, 3, 10)
GIUGNO_2021 = Mese(2021, 6)
GENNAIO_2023 = Mese(2023, 1)
DICEMBRE_2023 = Mese(2023, 12)


class FattiRdcIn(TypedDict, total=False):
    """What a test may say of the RdC."""

    storico: tuple[MensilitaPagata, ...]
    mesi_fruiti: int
    domande_rinnovo: tuple[date, ...]
    riconosciuto_il: date | None
    riesame_il: date | None
    analisi: tuple[AnalisiPreliminare, ...]
    inviato_ai_servizi_il: date | None
    inviato_al_cpi_il: date | None
    chiuso_per_esclusione_il: date | None
    percorsi: tuple[Percorso, ...]
    percettori_naspi: frozenset[str]
    detenzioni: tuple[PeriodoDi, ...]
    avvii_lavoro: tuple[PeriodoDi, ...]
    rata_mutuo_annua: Decimal
    rifiuti: tuple[RifiutoOfferta, ...]
    inadempienze: tuple[Inadempienza, ...]
    mesi_decurtati: frozenset[Mese]
    saldi: tuple[SaldoCarta, ...]
    recuperi: tuple[Recupero, ...]
    controlli_residenza: tuple[ControlloResidenza, ...]


def euro(testo: str) -> Decimal:
    return Decimal(testo)


def con_rdc(fatti: Fatti, **campi: Unpack[FattiRdcIn]) -> Fatti:
    """Say of a nucleo what only the RdC looks at."""
    return replace(fatti, propri=(replace(fatti.propri_di(FattiRdc), **campi),))


def adulti(quanti: int, il: date, *, reddito: int = 0, canone: int = 0, minori: int = 0) -> Fatti:
    """Make a nucleo of adults of 45, 44, 43, ... and of minori of 10, 9, 8, ..."""
    sigle = ("RSSMRA", "VRDLCU", "BNCNNA", "NREPLA", "GLLRSA", "FRRLNE")
    grandi = [di_eta(45 - n, il, sigle[n]) for n in range(quanti)]
    piccoli = [di_eta(10 - n, il, sigle[quanti + n]) for n in range(minori)]
    return fatti_di((*grandi, *piccoli), il=il, reddito=reddito, canone=canone)


def anziani(il: date, *eta: int, reddito: int = 0, canone: int = 0) -> Fatti:
    """Make a nucleo of people of these ages."""
    componenti = tuple(
        di_eta(anni, il, sigla) for anni, sigla in zip(eta, ("RSSMRA", "VRDLCU", "BNCNNA"), strict=False)
    )
    return fatti_di(componenti, il=il, reddito=reddito, canone=canone)


def con(fatti: Fatti, *altri: Componente) -> Fatti:
    """Add members to the nucleo and to its ISEE."""
    componenti = (*fatti.componenti, *altri)
    codici = frozenset(c.codice_fiscale for c in componenti)
    isee = tuple(replace(i, componenti=codici) for i in fatti.isee or ())
    return replace(fatti, componenti=componenti, isee=isee)


def del_mese(fatti: Fatti, mese: Mese = GIUGNO_2021, *, parametri: Parametri = RDC) -> ImportoRdc:
    return importo_mensile(fatti, parametri=parametri, mese=mese)


def esito_di(fatti: Fatti, codice: str, *, al: date | None = None, parametri: Parametri = RDC) -> EsitoRequisito:
    """Judge one requisito, on the day of the domanda unless told otherwise."""
    return verifica_requisiti(fatti, parametri=parametri, al=al or fatti.presentata_il).requisito(codice).esito


def con_parametri(valori: Mapping[str, Valore]) -> Parametri:
    """Make the parametri of the RdC with some values changed from the beginning."""
    serie = {nome: RDC.storia(nome) for nome in RDC.nomi}
    serie |= {nome: (ValoreDatato(date(2018, 1, 1), valore, "prova"),) for nome, valore in valori.items()}
    return Parametri("rdc", serie)


def analisi(esito: str, il: date | None) -> tuple[AnalisiPreliminare, ...]:
    """Make the analisi preliminare of a nucleo, a draft when `il` is None."""
    return (AnalisiPreliminare(esito=EsitoAnalisi(esito), finalizzata_il=il),)


def pagati(primo: Mese, quanti: int) -> tuple[MensilitaPagata, ...]:
    """Make the payments of months in a row."""
    return tuple(MensilitaPagata(mese=mese, importo=Decimal("500.00")) for mese in mesi_da(primo, quanti))


def decorso(
    fatti: Fatti, *, dal: Mese = GENNAIO_2023, fino: Mese = DICEMBRE_2023, parametri: Parametri = RDC
) -> tuple[MeseDecorso, ...]:
    """Follow the months of a nucleo, those of 2023 unless told otherwise."""
    return calendario(fatti, parametri=parametri, decorrenza=dal, fino=fino)


def sigle(mesi: tuple[MeseDecorso, ...]) -> str:
    """Write a letter for each month: P paid, S suspended, V empty, X ended."""
    lettere = {StatoMese.PAGATO: "P", StatoMese.SOSPESO: "S", StatoMese.VUOTO: "V", StatoMese.CESSATO: "X"}
    return "".join(lettere[m.stato] for m in mesi)


def pagamenti(mesi: tuple[MeseDecorso, ...]) -> dict[int, list[int]]:
    """Say which months are paid in each month of a year."""
    return {m.mese.numero: [p.numero for p in m.paga] for m in mesi if m.paga}
