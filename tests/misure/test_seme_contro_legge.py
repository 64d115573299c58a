# SPDX-License-Identifier: EUPL-1.2
"""Where the published answers of 2023 and the law differ: the same facts, the two outcomes, and ours is that of the law.

The numbers are those of the comparison in the reference; 12 and 14 give one outcome, 15 and 16 are not about the rules.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

import pytest

from shared.kernel.mese import Mese
from shared.misure.adi.condizionalita import effetto_variazione
from shared.misure.adi.durata import attivabili, decorrenza_rinnovo
from shared.misure.adi.importo import importo_mensile
from shared.misure.adi.lavoro import effetto_lavoro_dipendente
from shared.misure.comuni.effetti import TipoEffetto
from shared.misure.comuni.trattamenti import Sostegno, TipoSostegno
from shared.misure.esito import EsitoRequisito
from shared.misure.nucleo import (
    CategoriaVeicolo,
    ClasseGiudiziaria,
    EsitoSvantaggio,
    Fatti,
    Istruzione,
    MisuraGiudiziaria,
    RedditoAggiuntivo,
    Rinnovo,
    Svantaggio,
    TipoReddito,
    Veicolo,
)
from shared.misure.sfl.importo import importo_mensile as importo_sfl
from tests.misure.nuclei import (
    ADI,
    attestazione,
    con_isee,
    di_eta,
    esito_di,
    famiglia,
    fatti_di,
    genitore,
    persona,
)
from tests.misure.sfl.persone import SFL, adulto, con_percorso, corso, requisito

OK, KO, NON_APPLICABILE = EsitoRequisito.OK, EsitoRequisito.KO, EsitoRequisito.NON_APPLICABILE
IL = date(2025, 3, 10)
AUTO, MOTO = CategoriaVeicolo.AUTOVEICOLO, CategoriaVeicolo.MOTOVEICOLO


@dataclass(frozen=True)
class Confronto:
    """One difference: its number in the reference, the facts in words, what each reading gives, what we give."""

    numero: int
    caso: str
    seme: object
    legge: object
    nostro: Callable[[], object]


def con_veicolo(categoria: CategoriaVeicolo, cilindrata: int, immatricolato: date) -> Fatti:
    fatti = famiglia(IL)
    veicolo = Veicolo(
        codice_fiscale=fatti.richiedente, categoria=categoria, prima_immatricolazione=immatricolato, cilindrata_cc=cilindrata
    )  # fmt: skip
    return replace(fatti, veicoli=(veicolo,))


def con_condanna(*, doloso: bool, pena_mesi: int) -> Fatti:
    fatti = famiglia(IL)
    condanna = MisuraGiudiziaria(
        codice_fiscale=fatti.richiedente, classe=ClasseGiudiziaria.CONDANNA_DEFINITIVA, dal=date(2020, 1, 1), doloso=doloso,
        pena_mesi=pena_mesi,
    )  # fmt: skip
    return replace(fatti, misure_giudiziarie=(condanna,))


def genitore_senza_obbligo(nascita: date) -> Fatti:
    adulto = persona(nascita, "VRDLCU", responsabilita_genitoriale=True, istruzione=Istruzione.NON_ASSOLTO)
    return fatti_di((adulto, di_eta(8, IL, "VRDGLI")), il=IL)


def in_svantaggio(categoria: str, esito: EsitoSvantaggio) -> Fatti:
    condizione = Svantaggio(
        categoria=categoria, data_certificazione=date(2025, 1, 2), inizio_programma=date(2025, 1, 2), esito=esito
    )
    return fatti_di((di_eta(40, IL, svantaggio=condizione),), il=IL)


def vincolati(fatti: Fatti) -> set[int]:
    """Give the positions of the members bound by the duties."""
    codici = attivabili(fatti, parametri=ADI, al=IL)
    return {n for n, c in enumerate(fatti.componenti) if c.codice_fiscale in codici}


def genitori_con_figlio_adulto() -> Fatti:
    genitori = (genitore(50, IL, "CSTMRC", occupato=False), genitore(48, IL, "FRRLNE", occupato=False))
    return fatti_di((*genitori, di_eta(22, IL, "CSTLSN"), di_eta(15, IL, "CSTGRG")), il=IL)


def rinnovo_di_febbraio_2026() -> list[Decimal]:
    """Give what the first two months of a renewal asked in February 2026 pay, the last month paid being January."""
    domanda = date(2026, 2, 3)
    primo = decorrenza_rinnovo(domanda, ultimo_mese=Mese(2026, 1), parametri=ADI)
    componenti = famiglia(domanda).componenti
    isee = (attestazione(componenti, il=date(2026, 1, 10), reddito=1500, canone=4200),)
    fatti = famiglia(domanda, isee=isee, rinnovo=Rinnovo(primo_mese=primo, ultimo_mese_precedente=Mese(2026, 1)))
    return [importo_mensile(fatti, parametri=ADI, mese=Mese(2026, n)).totale for n in (2, 3)]


DELL_ADI = [
    Confronto(
        1, "auto di 900 cc immatricolata da un mese", KO, OK,
        lambda: esito_di(con_veicolo(AUTO, 900, date(2025, 2, 10)), "ADI-R10"),
    ),
    Confronto(
        1, "moto di 300 cc immatricolata da 30 mesi, oltre i due anni", OK, KO,
        lambda: esito_di(con_veicolo(MOTO, 300, date(2022, 9, 10)), "ADI-R10"),
    ),
    Confronto(
        3, "genitori, figlio di 22 anni, figlio di 15: il seme lascia fuori il primo e prende il figlio", {1, 2}, {0, 1},
        lambda: vincolati(genitori_con_figlio_adulto()),
    ),
    Confronto(
        4, "genitore di 40 anni senza obbligo di istruzione, non iscritto", KO, NON_APPLICABILE,
        lambda: esito_di(genitore_senza_obbligo(date(1985, 1, 1)), "ADI-R17"),
    ),
    Confronto(
        6, "domanda di rinnovo a febbraio 2026: senza regola sulla prima rata, o al 50 per cento",
        [Decimal("882.50"), Decimal("882.50")], [Decimal("441.25"), Decimal("882.50")], rinnovo_di_febbraio_2026,
    ),
    Confronto(
        7, "ex detenuto nel primo anno, fuori dall'elenco provvisorio", KO, OK,
        lambda: esito_di(in_svantaggio("EX_DETENUTI", EsitoSvantaggio.CONFERMATO), "ADI-R01"),
    ),
    Confronto(
        7, "svantaggio su cui il servizio tace per 60 giorni", KO, OK,
        lambda: esito_di(in_svantaggio("DIPENDENZE", EsitoSvantaggio.SILENZIO_ASSENSO), "ADI-R15"),
    ),
    Confronto(
        8, "condanna del 2020 per un reato colposo a 24 mesi", KO, OK,
        lambda: esito_di(con_condanna(doloso=False, pena_mesi=24), "ADI-R12"),
    ),
    Confronto(
        8, "condanna del 2020 per un delitto doloso a 11 mesi", KO, OK,
        lambda: esito_di(con_condanna(doloso=True, pena_mesi=11), "ADI-R12"),
    ),
]  # fmt: skip


def sfl_di(fatti: Fatti, codice: str) -> EsitoRequisito:
    return requisito(fatti, codice).esito


def coppia_con_figlio_nel_2024() -> Fatti:
    """Make a nucleo whose scala is 2,04 for the ISEE and 1,15 for the ADI: thresholds of 12.240 and 6.900 euro."""
    il = date(2024, 12, 10)
    componenti = (genitore(40, il, "VRDLCU"), genitore(39, il, "BNCNNA"), di_eta(8, il, "VRDGLI"))
    return con_percorso(con_isee(fatti_di(componenti, il=il, reddito=12000), scala=Decimal("2.04")), il)


def con_istruzione(anni: int) -> Fatti:
    fatti = adulto(IL, anni=anni)
    senza = replace(fatti.componenti[0], istruzione=Istruzione.NON_ASSOLTO)
    return replace(fatti, componenti=(senza,))


def con_altra_disoccupazione() -> Fatti:
    """Make a person who gets a support for an unemployment that is not involuntary."""
    fatti = adulto(IL)
    sostegno = Sostegno(codice_fiscale=fatti.richiedente, tipo=TipoSostegno.ALTRO_DISOCCUPAZIONE, dal=date(2025, 1, 1))
    return con_percorso(fatti, IL, sostegni=(sostegno,))


def sfl_con_lavoro() -> Decimal:
    """Give the April of who took a job of 8.000 euro gross in March, 5.000 above the franchigia."""
    fatti = adulto(IL)
    lavoro = RedditoAggiuntivo(
        codice_fiscale=fatti.richiedente, tipo=TipoReddito.LAVORO, importo_annuo=Decimal(8000), dal=date(2025, 3, 15)
    )
    return importo_sfl(replace(fatti, redditi=(lavoro,)), parametri=SFL, mese=Mese(2025, 4)).totale


def sfl_a_cavallo() -> list[Decimal]:
    """Give December 2024, January 2025, twelfth and thirteenth month of a course from May 2024 to June 2025."""
    il = date(2024, 5, 2)
    fatti = con_percorso(adulto(il), il, attivita=(corso(il, date(2025, 6, 30)),), psp_aggiornato=(date(2025, 4, 10),))
    mesi = (Mese(2024, 12), Mese(2025, 1), Mese(2025, 4), Mese(2025, 5))
    return [importo_sfl(fatti, parametri=SFL, mese=mese).totale for mese in mesi]


def lavoro_sotto_la_franchigia() -> TipoEffetto:
    """Say what follows, two months later, for who never told of a job worth less than 3.000 euro."""
    return effetto_lavoro_dipendente(date(2025, 3, 1), comunicato_il=None, parametri=SFL, al=date(2025, 5, 1)).tipo


def variazione_comunicata_senza_dsu() -> TipoEffetto:
    """Say what follows for who told of a change of reddito in time, without a new DSU."""
    return effetto_variazione(
        date(2025, 3, 1), comunicata_il=date(2025, 3, 10), parametri=SFL, al=date(2025, 5, 1)
    ).tipo


TRECENTOCINQUANTA, CINQUECENTO, ZERO = Decimal("350.00"), Decimal("500.00"), Decimal("0.00")
DELL_SFL = [
    Confronto(
        1, "SFL, auto di 900 cc immatricolata da un mese", KO, OK,
        lambda: sfl_di(con_veicolo(AUTO, 900, date(2025, 2, 10)), "SFL-R06"),
    ),
    Confronto(
        1, "SFL, moto di 300 cc immatricolata da 30 mesi, oltre i due anni", OK, KO,
        lambda: sfl_di(con_veicolo(MOTO, 300, date(2022, 9, 10)), "SFL-R06"),
    ),
    Confronto(
        2, "coppia con un figlio, reddito di 12.000 euro nel 2024: scala dell'ADI o dell'ISEE", KO, OK,
        lambda: sfl_di(coppia_con_figlio_nel_2024(), "SFL-R04"),
    ),
    Confronto(
        4, "persona di 40 anni senza obbligo di istruzione, non iscritta", KO, NON_APPLICABILE,
        lambda: sfl_di(con_istruzione(40), "SFL-R11"),
    ),
    Confronto(
        5, "ISEE di 8.000 euro a marzo 2025: soglia di 6.000 o di 10.140", KO, OK,
        lambda: sfl_di(con_isee(adulto(IL), isee=Decimal(8000)), "SFL-R03"),
    ),
    Confronto(
        5, "350 euro per dodici mesi, o 500 dal 2025 e proroga per finire il corso",
        [TRECENTOCINQUANTA, TRECENTOCINQUANTA, TRECENTOCINQUANTA, ZERO],
        [TRECENTOCINQUANTA, CINQUECENTO, CINQUECENTO, CINQUECENTO], sfl_a_cavallo,
    ),
    Confronto(
        9, "lavoro da meno di 3.000 euro mai comunicato", TipoEffetto.NESSUNO, TipoEffetto.SOSPENSIONE,
        lavoro_sotto_la_franchigia,
    ),
    Confronto(
        10, "lavoro da 8.000 euro: l'importo scende di un dodicesimo di 5.000, o resta fisso", Decimal("83.33"), CINQUECENTO,
        sfl_con_lavoro,
    ),
    Confronto(
        11, "reddito cambiato e comunicato in nove giorni, senza nuova DSU", TipoEffetto.DECADENZA, TipoEffetto.NESSUNO,
        variazione_comunicata_senza_dsu,
    ),
    Confronto(
        13, "sostegno per una disoccupazione non involontaria", OK, KO,
        lambda: sfl_di(con_altra_disoccupazione(), "SFL-R09"),
    ),
]  # fmt: skip


class TestSemeControLegge:
    @pytest.mark.parametrize("confronto", DELL_ADI + DELL_SFL, ids=lambda c: f"{c.numero}: {c.caso}")
    def test_follows_the_law_where_the_two_readings_differ(self, confronto: Confronto) -> None:
        nostro = confronto.nostro()

        assert confronto.seme != confronto.legge
        assert nostro == confronto.legge
