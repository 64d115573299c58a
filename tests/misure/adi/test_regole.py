# SPDX-License-Identifier: EUPL-1.2
"""Published rules of the ADI that no other test shows with their values."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from shared.kernel.mese import Mese
from shared.misure.adi.condizionalita import effetto_variazione
from shared.misure.adi.durata import decorrenza, mesi_spettanti
from shared.misure.adi.importo import importo_mensile
from shared.misure.adi.lavoro import eccedenza_autonomo, mesi_invariati
from shared.misure.adi.requisiti import verifica_requisiti
from shared.misure.adi.scala import scala
from shared.misure.comuni.effetti import TipoEffetto
from shared.misure.nucleo import Fatti, RedditoAggiuntivo, TipoReddito
from shared.misure.parametri import ParametroMancante, carica
from shared.misure.rdc.durata import mesi_spettanti as mesi_rdc
from shared.misure.rdc.scala import scala as scala_rdc
from tests.misure.nuclei import ADI, di_eta, famiglia, fatti_di, genitore


class TestInizio:
    @pytest.mark.regola("S004-A02")
    def test_is_the_first_of_january_2024(self) -> None:
        primo = decorrenza(date(2023, 12, 20), parametri=ADI)

        assert primo == mesi_spettanti(primo, parametri=ADI)[0] == Mese(2024, 1)
        assert verifica_requisiti(famiglia(date(2024, 1, 1)), parametri=ADI, al=date(2024, 1, 1)).requisiti

    @pytest.mark.regola("S004-A02")
    def test_leaves_nothing_to_judge_or_to_pay_the_day_before(self) -> None:
        with pytest.raises(ParametroMancante):
            verifica_requisiti(famiglia(date(2023, 12, 31)), parametri=ADI, al=date(2023, 12, 31))
        with pytest.raises(ParametroMancante):
            mesi_spettanti(Mese(2023, 12), parametri=ADI)


class TestFineDellaPensioneDiCittadinanza:
    @pytest.mark.regola("S004-A08")
    def test_leaves_no_month_from_january_2024_and_the_adi_to_ask_for(self) -> None:
        il = date(2024, 1, 1)
        anziani = fatti_di((di_eta(70, il, "NREPLA"), di_eta(68, il, "GLLRSA")), il=il, reddito=5000)

        dal_2023, dal_2024 = (mesi_rdc(Mese(*m), parametri=carica("rdc")) for m in ((2023, 6), (2024, 1)))

        assert (len(dal_2023), dal_2023[-1], dal_2024) == (7, Mese(2023, 12), ())
        assert verifica_requisiti(anziani, parametri=ADI, al=il).accolta
        assert importo_mensile(anziani, parametri=ADI, mese=Mese(2024, 2)).totale == Decimal("465.33")


def coppia_con_minorenne(il: date) -> Fatti:
    return fatti_di((genitore(45, il, "VRDLCU"), genitore(44, il, "BNCNNA"), di_eta(9, il, "VRDGLI")), il=il)


def genitore_solo(il: date) -> Fatti:
    return fatti_di((genitore(30, il, "VRDLCU"), di_eta(2, il, "VRDGLI")), il=il)


def quattro_adulti(il: date) -> Fatti:
    sigle = ("VRDLCU", "BNCNNA", "RSSMRA", "NREPLA")
    return fatti_di(tuple(di_eta(40 + n, il, sigla) for n, sigla in enumerate(sigle)), il=il)


class TestScala:
    @pytest.mark.regola("S004-A17")
    @pytest.mark.parametrize(
        ("nucleo", "dell_adi", "del_rdc"),
        [
            (famiglia, "1.30", "1.80"),
            (coppia_con_minorenne, "1.15", "1.60"),
            (genitore_solo, "1.55", "1.20"),
            (quattro_adulti, "1.00", "2.10"),
        ],
    )
    def test_is_not_the_one_of_the_rdc(self, nucleo: Callable[[date], Fatti], dell_adi: str, del_rdc: str) -> None:
        nel_2023, nel_2025 = date(2023, 3, 10), date(2025, 3, 10)

        assert scala(nucleo(nel_2025), parametri=ADI, al=nel_2025) == Decimal(dell_adi)
        assert scala_rdc(nucleo(nel_2023), parametri=carica("rdc"), al=nel_2023) == Decimal(del_rdc)


class TestVariazioni:
    """Fifteen days from the event: the day after the last one the right ends."""

    @pytest.mark.regola("S004-A14", "S004-A16")
    @pytest.mark.parametrize(
        ("comunicata_il", "atteso"),
        [
            (date(2025, 3, 25), TipoEffetto.NESSUNO),
            (date(2025, 3, 26), TipoEffetto.DECADENZA),
            (None, TipoEffetto.DECADENZA),
        ],
    )
    def test_are_communicated_within_fifteen_days(self, comunicata_il: date | None, atteso: TipoEffetto) -> None:
        evento = date(2025, 3, 10)

        effetto = effetto_variazione(evento, comunicata_il=comunicata_il, parametri=ADI, al=date(2025, 4, 30))

        assert (effetto.tipo, effetto.termine) == (atteso, date(2025, 3, 25))


class TestLavoro:
    IL = date(2025, 1, 15)

    def _con_lavoro(self, importo: str, *, autonomo: bool) -> Fatti:
        fatti = famiglia(self.IL)
        lavoro = RedditoAggiuntivo(
            codice_fiscale=fatti.richiedente, tipo=TipoReddito.LAVORO, importo_annuo=Decimal(importo), dal=date(2025, 4, 1),
            autonomo=autonomo,
        )  # fmt: skip
        return replace(fatti, redditi=(lavoro,))

    def _importi(self, fatti: Fatti, mesi: range) -> list[Decimal]:
        return [importo_mensile(fatti, parametri=ADI, mese=Mese(2025, n)).totale for n in mesi]

    @pytest.mark.regola("S004-A16")
    @pytest.mark.parametrize(
        ("lordo", "maggio"), [("3000.00", "882.50"), ("3012.00", "881.50"), ("8000.00", "465.83"), ("0.01", "882.50")]
    )
    def test_of_an_employee_counts_above_3000_from_the_month_after(self, lordo: str, maggio: str) -> None:
        fatti = self._con_lavoro(lordo, autonomo=False)

        assert self._importi(fatti, range(4, 6)) == [Decimal("882.50"), Decimal(maggio)]

    @pytest.mark.regola("S004-A16")
    def test_of_the_self_employed_leaves_two_months_unchanged(self) -> None:
        fatti = self._con_lavoro("8000.00", autonomo=True)

        assert mesi_invariati(date(2025, 4, 1), parametri=ADI) == (Mese(2025, 5), Mese(2025, 6))
        assert self._importi(fatti, range(4, 8)) == [*[Decimal("882.50")] * 3, Decimal("465.83")]

    @pytest.mark.regola("S004-A16")
    @pytest.mark.parametrize(
        ("mese", "conta"),
        [(Mese(2025, 6), "0.00"), (Mese(2025, 7), "1000.00"), (Mese(2025, 9), "1000.00"), (Mese(2025, 10), "3500.00")],
    )
    def test_of_the_self_employed_is_updated_each_quarter_on_the_one_before(self, mese: Mese, conta: str) -> None:
        trimestri = {Mese(2025, 4): Decimal("4000.00"), Mese(2025, 7): Decimal("2500.00")}

        eccedenza = eccedenza_autonomo(mese, avvio=date(2025, 4, 1), trimestri=trimestri, parametri=ADI)

        assert eccedenza == Decimal(conta)
