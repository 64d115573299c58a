# SPDX-License-Identifier: EUPL-1.2
"""Sanctions of ADI and SFL: terms for changes and DSU, causes of decadenza, return of money, waiting times."""

from datetime import date
from decimal import Decimal

import pytest

from shared.kernel.mese import Mese
from shared.misure.adi.condizionalita import (
    CausaDecadenza,
    da_restituire,
    decadenza,
    effetto_psp,
    effetto_variazione,
    effetto_variazione_nucleo,
    nuova_domanda_dal,
    revoca,
)
from shared.misure.adi.lavoro import effetto_lavoro_dipendente
from shared.misure.comuni.effetti import TipoEffetto
from shared.misure.nucleo import Precedente, TipoPrecedente
from shared.misure.parametri import Parametri
from tests.misure.nuclei import ADI, famiglia
from tests.misure.sfl.persone import SFL

NESSUNO, SOSPENSIONE, DECADENZA = TipoEffetto.NESSUNO, TipoEffetto.SOSPENSIONE, TipoEffetto.DECADENZA
MISURE = pytest.mark.parametrize("parametri", [ADI, SFL], ids=["ADI", "SFL"])
IL = date(2025, 3, 10)
PAGATI = {Mese(2025, n): Decimal("500.00") for n in range(1, 7)}


class TestVariazione:
    @MISURE
    @pytest.mark.regola("S004-F36")
    @pytest.mark.parametrize(
        ("comunicata", "al", "tipo"),
        [
            (date(2025, 3, 25), date(2025, 12, 1), NESSUNO),
            (date(2025, 3, 26), date(2025, 12, 1), DECADENZA),
            (None, date(2025, 3, 25), NESSUNO),
            (None, date(2025, 3, 26), DECADENZA),
        ],
    )
    def test_is_told_within_15_days(
        self, parametri: Parametri, comunicata: date | None, al: date, tipo: TipoEffetto
    ) -> None:
        effetto = effetto_variazione(IL, comunicata_il=comunicata, parametri=parametri, al=al)

        assert (effetto.evento, effetto.tipo, effetto.termine) == ("E14", tipo, date(2025, 3, 25))

    @MISURE
    @pytest.mark.regola("S004-F36")
    @pytest.mark.parametrize(
        ("il", "dsu", "al", "tipo"),
        [
            (IL, date(2025, 4, 10), date(2025, 12, 1), NESSUNO),
            (IL, date(2025, 4, 11), date(2025, 12, 1), DECADENZA),
            (IL, None, date(2025, 4, 10), NESSUNO),
            (date(2025, 1, 31), None, date(2025, 2, 28), NESSUNO),
            (date(2025, 1, 31), None, date(2025, 3, 1), DECADENZA),
        ],
    )
    def test_of_the_nucleo_asks_for_a_dsu_within_a_month(
        self, parametri: Parametri, il: date, dsu: date | None, al: date, tipo: TipoEffetto
    ) -> None:
        effetto = effetto_variazione_nucleo(il, dsu_il=dsu, parametri=parametri, al=al)

        assert (effetto.evento, effetto.tipo) == ("E15", tipo)


class TestPsp:
    @MISURE
    @pytest.mark.regola("S004-F36")
    @pytest.mark.parametrize(
        ("firmato", "al", "tipo", "dal", "fino_al"),
        [
            (None, date(2025, 5, 9), NESSUNO, None, None),
            (date(2025, 5, 9), date(2025, 12, 1), NESSUNO, None, None),
            (None, date(2025, 5, 10), SOSPENSIONE, date(2025, 5, 10), None),
            (date(2025, 6, 1), date(2025, 12, 1), SOSPENSIONE, date(2025, 5, 10), date(2025, 6, 1)),
            (None, date(2025, 8, 7), SOSPENSIONE, date(2025, 5, 10), None),
            (None, date(2025, 8, 8), DECADENZA, date(2025, 8, 8), None),
            (date(2025, 8, 8), date(2025, 12, 1), DECADENZA, date(2025, 8, 8), None),
        ],
    )
    def test_is_signed_in_60_days_or_suspends_for_90(
        self,
        parametri: Parametri,
        firmato: date | None,
        al: date,
        tipo: TipoEffetto,
        dal: date | None,
        fino_al: date | None,
    ) -> None:
        effetto = effetto_psp(IL, sottoscritto_il=firmato, parametri=parametri, al=al)

        assert (effetto.evento, effetto.tipo, effetto.dal, effetto.al) == ("E07", tipo, dal, fino_al)


