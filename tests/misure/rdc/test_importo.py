# SPDX-License-Identifier: EUPL-1.2
"""Importo of the RdC: the golden cases RDC-G1 to RDC-G9, the limits, new work income, the end of the misura."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from shared.kernel.mese import Mese, Periodo
from shared.misure.adi.scala import scala as scala_adi
from shared.misure.comuni.isee import IseeNonDisponibile
from shared.misure.comuni.trattamenti import NaturaTrattamento
from shared.misure.nucleo import CausaFineLavoro, CessazioneLavoro, Fatti, RedditoAggiuntivo, TipoReddito
from shared.misure.rdc.fatti import PeriodoDi
from shared.misure.rdc.scala import nella_scala, scala
from tests.misure.nuclei import ADI, con_componente, con_isee, di_eta, famiglia
from tests.misure.rdc.casi import GIUGNO_2021, IL, RDC, adulti, anziani, con, con_parametri, con_rdc, del_mese, euro


def g9() -> Fatti:
    fatti = adulti(3, IL, reddito=2000)
    dimissioni = CessazioneLavoro(
        codice_fiscale=fatti.componenti[2].codice_fiscale, il=date(2021, 1, 5), causa=CausaFineLavoro.DIMISSIONI
    )
    return replace(fatti, cessazioni=(dimissioni,))


G1 = adulti(1, IL, canone=4800)
G2 = adulti(2, IL, minori=1, reddito=4530)
ORO = [
    ("RDC-G1", G1, "1.0", "500.00", "280.00", "780.00"),
    ("RDC-G2", G2, "1.6", "422.50", "0.00", "422.50"),
    ("RDC-G3", con_rdc(G2, rata_mutuo_annua=euro("8000.00")), "1.6", "422.50", "150.00", "572.50"),
    ("RDC-G4", adulti(1, IL, reddito=7000, canone=3600), "1.0", "0.00", "196.67", "196.67"),
    ("RDC-G5", anziani(IL, 70, 69, reddito=6000, canone=3000), "1.4", "382.00", "150.00", "532.00"),
    ("RDC-G6", adulti(2, IL, reddito=8300), "1.4", "40.00", "0.00", "40.00"),
    ("RDC-G7", adulti(4, IL, reddito=13000, canone=3000), "2.1", "0.00", "250.00", "250.00"),
    ("RDC-G8", adulti(2, IL, minori=2, reddito=3000, canone=4200), "1.8", "650.00", "280.00", "930.00"),
    ("RDC-G9", g9(), "1.4", "533.33", "0.00", "533.33"),
]


class TestCasiDiOro:
    @pytest.mark.parametrize(("fatti", "atteso", "a", "b", "totale"), [c[1:] for c in ORO], ids=[c[0] for c in ORO])
    def test_match_to_the_cent(self, fatti: Fatti, atteso: str, a: str, b: str, totale: str) -> None:
        importo = del_mese(fatti)

        assert (importo.scala, importo.quota_a, importo.quota_b) == (euro(atteso), euro(a), euro(b))
        assert (importo.totale, importo.lordo, importo.spetta) == (euro(totale), euro(totale), True)

    def test_keep_the_cents_that_inps_drops(self) -> None:
        con_mutuo = con_rdc(G2, rata_mutuo_annua=euro("8000.00"))

        importi = [del_mese(fatti) for fatti in (G2, con_mutuo)]

        assert [i.totale for i in importi] == [euro("422.50"), euro("572.50")]
        assert [i.importo_inps for i in importi] == [None, None]

    def test_show_the_truncated_figures_of_inps_only_when_asked(self) -> None:
        come_inps = con_parametri({"compatibilita_inps_troncamento": True})

        importi = [del_mese(f, parametri=come_inps) for f in (G2, con_rdc(G2, rata_mutuo_annua=euro("8000.00")))]

        assert [i.importo_inps for i in importi] == [euro("422.00"), euro("572.00")]
        assert [i.totale for i in importi] == [euro("422.50"), euro("572.50")]


class TestQuote:
    def test_never_sum_rent_and_loan(self) -> None:
        fatti = con_rdc(G1, rata_mutuo_annua=euro("8000.00"))

        assert del_mese(fatti).quota_b == euro("280.00")

    @pytest.mark.parametrize(
        ("reddito", "canone", "totale"),
        [
            (Decimal("5999.99"), 0, "40.00"),
            (Decimal("5520.00"), 0, "40.00"),
            (Decimal("5519.00"), 0, "40.08"),
            (Decimal("9359.99"), 3000, "40.00"),
            (Decimal("8880.00"), 3000, "40.00"),
            (Decimal("8879.00"), 3000, "40.08"),
        ],
    )
    def test_are_brought_to_the_minimum(self, reddito: Decimal, canone: int, totale: str) -> None:
        fatti = con_isee(adulti(1, IL, canone=canone))
        assert fatti.isee is not None

        fatti = replace(fatti, isee=(replace(fatti.isee[0], reddito_familiare=reddito),))

        assert del_mese(fatti).totale == euro(totale)

    @pytest.mark.parametrize(
        ("fatti", "soglia"),
        [
            (adulti(1, IL, reddito=6000), "6.000,00"),
            (adulti(1, IL, reddito=9360, canone=100), "9.360,00"),
            (anziani(IL, 67, reddito=7560), "7.560,00"),
            (anziani(IL, 66, reddito=6000), "6.000,00"),
        ],
    )
    def test_are_nothing_at_the_threshold_of_access(self, fatti: Fatti, soglia: str) -> None:
        importo = del_mese(fatti)

        assert (importo.spetta, importo.totale) == (False, euro("0.00"))
        assert f"soglia di {soglia} euro" in importo.righe[-1]

    @pytest.mark.parametrize(("canone", "quota_b"), [(3360, "280.00"), (3361, "280.00"), (3359, "279.92"), (1, "0.08")])
    def test_limit_the_rent(self, canone: int, quota_b: str) -> None:
        assert del_mese(adulti(1, IL, canone=canone)).quota_b == euro(quota_b)

    @pytest.mark.parametrize(("rata", "quota_b"), [("1799.00", "149.92"), ("1800.00", "150.00"), ("1801.00", "150.00")])
    def test_limit_the_loan(self, rata: str, quota_b: str) -> None:
        assert del_mese(con_rdc(adulti(1, IL), rata_mutuo_annua=euro(rata))).quota_b == euro(quota_b)

    def test_are_explained_line_by_line_without_names(self) -> None:
        importo = del_mese(adulti(1, IL, reddito=7000, canone=3600))

        testo = "\n".join(importo.righe)
        assert "entro il massimo complessivo di 2.360,00 euro l'anno, cioè 2.360,00 euro l'anno" in testo
        assert "2.360,00 diviso 12, cioè 196,67 euro" in testo
        assert "RSSMRA" not in testo

    def test_need_an_isee(self) -> None:
        with pytest.raises(IseeNonDisponibile):
            del_mese(replace(G1, isee=()))


class TestScala:
    @pytest.mark.parametrize(
        ("grandi", "piccoli", "valore"), [(1, 0, "1.0"), (2, 0, "1.4"), (3, 1, "2.0"), (2, 4, "2.1"), (4, 0, "2.1")]
    )
    def test_adds_and_stops_at_the_cap(self, grandi: int, piccoli: int, valore: str) -> None:
        assert scala(adulti(grandi, IL, minori=piccoli), parametri=RDC, al=IL) == euro(valore)

    def test_has_a_higher_cap_with_a_grave_disability(self) -> None:
        fatti = con_componente(adulti(4, IL), 3, disabile_grave=True)

        assert scala(fatti, parametri=RDC, al=IL) == euro("2.2")

    def test_counts_as_an_adult_who_turns_18(self) -> None:
        figlio = di_eta(17, IL, "FRRLCU")
        compleanno = date(2021, figlio.data_nascita.month, figlio.data_nascita.day)
        fatti = con(adulti(1, IL), figlio)

        prima, dopo = (scala(fatti, parametri=RDC, al=giorno) for giorno in (compleanno - date.resolution, compleanno))

        assert (prima, dopo) == (euro("1.2"), euro("1.4"))

    @pytest.mark.parametrize(("al", "valore"), [(date(2022, 1, 5), "1.4"), (date(2022, 1, 6), "1.8")])
    def test_counts_again_who_resigned_twelve_months_ago(self, al: date, valore: str) -> None:
        assert scala(g9(), parametri=RDC, al=al) == euro(valore)

    @pytest.mark.parametrize("causa", [CausaFineLavoro.DIMISSIONI_GIUSTA_CAUSA, CausaFineLavoro.LICENZIAMENTO])
    def test_counts_who_did_not_resign_of_his_own_will(self, causa: CausaFineLavoro) -> None:
        fatti = g9()
        assert fatti.cessazioni is not None

        fatti = replace(fatti, cessazioni=(replace(fatti.cessazioni[0], causa=causa),))

        assert scala(fatti, parametri=RDC, al=IL) == euro("1.8")

    def test_leaves_out_who_is_detained_or_in_a_facility(self) -> None:
        fatti = con_componente(adulti(3, IL), 1, in_struttura=(Periodo(date(2020, 1, 1)),))
        detenuto = fatti.componenti[2].codice_fiscale

        fatti = con_rdc(fatti, detenzioni=(PeriodoDi(codice_fiscale=detenuto, periodo=Periodo(date(2021, 1, 1), IL)),))

        assert nella_scala(fatti, parametri=RDC, al=IL) == {fatti.richiedente}
        assert scala(fatti, parametri=RDC, al=IL + date.resolution) == euro("1.4")

    @pytest.mark.regola("S004-A17")
    def test_differs_from_that_of_the_adi(self) -> None:
        giorno = date(2025, 1, 15)
        fatti = famiglia(giorno)

        assert scala(fatti, parametri=RDC, al=giorno) == euro("1.8")
        assert scala_adi(fatti, parametri=ADI, al=giorno) == euro("1.30")


def lavoro(fatti: Fatti, importo: str, dal: date, *, autonomo: bool = False, stagionale: bool = False) -> Fatti:
    reddito = RedditoAggiuntivo(
        codice_fiscale=fatti.richiedente,
        tipo=TipoReddito.LAVORO,
        importo_annuo=euro(importo),
        dal=dal,
        autonomo=autonomo,
        stagionale=stagionale,
    )
    return replace(fatti, redditi=(*fatti.redditi, reddito))


class TestRedditoDaLavoro:
    def test_counts_80_percent_from_the_month_after(self) -> None:
        fatti = lavoro(adulti(1, IL), "3000.00", date(2021, 5, 1))

        assert del_mese(fatti, Mese(2021, 5)).totale == euro("500.00")
        assert del_mese(fatti, Mese(2021, 6)).reddito == euro("2400.00")
        assert del_mese(fatti, Mese(2021, 6)).totale == euro("300.00")

    def test_leaves_two_months_unchanged_to_self_employment(self) -> None:
        fatti = lavoro(adulti(1, IL), "3000.00", date(2021, 5, 1), autonomo=True)

        importi = [del_mese(fatti, Mese(2021, numero)).totale for numero in (6, 7, 8)]

        assert importi == [euro("500.00"), euro("500.00"), euro("250.00")]

    @pytest.mark.parametrize(
        ("anno", "importo", "reddito"),
        [(2022, "3000.00", "2400.00"), (2023, "3000.00", "0.00"), (2023, "3500.00", "400.00")],
    )
    def test_ignores_3000_of_seasonal_work_in_2023(self, anno: int, importo: str, reddito: str) -> None:
        fatti = lavoro(adulti(1, date(anno, 1, 10)), importo, date(anno, 3, 1), stagionale=True)

        assert del_mese(fatti, Mese(anno, 5)).reddito == euro(reddito)

    def test_ends_when_the_isee_holds_the_whole_year(self) -> None:
        fatti = lavoro(adulti(1, IL), "3000.00", date(2019, 1, 1))

        assert del_mese(fatti).reddito == 0

    @pytest.mark.parametrize(("natura", "reddito"), [(None, "1200.00"), (NaturaTrattamento.ARRETRATI, "0.00")])
    def test_is_beside_the_treatments_in_progress_but_for_arrears(
        self, natura: NaturaTrattamento | None, reddito: str
    ) -> None:
        fatti = adulti(1, IL)
        trattamento = RedditoAggiuntivo(
            codice_fiscale=fatti.richiedente,
            tipo=TipoReddito.TRATTAMENTO_ASSISTENZIALE,
            importo_annuo=euro("1200.00"),
            dal=IL,
            natura=natura,
        )

        fatti = con_isee(replace(fatti, redditi=(trattamento,)), trattamenti=euro("300.00"))

        assert del_mese(fatti).reddito == max(euro("0.00"), euro(reddito) - 300)


class TestFine:
    @pytest.mark.parametrize("fatti", [adulti(1, date(2023, 1, 10)), anziani(date(2023, 1, 10), 70)])
    def test_pays_nothing_from_january_2024(self, fatti: Fatti) -> None:
        dicembre, gennaio = del_mese(fatti, Mese(2023, 12)), del_mese(fatti, Mese(2024, 1))

        assert dicembre.totale > 0
        assert (gennaio.spetta, gennaio.totale) == (False, euro("0.00"))
        assert "non sono più in vigore" in gennaio.righe[0]

    def test_is_the_pensione_where_all_are_old_or_grave(self) -> None:
        solo = anziani(IL, 67)
        con_grave = con(solo, di_eta(40, IL, "FRRLNE", disabile_grave=True))
        con_altro = con(solo, di_eta(40, IL, "FRRLNE"))

        assert [del_mese(f, GIUGNO_2021).pdc for f in (solo, con_grave, con_altro)] == [True, True, False]
