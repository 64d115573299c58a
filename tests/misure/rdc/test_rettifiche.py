# SPDX-License-Identifier: EUPL-1.2
"""What lowers a month of the RdC: decalage, months cut, unspent money, recoveries, in this order."""

from datetime import date
from decimal import Decimal

import pytest

from shared.kernel.mese import Mese, Periodo
from shared.misure.nucleo import Fatti
from shared.misure.rdc.fatti import PeriodoDi, Recupero, RifiutoOfferta, SaldoCarta
from shared.misure.rdc.rettifiche import taglio_non_speso, taglio_semestrale
from tests.misure.nuclei import con_componente, di_eta
from tests.misure.rdc.casi import RDC, adulti, con, con_parametri, con_rdc, del_mese, euro

IL = date(2022, 1, 10)
RIFIUTO = date(2022, 3, 15)


def solo(**campi: int) -> Fatti:
    return adulti(1, IL, canone=campi.get("canone", 4800), reddito=campi.get("reddito", 0))


def rifiuta(fatti: Fatti, il: date = RIFIUTO, *, giustificato: bool = False) -> Fatti:
    rifiuto = RifiutoOfferta(codice_fiscale=fatti.richiedente, il=il, giustificato=giustificato)
    return con_rdc(fatti, rifiuti=(rifiuto,))


def saldo(importo: str, *, arretrati: str = "0.00") -> SaldoCarta:
    return SaldoCarta(mese=Mese(2022, 3), saldo=euro(importo), mensilita=euro("780.00"), arretrati=euro(arretrati))


class TestDecalage:
    def test_takes_five_euro_more_each_month_from_the_one_after_the_refusal(self) -> None:
        fatti = rifiuta(solo())

        importi = [del_mese(fatti, Mese(2022, numero)).totale for numero in (3, 4, 5, 6)]

        assert importi == [euro("780.00"), euro("775.00"), euro("770.00"), euro("765.00")]

    def test_never_goes_below_300_times_the_scala(self) -> None:
        fatti = rifiuta(solo(canone=0, reddito=2340))

        importi = [del_mese(fatti, Mese(2022, numero)).totale for numero in (3, 4, 5, 12)]

        assert importi == [euro("305.00"), euro("300.00"), euro("300.00"), euro("300.00")]

    def test_leaves_alone_what_is_already_below_the_floor(self) -> None:
        assert del_mese(rifiuta(solo(canone=0, reddito=3000)), Mese(2022, 6)).totale == euro("250.00")

    @pytest.mark.parametrize("giorno", [date(2021, 12, 31), date(2021, 6, 1)])
    def test_does_not_follow_a_refusal_before_2022(self, giorno: date) -> None:
        assert del_mese(rifiuta(solo(), giorno), Mese(2022, 4)).totale == euro("780.00")

    def test_does_not_follow_a_justified_refusal(self) -> None:
        assert del_mese(rifiuta(solo(), giustificato=True), Mese(2022, 4)).totale == euro("780.00")

    @pytest.mark.parametrize(("eta", "tolto"), [(2, "0"), (3, "5.00")])
    def test_spares_a_nucleo_with_a_child_below_three(self, eta: int, tolto: str) -> None:
        fatti = rifiuta(con(solo(), di_eta(eta, IL, "FRRLCU")))

        aprile = del_mese(fatti, Mese(2022, 4))

        assert aprile.lordo - aprile.totale == euro(tolto)

    def test_spares_a_nucleo_with_a_grave_disability(self) -> None:
        fatti = rifiuta(con_componente(adulti(2, IL), 1, disabile_grave=True))

        assert del_mese(fatti, Mese(2022, 4)).rettifiche == ()

    @pytest.mark.parametrize(("effetto", "luglio"), [("CESSA", "780.00"), ("SI_FERMA", "765.00")])
    def test_stops_when_a_member_has_worked_a_month(self, effetto: str, luglio: str) -> None:
        fatti = rifiuta(solo())
        avvio = PeriodoDi(codice_fiscale=fatti.richiedente, periodo=Periodo(date(2022, 5, 10)))

        fatti = con_rdc(fatti, avvii_lavoro=(avvio,))

        parametri = con_parametri({"decalage_effetto_lavoro": effetto})
        importi = [del_mese(fatti, Mese(2022, numero), parametri=parametri).totale for numero in (6, 7)]
        assert importi == [euro("765.00"), euro(luglio)]

    def test_goes_on_when_the_job_ends_before_a_month(self) -> None:
        fatti = rifiuta(solo())
        avvio = PeriodoDi(codice_fiscale=fatti.richiedente, periodo=Periodo(date(2022, 5, 10), date(2022, 6, 9)))

        assert del_mese(con_rdc(fatti, avvii_lavoro=(avvio,)), Mese(2022, 7)).totale == euro("760.00")