class TestDecadenza:
    @pytest.mark.regola("S004-F36")
    @pytest.mark.parametrize(
        ("causa", "evento"),
        [
            (CausaDecadenza.MANCATA_PRESENTAZIONE, "E03"),
            (CausaDecadenza.PSP_NON_SOTTOSCRITTO, "E07"),
            (CausaDecadenza.VARIAZIONI_NON_COMUNICATE, "E14"),
            (CausaDecadenza.COMUNICAZIONI_MENDACI, "E14"),
            (CausaDecadenza.DSU_NON_AGGIORNATA, "E15"),
            (CausaDecadenza.PERDITA_DEI_REQUISITI, "E19"),
            (CausaDecadenza.OFFERTA_RIFIUTATA, "E20"),
            (CausaDecadenza.MANCATA_PARTECIPAZIONE, "E21"),
            (CausaDecadenza.ISTRUZIONE_ADULTI_NON_FREQUENTATA, "E21"),
            (CausaDecadenza.LAVORO_NON_DICHIARATO, "E22"),
            (CausaDecadenza.CONDANNA_DEFINITIVA, "E25"),
            (CausaDecadenza.SFL_INCOMPATIBILE, "E26"),
        ],
    )
    def test_has_an_event_a_sentence_and_a_norm_for_each_cause(self, causa: CausaDecadenza, evento: str) -> None:
        effetto = decadenza(causa, il=IL)

        assert (effetto.evento, effetto.tipo, effetto.dal) == (evento, DECADENZA, IL)
        assert effetto.spiegazione.endswith(".")
        assert "D.L. 48/2023" in effetto.fonte

    def test_covers_every_cause(self) -> None:
        assert len({decadenza(causa, il=IL).spiegazione for causa in CausaDecadenza}) == len(CausaDecadenza)


class TestDaRestituire:
    def test_is_what_was_paid_after_the_month_of_a_decadenza(self) -> None:
        effetto = decadenza(CausaDecadenza.OFFERTA_RIFIUTATA, il=IL)

        assert da_restituire(PAGATI, effetto=effetto) == Decimal("1500.00")

    def test_is_everything_for_a_revoca(self) -> None:
        effetto = revoca(presentata_il=date(2024, 12, 5))

        assert (effetto.evento, effetto.tipo) == ("E23", TipoEffetto.REVOCA)
        assert da_restituire(PAGATI, effetto=effetto) == Decimal("3000.00")

    @pytest.mark.parametrize("al", [date(2025, 5, 1), date(2025, 5, 2)])
    def test_is_nothing_for_a_sospensione(self, al: date) -> None:
        effetto = effetto_lavoro_dipendente(date(2025, 4, 1), comunicato_il=None, parametri=ADI, al=al)

        assert da_restituire(PAGATI, effetto=effetto) == Decimal("0.00")


class TestNuovaDomanda:
    @MISURE
    @pytest.mark.regola("S004-F36")
    @pytest.mark.parametrize(
        ("tipo", "dal"),
        [
            (TipoPrecedente.DECADENZA, date(2025, 9, 11)),
            (TipoPrecedente.REVOCA, date(2025, 9, 11)),
            (TipoPrecedente.CONDANNA, date(2035, 3, 11)),
        ],
    )
    def test_waits_six_months_or_ten_years(self, parametri: Parametri, tipo: TipoPrecedente, dal: date) -> None:
        precedente = Precedente(codice_fiscale=famiglia(IL).richiedente, tipo=tipo, il=IL)

        assert nuova_domanda_dal(precedente, p=parametri.al(IL)) == dal
