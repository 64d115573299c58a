# SPDX-License-Identifier: EUPL-1.2
"""The RdC up to its natural end and never beyond 2023; the incentives for who hires, or starts, by the same day."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from shared.kernel.mese import Mese
from shared.misure.comuni.assunzioni import CausaLicenziamento, Contratto
from shared.misure.nucleo import Fatti
from shared.misure.rdc.durata import decorrenza, mesi_spettanti
from shared.misure.rdc.incentivi import (
    Assunzione,
    beneficio_addizionale,
    beneficio_addizionale_entro,
    da_restituire,
    esonero_assunzione,
    esonero_indeterminato,
)
from tests.misure.rdc.casi import DICEMBRE_2023, RDC, adulti, analisi, con_rdc, decorso, del_mese, pagati, sigle

ULTIMO, PRIMO_FUORI = date(2023, 12, 31), date(2024, 1, 1)
ASSUNTO = Assunzione(
    il=ULTIMO,
    contratto=Contratto.INDETERMINATO_PIENO,
    rdc_mensile=Decimal("500.00"),
    mensilita_godute=7,
    contributi=Decimal("900.00"),
    contributi_datore=Decimal("800.00"),
)


def con_minori(il: date) -> Fatti:
    """A nucleo with a minor: the limit of seven months does not concern it."""
    return adulti(1, il, minori=1)


class TestScadenzaNaturale:
    @pytest.mark.regola("S004-F17")
    @pytest.mark.parametrize(
        ("domanda", "mesi", "ultimo"),
        [
            pytest.param(date(2021, 12, 10), 18, Mese(2023, 6), id="natural end in June 2023"),
            pytest.param(date(2022, 6, 10), 18, DICEMBRE_2023, id="natural end in December 2023"),
            pytest.param(date(2022, 7, 10), 17, DICEMBRE_2023, id="it would end in January 2024"),
            pytest.param(date(2023, 11, 10), 1, DICEMBRE_2023, id="asked in November 2023"),
        ],
    )
    def test_is_kept_and_never_goes_beyond_31_december_2023(self, domanda: date, mesi: int, ultimo: Mese) -> None:
        spettanti = mesi_spettanti(decorrenza(domanda, parametri=RDC), parametri=RDC)

        assert (len(spettanti), spettanti[-1]) == (mesi, ultimo)

    @pytest.mark.regola("S004-F17")
    @pytest.mark.parametrize(
        ("fatti", "attesi"),
        [
            pytest.param(con_minori(date(2022, 12, 10)), "P" * 12 + "X", id="with a minor"),
            pytest.param(
                con_rdc(adulti(1, date(2022, 12, 10)), analisi=analisi("B", date(2023, 5, 2))), "P" * 12 + "X",
                id="taken in charge",
            ),
            pytest.param(adulti(1, date(2022, 12, 10)), "PPPPPPP" + "SSSSS" + "X", id="able to work"),
            pytest.param(
                con_rdc(con_minori(date(2022, 12, 10)), mesi_fruiti=14, storico=pagati(Mese(2021, 11), 14)),
                "PPPP" + "V" * 8 + "X", id="14 months used, no renewal",
            ),
        ],
    )  # fmt: skip
    def test_of_2023_ends_each_nucleo_in_its_own_month(self, fatti: Fatti, attesi: str) -> None:
        assert sigle(decorso(fatti, fino=Mese(2024, 1))) == attesi

    def test_pays_december_and_nothing_in_january(self) -> None:
        fatti = con_minori(date(2023, 9, 10))

        assert del_mese(fatti, DICEMBRE_2023).totale > 0
        assert del_mese(fatti, Mese(2024, 1)).totale == 0


class TestEsoneroAssunzione:
    @pytest.mark.regola("S004-F17")
    @pytest.mark.parametrize(("il", "mesi"), [(date(2023, 12, 30), 11), (ULTIMO, 11), (PRIMO_FUORI, 0)])
    def test_is_kept_for_hirings_up_to_31_december_2023(self, il: date, mesi: int) -> None:
        esonero = esonero_assunzione(replace(ASSUNTO, il=il), parametri=RDC)

        assert (len(esonero.mesi), esonero.mensile) == ((mesi, Decimal("500.00")) if mesi else (0, Decimal(0)))
        assert (esonero.motivo is None) is bool(mesi)

    @pytest.mark.regola("S004-F17")
    def test_goes_on_in_2024_for_who_was_hired_on_the_last_day(self) -> None:
        esonero = esonero_assunzione(ASSUNTO, parametri=RDC)

        assert (esonero.mesi[0], esonero.mesi[-1], esonero.totale) == (DICEMBRE_2023, Mese(2024, 10), Decimal(5500))

    @pytest.mark.parametrize(
        ("rdc", "contributi", "mensile"),
        [("500.00", "900.00", "500.00"), ("930.00", "900.00", "780.00"), ("930.00", "610.50", "610.50")],
        ids=["the RdC", "780 at most", "the contributions at most"],
    )
    def test_is_the_lowest_of_rdc_780_and_contributions(self, rdc: str, contributi: str, mensile: str) -> None:
        assunto = replace(ASSUNTO, rdc_mensile=Decimal(rdc), contributi=Decimal(contributi))

        assert esonero_assunzione(assunto, parametri=RDC).mensile == Decimal(mensile)

    @pytest.mark.parametrize(
        ("godute", "in_rinnovo", "mesi"),
        [(0, False, 18), (12, False, 6), (13, False, 5), (14, False, 5), (18, False, 5), (2, True, 5)],
    )
    def test_lasts_18_months_less_those_received_and_5_at_least(self, godute: int, in_rinnovo: bool, mesi: int) -> None:
        assunto = replace(ASSUNTO, mensilita_godute=godute, in_rinnovo=in_rinnovo)

        assert len(esonero_assunzione(assunto, parametri=RDC).mesi) == mesi

    @pytest.mark.parametrize(
        ("contratto", "il", "spetta"),
        [
            (Contratto.INDETERMINATO_PIENO, date(2021, 12, 31), True),
            (Contratto.APPRENDISTATO, date(2021, 12, 31), True),
            (Contratto.INDETERMINATO_PARZIALE, date(2021, 12, 31), False),
            (Contratto.DETERMINATO, date(2021, 12, 31), False),
            (Contratto.INDETERMINATO_PARZIALE, date(2022, 1, 1), True),
            (Contratto.DETERMINATO, date(2022, 1, 1), True),
        ],
    )
    def test_takes_part_time_and_fixed_term_from_2022(self, contratto: Contratto, il: date, spetta: bool) -> None:
        assunto = replace(ASSUNTO, contratto=contratto, il=il)

        assert bool(esonero_assunzione(assunto, parametri=RDC).mesi) is spetta

    @pytest.mark.parametrize(("il", "spetta"), [(date(2021, 12, 31), False), (date(2022, 1, 1), True)])
    def test_wants_the_vacancy_on_the_platform_until_2021(self, il: date, spetta: bool) -> None:
        assunto = replace(ASSUNTO, il=il, posto_comunicato=False)

        assert bool(esonero_assunzione(assunto, parametri=RDC).mesi) is spetta

    def test_ends_with_a_fixed_term_contract(self) -> None:
        assunto = replace(ASSUNTO, contratto=Contratto.DETERMINATO, mesi_contratto=4)

        assert len(esonero_assunzione(assunto, parametri=RDC).mesi) == 4

    def test_is_not_there_before_the_law(self) -> None:
        assert esonero_assunzione(replace(ASSUNTO, il=date(2019, 3, 29)), parametri=RDC).mesi == ()
        assert len(esonero_assunzione(replace(ASSUNTO, il=date(2019, 3, 30)), parametri=RDC).mesi) == 11


class TestEsoneroIndeterminato:
    @pytest.mark.regola("S004-F17")
    @pytest.mark.parametrize(
        ("il", "mesi"), [(date(2022, 12, 31), 0), (date(2023, 1, 1), 12), (ULTIMO, 12), (PRIMO_FUORI, 0)]
    )
    def test_is_for_the_hirings_of_2023_for_12_months(self, il: date, mesi: int) -> None:
        assert len(esonero_indeterminato(replace(ASSUNTO, il=il), parametri=RDC).mesi) == mesi

    @pytest.mark.parametrize(("contributi", "mensile"), [("800.00", "666.66"), ("666.65", "666.65")])
    def test_is_8000_a_year_at_most_month_by_month(self, contributi: str, mensile: str) -> None:
        assunto = replace(ASSUNTO, contributi_datore=Decimal(contributi))

        assert esonero_indeterminato(assunto, parametri=RDC).mensile == Decimal(mensile)

    def test_is_not_for_fixed_term_contracts(self) -> None:
        esonero = esonero_indeterminato(replace(ASSUNTO, contratto=Contratto.DETERMINATO), parametri=RDC)

        assert esonero.motivo == "Il contratto non è tra quelli che danno l'esonero."


class TestRestituzione:
    @pytest.mark.parametrize(
        ("licenziato_il", "causa", "resa"),
        [
            (date(2026, 12, 30), CausaLicenziamento.ALTRA, "5500.00"),
            (date(2026, 12, 31), CausaLicenziamento.ALTRA, "5500.00"),
            (date(2027, 1, 1), CausaLicenziamento.ALTRA, "0.00"),
            (date(2024, 2, 1), CausaLicenziamento.GIUSTA_CAUSA, "0.00"),
            (date(2024, 2, 1), CausaLicenziamento.GIUSTIFICATO_MOTIVO, "0.00"),
        ],
    )
    def test_is_due_for_a_dismissal_in_36_months_without_a_just_reason(
        self, licenziato_il: date, causa: CausaLicenziamento, resa: str
    ) -> None:
        dovuto = da_restituire(
            Decimal("5500.00"), assunto_il=ULTIMO, licenziato_il=licenziato_il, causa=causa, parametri=RDC
        )

        assert dovuto == Decimal(resa)


class TestBeneficioAddizionale:
    @pytest.mark.parametrize(
        ("rdc", "mese", "gia_avuto", "importo"),
        [
            ("500.00", 1, False, "3000.00"),
            ("780.01", 12, False, "4680.00"),
            ("500.00", 13, False, "0.00"),
            ("500.00", 3, True, "0.00"),
        ],
    )
    def test_is_six_months_up_to_780_within_the_first_twelve_and_once(
        self, rdc: str, mese: int, gia_avuto: bool, importo: str
    ) -> None:
        dovuto = beneficio_addizionale(
            Decimal(rdc), avvio=date(2021, 6, 1), mese_di_fruizione=mese, gia_avuto=gia_avuto, parametri=RDC
        )

        assert dovuto == Decimal(importo)

    @pytest.mark.parametrize(("avvio", "importo"), [(ULTIMO, "3000.00"), (PRIMO_FUORI, "0.00")])
    def test_is_kept_for_activities_begun_by_31_december_2023(self, avvio: date, importo: str) -> None:
        dovuto = beneficio_addizionale(
            Decimal("500.00"), avvio=avvio, mese_di_fruizione=7, gia_avuto=False, parametri=RDC
        )

        assert dovuto == Decimal(importo)

    def test_is_asked_for_in_30_days(self) -> None:
        avvio = date(2021, 6, 1)

        assert beneficio_addizionale_entro(avvio, p=RDC.al(avvio)) == date(2021, 7, 1)
