# SPDX-License-Identifier: EUPL-1.2
"""Work during ADI and SFL: terms of the communications, incentives, short jobs, and what the importo becomes."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from shared.kernel.mese import Mese, Periodo
from shared.misure.adi.durata import mesi_spettanti
from shared.misure.adi.importo import importo_mensile
from shared.misure.adi.lavoro import (
    cumulabile,
    eccedenza_autonomo,
    effetto_comunicazione_trimestrale,
    effetto_lavoro_autonomo,
    effetto_lavoro_dipendente,
    incentivo_addizionale,
    mesi_invariati,
    mesi_sospesi,
    redditi_computabili,
    scadenza_trimestre,
    sospende,
)
from shared.misure.adi.quadro import quadro_del_giorno
from shared.misure.adi.reddito import reddito_familiare
from shared.misure.comuni.effetti import TipoEffetto
from shared.misure.nucleo import RedditoAggiuntivo, TipoReddito
from shared.misure.parametri import Parametri, ParametroMancante
from tests.misure.nuclei import ADI, con_parametri, famiglia
from tests.misure.sfl.persone import SFL

NESSUNO, SOSPENSIONE, DECADENZA = TipoEffetto.NESSUNO, TipoEffetto.SOSPENSIONE, TipoEffetto.DECADENZA
MISURE = pytest.mark.parametrize("parametri", [ADI, SFL], ids=["ADI", "SFL"])
AVVIO = date(2025, 4, 1)
IL = date(2025, 1, 15)


class TestLavoroDipendente:
    @MISURE
    @pytest.mark.regola("S004-F20")
    @pytest.mark.parametrize(
        ("comunicato", "al", "tipo", "dal", "fino_al"),
        [
            (date(2025, 5, 1), date(2026, 1, 1), NESSUNO, None, None),
            (None, date(2025, 5, 1), NESSUNO, None, None),
            (None, date(2025, 5, 2), SOSPENSIONE, date(2025, 5, 2), None),
            (date(2025, 5, 2), date(2026, 1, 1), SOSPENSIONE, date(2025, 5, 2), date(2025, 5, 2)),
            (date(2025, 7, 1), date(2026, 1, 1), SOSPENSIONE, date(2025, 5, 2), date(2025, 7, 1)),
            (date(2025, 7, 1), date(2025, 6, 30), SOSPENSIONE, date(2025, 5, 2), None),
            (None, date(2025, 7, 1), SOSPENSIONE, date(2025, 5, 2), None),
            (None, date(2025, 7, 2), DECADENZA, date(2025, 7, 2), None),
            (date(2025, 7, 2), date(2025, 7, 2), DECADENZA, date(2025, 7, 2), None),
        ],
    )
    def test_is_communicated_in_30_days_or_suspends_up_to_three_months(
        self,
        parametri: Parametri,
        comunicato: date | None,
        al: date,
        tipo: TipoEffetto,
        dal: date | None,
        fino_al: date | None,
    ) -> None:
        effetto = effetto_lavoro_dipendente(AVVIO, comunicato_il=comunicato, parametri=parametri, al=al)

        assert (effetto.evento, effetto.tipo, effetto.dal, effetto.al) == ("E09", tipo, dal, fino_al)

    def test_says_the_last_day(self) -> None:
        effetto = effetto_lavoro_dipendente(AVVIO, comunicato_il=None, parametri=ADI, al=AVVIO)

        assert effetto.termine == date(2025, 5, 1)
        assert "01/05/2025" in effetto.spiegazione

    def test_has_no_term_before_the_misura(self) -> None:
        with pytest.raises(ParametroMancante):
            effetto_lavoro_dipendente(date(2023, 12, 1), comunicato_il=None, parametri=ADI, al=IL)

    @MISURE
    @pytest.mark.regola("S004-F20")
    @pytest.mark.parametrize(("lordo", "conta"), [("3000.00", "0"), ("3000.01", "0.01"), ("8000.00", "5000.00")])
    def test_counts_above_3000_from_the_month_after(self, parametri: Parametri, lordo: str, conta: str) -> None:
        fatti = famiglia(IL, reddito=0)
        lavoro = RedditoAggiuntivo(
            codice_fiscale=fatti.richiedente, tipo=TipoReddito.LAVORO, importo_annuo=Decimal(lordo), dal=AVVIO
        )
        con_lavoro = replace(fatti, redditi=(lavoro,))

        quadri = [
            quadro_del_giorno(con_lavoro, parametri=parametri, al=g) for g in (date(2025, 4, 30), date(2025, 5, 1))
        ]
        redditi = [reddito_familiare(q, q.isee).valore for q in quadri if q.isee is not None]
        assert redditi == [Decimal(0), Decimal(conta)]


class TestLavoroAutonomo:
    @MISURE
    @pytest.mark.regola("S004-F21")
    @pytest.mark.parametrize(
        ("comunicato", "al", "tipo"),
        [
            (date(2025, 3, 31), date(2026, 1, 1), NESSUNO),
            (date(2025, 4, 1), date(2025, 4, 1), DECADENZA),
            (None, date(2025, 3, 31), NESSUNO),
            (None, date(2025, 4, 1), DECADENZA),
        ],
    )
    def test_is_communicated_by_the_day_before(
        self, parametri: Parametri, comunicato: date | None, al: date, tipo: TipoEffetto
    ) -> None:
        effetto = effetto_lavoro_autonomo(AVVIO, comunicato_il=comunicato, parametri=parametri, al=al)

        assert (effetto.evento, effetto.tipo, effetto.termine) == ("E11", tipo, date(2025, 3, 31))

    @MISURE
    @pytest.mark.regola("S004-F21")
    @pytest.mark.parametrize(
        ("mese", "termine"),
        [
            (Mese(2025, 1), date(2025, 4, 15)),
            (Mese(2025, 3), date(2025, 4, 15)),
            (Mese(2025, 4), date(2025, 7, 15)),
            (Mese(2025, 12), date(2026, 1, 15)),
        ],
    )
    def test_gives_the_income_by_the_15th_after_each_quarter(
        self, parametri: Parametri, mese: Mese, termine: date
    ) -> None:
        assert scadenza_trimestre(mese, parametri=parametri) == termine

    @pytest.mark.parametrize(
        ("regola", "comunicato", "al", "tipo"),
        [
            ("DECADENZA", date(2025, 7, 15), date(2025, 8, 1), NESSUNO),
            ("DECADENZA", None, date(2025, 7, 15), NESSUNO),
            ("DECADENZA", None, date(2025, 7, 16), DECADENZA),
            ("NESSUNO", None, date(2025, 7, 16), NESSUNO),
        ],
    )
    def test_without_the_income_of_a_quarter_ends_the_right(
        self, regola: str, comunicato: date | None, al: date, tipo: TipoEffetto
    ) -> None:
        parametri = con_parametri({"com_lavoro_autonomo_trimestre_effetto": regola})

        effetto = effetto_comunicazione_trimestrale(Mese(2025, 5), comunicato_il=comunicato, parametri=parametri, al=al)

        assert (effetto.evento, effetto.tipo) == ("E12", tipo)

    @MISURE
    @pytest.mark.regola("S004-F21")
    def test_leaves_two_months_unchanged_then_counts_the_quarter_before_above_3000(self, parametri: Parametri) -> None:
        trimestri = {Mese(2025, 4): Decimal("2500.00"), Mese(2025, 9): Decimal("2500.00")}

        eccedenze = [
            eccedenza_autonomo(m, avvio=AVVIO, trimestri=trimestri, parametri=parametri)
            for m in (Mese(2025, 4), Mese(2025, 5), Mese(2025, 6), Mese(2025, 7), Mese(2025, 10), Mese(2026, 4))
        ]
        assert mesi_invariati(AVVIO, parametri=parametri) == (Mese(2025, 5), Mese(2025, 6))
        assert eccedenze == [Decimal(n) for n in ("0", "0", "0", "0", "2000.00", "0")]

    def test_may_count_the_quarter_as_a_year(self) -> None:
        parametri = con_parametri({"lavoro_autonomo_base": "TRIMESTRE_ANNUALIZZATO"})

        eccedenza = eccedenza_autonomo(
            Mese(2025, 8), avvio=AVVIO, trimestri={Mese(2025, 4): Decimal("2500.00")}, parametri=parametri
        )
        assert eccedenza == Decimal("7000.00")

    @pytest.mark.regola("S004-F21")
    def test_leaves_the_importo_unchanged_for_two_months(self) -> None:
        fatti = famiglia(IL)
        attivita = RedditoAggiuntivo(
            codice_fiscale=fatti.richiedente,
            tipo=TipoReddito.LAVORO,
            importo_annuo=Decimal("8000.00"),
            dal=AVVIO,
            autonomo=True,
        )

        mesi = [Mese(2025, n) for n in (4, 5, 6, 7)]
        importi = [importo_mensile(replace(fatti, redditi=(attivita,)), parametri=ADI, mese=m).totale for m in mesi]
        assert importi == [Decimal(n) for n in ("882.50", "882.50", "882.50", "465.83")]


class TestIncentivoAddizionale:
    @MISURE
    @pytest.mark.regola("S004-F22")
    @pytest.mark.parametrize(
        ("mensile", "fruizione", "importo"),
        [
            ("500.00", 1, "3000.00"),
            ("882.50", 12, "3000.00"),
            ("882.50", 13, "0.00"),
            ("350.00", 6, "2100.00"),
            ("433.33", 2, "2599.98"),
        ],
    )
    def test_is_six_months_up_to_500_within_the_first_twelve(
        self, parametri: Parametri, mensile: str, fruizione: int, importo: str
    ) -> None:
        trovato = incentivo_addizionale(Decimal(mensile), avvio=AVVIO, mese_di_fruizione=fruizione, parametri=parametri)

        assert trovato == Decimal(importo)


class TestPoliticheAttive:
    @MISURE
    @pytest.mark.regola("S004-F23")
    @pytest.mark.parametrize(
        ("indennita", "tenuta", "conta"), [("3000.00", "3000.00", "0"), ("3000.01", "3000.00", "0.01")]
    )
    def test_are_kept_up_to_3000_a_year(self, parametri: Parametri, indennita: str, tenuta: str, conta: str) -> None:
        fatti = famiglia(IL, reddito=0)
        politica = RedditoAggiuntivo(
            codice_fiscale=fatti.richiedente,
            tipo=TipoReddito.POLITICHE_ATTIVE,
            importo_annuo=Decimal(indennita),
            dal=IL,
        )
        q = quadro_del_giorno(replace(fatti, redditi=(politica,)), parametri=parametri, al=IL)

        assert q.isee is not None
        assert cumulabile(Decimal(indennita), parametri=parametri, al=IL) == Decimal(tenuta)
        assert reddito_familiare(q, q.isee).valore == Decimal(conta)


class TestContratti:
    @MISURE
    @pytest.mark.regola("S004-F24")
    @pytest.mark.parametrize(
        ("al", "atteso"),
        [
            (date(2025, 4, 29), False),
            (date(2025, 4, 30), True),
            (date(2025, 9, 30), True),
            (date(2025, 10, 1), False),
            (None, False),
        ],
    )
    def test_from_one_to_six_months_suspend(self, parametri: Parametri, al: date | None, atteso: bool) -> None:
        assert sospende(Periodo(AVVIO, al), parametri=parametri) is atteso

    @pytest.mark.parametrize(
        ("regola", "mesi"),
        [("PRIMO_GIORNO", [4, 5, 6]), ("OGNI_GIORNO", [3, 4, 5, 6])],
    )
    def test_suspend_the_months_of_their_length(self, regola: str, mesi: list[int]) -> None:
        parametri = con_parametri({"contratto_mesi_sospesi": regola})

        sospesi = mesi_sospesi([Periodo(date(2025, 3, 15), date(2025, 6, 14))], parametri=parametri)

        assert sospesi == {Mese(2025, n) for n in mesi}

    def test_keep_the_residual_months(self) -> None:
        sospesi = mesi_sospesi([Periodo(AVVIO, date(2025, 6, 30)), Periodo(date(2026, 1, 1))], parametri=ADI)

        spettanti = mesi_spettanti(Mese(2025, 2), parametri=ADI, sospesi=sospesi)

        assert not set(spettanti) & sospesi
        assert (len(spettanti), spettanti[-1]) == (18, Mese(2026, 10))

    @MISURE
    @pytest.mark.regola("S004-F24")
    def test_have_a_pay_that_does_not_count(self, parametri: Parametri) -> None:
        chi = famiglia(IL).richiedente
        breve, lungo = Periodo(AVVIO, date(2025, 6, 30)), Periodo(date(2025, 8, 1), date(2026, 7, 31))
        redditi = tuple(
            RedditoAggiuntivo(
                codice_fiscale=chi, tipo=TipoReddito.LAVORO, importo_annuo=Decimal("9000.00"), dal=c.dal, al=c.al
            )
            for c in (breve, lungo)
        )
        pensione = replace(redditi[0], tipo=TipoReddito.PENSIONE)

        restano = redditi_computabili((*redditi, pensione), [(chi, breve), (chi, lungo)], parametri=parametri)

        assert restano == (redditi[1], pensione)


class TestPensione:
    @MISURE
    @pytest.mark.regola("S004-F25")
    def test_begun_during_the_benefit_updates_the_income_from_its_day(self, parametri: Parametri) -> None:
        fatti = famiglia(IL, reddito=1500)
        pensione = RedditoAggiuntivo(
            codice_fiscale=fatti.richiedente, tipo=TipoReddito.PENSIONE, importo_annuo=Decimal("4000.00"), dal=AVVIO
        )
        con_pensione = replace(fatti, redditi=(pensione,))

        quadri = [quadro_del_giorno(con_pensione, parametri=parametri, al=g) for g in (date(2025, 3, 31), AVVIO)]
        redditi = [reddito_familiare(q, q.isee).valore for q in quadri if q.isee is not None]
        assert redditi == [Decimal(1500), Decimal("5500.00")]