class TestNonSpeso:
    def test_takes_20_percent_of_the_month_after(self) -> None:
        fatti = con_rdc(solo(), saldi=(saldo("300.00"),))

        assert del_mese(fatti, Mese(2022, 4)).totale == euro("624.00")
        assert del_mese(fatti, Mese(2022, 5)).totale == euro("780.00")

    @pytest.mark.parametrize(
        ("importo", "arretrati", "taglio"),
        [
            ("300.00", "0.00", "156.00"),
            ("156.00", "0.00", "156.00"),
            ("100.00", "0.00", "100.00"),
            ("7.50", "0.00", "0"),
            ("8.00", "0.00", "0"),
            ("8.01", "0.00", "8.01"),
            ("300.00", "250.00", "50.00"),
            ("300.00", "292.00", "0"),
        ],
    )
    def test_takes_what_is_left_net_of_arrears_within_20_percent(
        self, importo: str, arretrati: str, taglio: str
    ) -> None:
        valori = RDC.al(date(2022, 4, 1))

        assert taglio_non_speso(saldo(importo, arretrati=arretrati), p=valori) == euro(taglio)

    @pytest.mark.parametrize(("giorno", "taglio"), [(date(2020, 8, 31), "0.00"), (date(2020, 9, 1), "156.00")])
    def test_begins_in_september_2020(self, giorno: date, taglio: str) -> None:
        assert taglio_non_speso(saldo("300.00"), p=RDC.al(giorno)) == euro(taglio)

    @pytest.mark.parametrize(
        ("giorno", "importo", "taglio"),
        [
            (date(2021, 1, 31), "1000.00", "0"),
            (date(2021, 2, 1), "1000.00", "220.00"),
            (date(2021, 2, 1), "780.00", "0.00"),
            (date(2021, 2, 1), "100.00", "0"),
        ],
    )
    def test_takes_from_the_card_above_one_month_every_half_year(self, giorno: date, importo: str, taglio: str) -> None:
        assert taglio_semestrale(saldo(importo), p=RDC.al(giorno)) == euro(taglio)

    def test_does_not_lower_the_importo_for_the_half_year(self) -> None:
        assert del_mese(con_rdc(solo(), saldi=(saldo("5.00"),)), Mese(2022, 4)).totale == euro("780.00")


class TestOrdine:
    def test_cuts_a_month_to_zero_and_nothing_more(self) -> None:
        fatti = con_rdc(
            rifiuta(solo()),
            mesi_decurtati=frozenset({Mese(2022, 4)}),
            saldi=(saldo("300.00"),),
            recuperi=(Recupero(mese=Mese(2022, 4), importo=euro("100.00")),),
        )

        aprile = del_mese(fatti, Mese(2022, 4))

        assert (aprile.spetta, aprile.totale, aprile.quota_a, aprile.quota_b) == (True, *[euro("0.00")] * 3)
        assert [r.tolto for r in aprile.rettifiche] == [euro("5.00"), euro("775.00")]

    def test_is_decalage_then_unspent_then_recovery(self) -> None:
        recupero = Recupero(mese=Mese(2022, 4), importo=euro("1000.00"))
        fatti = con_rdc(rifiuta(solo()), saldi=(saldo("300.00"),), recuperi=(recupero,))

        aprile = del_mese(fatti, Mese(2022, 4))

        assert [r.tolto for r in aprile.rettifiche] == [euro("5.00"), euro("156.00"), euro("619.00")]
        assert aprile.totale == 0
        assert aprile.righe[-1].endswith("619,00 euro in meno, restano 0,00 euro.")

    def test_lowers_quota_a_first_and_keeps_the_sum(self) -> None:
        recupero = Recupero(mese=Mese(2022, 4), importo=euro("600.00"))

        aprile = del_mese(con_rdc(solo(), recuperi=(recupero,)), Mese(2022, 4))

        assert (aprile.quota_a, aprile.quota_b, aprile.totale) == (Decimal(0), euro("180.00"), euro("180.00"))
