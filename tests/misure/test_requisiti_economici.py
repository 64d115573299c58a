# SPDX-License-Identifier: EUPL-1.2
"""R06 to R11: ISEE, reddito, patrimoni and durable goods, at the threshold, one cent over, on the day of the change."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from shared.misure.adi.requisiti import verifica_requisiti
from shared.misure.esito import EsitoRequisito
from shared.misure.nucleo import CategoriaVeicolo, Componente, Fatti, Indicatore, Veicolo
from shared.misure.parametri import Parametri
from tests.misure.nuclei import (
    ADI,
    attestazione,
    con_isee,
    con_parametri,
    di_eta,
    esito_di,
    famiglia,
    fatti_di,
    persona,
    sola,
)

OK, KO, DA_COMPLETARE = EsitoRequisito.OK, EsitoRequisito.KO, EsitoRequisito.DA_COMPLETARE
IL_2024, IL_2025 = date(2024, 12, 31), date(2025, 1, 1)
IL = date(2025, 3, 10)


class TestR06:
    @pytest.mark.parametrize(
        ("il", "isee", "atteso"),
        [
            (IL_2024, "9360.00", OK),
            (IL_2024, "9360.01", KO),
            (IL_2024, "10140.00", KO),
            (IL_2025, "10140.00", OK),
            (IL_2025, "10140.01", KO),
        ],
    )
    def test_has_a_threshold(self, il: date, isee: str, atteso: EsitoRequisito) -> None:
        assert esito_di(con_isee(famiglia(il), isee=Decimal(isee)), "ADI-R06") is atteso

    @pytest.mark.parametrize(("isee", "atteso"), [("12140.00", OK), ("12140.01", KO)])
    def test_takes_out_the_measures_against_poverty(self, isee: str, atteso: EsitoRequisito) -> None:
        fatti = con_isee(
            famiglia(IL), isee=Decimal(isee), misure_contro_la_poverta=Decimal("4080.00"), scala=Decimal("2.04")
        )

        assert esito_di(fatti, "ADI-R06") is atteso

    @pytest.mark.parametrize(
        ("minori", "il", "indicatore", "atteso"),
        [
            (True, IL, Indicatore.MINORENNE, OK),
            (True, IL, Indicatore.ORDINARIO, DA_COMPLETARE),
            (True, IL, Indicatore.CORRENTE, OK),
            (False, IL, Indicatore.ORDINARIO, OK),
            (False, date(2026, 1, 10), Indicatore.ORDINARIO, DA_COMPLETARE),
            (False, date(2026, 1, 10), Indicatore.INCLUSIONE, OK),
            (True, date(2026, 1, 10), Indicatore.INCLUSIONE, OK),
            (True, date(2026, 1, 10), Indicatore.MINORENNE, DA_COMPLETARE),
        ],
    )
    def test_asks_for_the_right_isee(
        self, minori: bool, il: date, indicatore: Indicatore, atteso: EsitoRequisito
    ) -> None:
        fatti = con_isee(famiglia(il) if minori else sola(62, il), indicatore=indicatore)

        assert esito_di(fatti, "ADI-R06") is atteso

    def test_suspends_and_does_not_refuse_on_the_wrong_isee(self) -> None:
        fatti = con_isee(sola(62, date(2026, 1, 10)), indicatore=Indicatore.ORDINARIO, isee=Decimal("20000.00"))

        assert esito_di(fatti, "ADI-R06") is DA_COMPLETARE

    @pytest.mark.parametrize(("isee", "atteso"), [("4000.00", DA_COMPLETARE), ("10140.01", KO)])
    def test_asks_to_clear_omissions(self, isee: str, atteso: EsitoRequisito) -> None:
        fatti = con_isee(famiglia(IL), isee=Decimal(isee), difformita=("Rapporto finanziario omesso",))

        assert esito_di(fatti, "ADI-R06") is atteso

    @pytest.mark.regola("S002-01")
    @pytest.mark.parametrize(("valido_al", "atteso"), [(IL, OK), (date(2025, 3, 9), KO)])
    def test_must_be_valid_on_the_day_of_the_domanda(self, valido_al: date, atteso: EsitoRequisito) -> None:
        assert esito_di(con_isee(famiglia(IL), valido_al=valido_al), "ADI-R06") is atteso

    def test_leaves_the_other_economic_requisiti_open_without_an_isee(self) -> None:
        esito = verifica_requisiti(famiglia(IL, isee=()), parametri=ADI, al=IL)

        assert [m.codice for m in esito.motivi] == ["ADI-R06"]
        assert {"ADI-R07", "ADI-R08", "ADI-R09"} <= {m.codice for m in esito.da_completare}

    def test_waits_while_inps_has_not_answered(self) -> None:
        assert esito_di(famiglia(IL, isee=None), "ADI-R06") is DA_COMPLETARE

    def test_can_wait_for_a_dsu_by_the_other_reading(self) -> None:
        attesa = con_parametri({"isee_assente_alla_domanda": "DA_COMPLETARE"})

        assert esito_di(famiglia(IL, isee=()), "ADI-R06", parametri=attesa) is DA_COMPLETARE

    @pytest.mark.regola("S002-01")
    def test_asks_for_the_dsu_of_the_new_year_without_refusing(self) -> None:
        fatti = famiglia(date(2024, 10, 1))

        assert esito_di(fatti, "ADI-R06", al=date(2025, 1, 31)) is OK
        assert esito_di(fatti, "ADI-R06", al=date(2025, 2, 1)) is DA_COMPLETARE


class TestR07:
    @pytest.mark.parametrize(
        ("fatti", "atteso"),
        [
            (sola(62, IL_2024, reddito=Decimal("5999.99")), OK),
            (sola(62, IL_2024, reddito=Decimal("6000.00")), KO),
            (sola(62, IL_2025, reddito=Decimal("6499.99")), OK),
            (sola(62, IL_2025, reddito=Decimal("6500.00")), KO),
            (sola(68, IL_2024, reddito=Decimal("7559.99")), OK),
            (sola(68, IL_2024, reddito=Decimal("7560.00")), KO),
            (sola(68, IL_2025, reddito=Decimal("8189.99")), OK),
            (sola(68, IL_2025, reddito=Decimal("8190.00")), KO),
            (sola(62, IL_2024, reddito=Decimal("6000.00"), canone=3000), KO),
            (sola(62, IL_2025, reddito=Decimal("10139.99"), canone=3000), OK),
            (sola(62, IL_2025, reddito=Decimal("10140.00"), canone=3000), KO),
            (sola(68, IL_2025, reddito=Decimal("10139.99"), canone=3000), OK),
            (sola(68, IL_2025, reddito=Decimal("10140.00"), canone=3000), KO),
            (famiglia(IL_2024, reddito=Decimal("7799.99")), OK),
            (famiglia(IL_2024, reddito=Decimal("7800.00")), KO),
            (famiglia(IL_2025, reddito=Decimal("13181.99")), OK),
            (famiglia(IL_2025, reddito=Decimal("13182.00")), KO),
        ],
    )
    def test_must_stay_below_the_threshold(self, fatti: Fatti, atteso: EsitoRequisito) -> None:
        assert esito_di(fatti, "ADI-R07") is atteso

    @pytest.mark.parametrize(("reddito", "atteso"), [("6499.99", OK), ("6500.00", DA_COMPLETARE), ("10140.00", KO)])
    def test_waits_where_the_rent_is_not_known(self, reddito: str, atteso: EsitoRequisito) -> None:
        fatti = fatti_di((di_eta(62, IL),), il=IL, reddito=Decimal(reddito), canone=None)

        assert esito_di(fatti, "ADI-R07") is atteso

    @pytest.mark.parametrize(
        ("altro", "atteso"),
        [
            (di_eta(50, IL_2025, "VRDNNA", disabile=True, disabile_grave=True, carichi_di_cura=False), OK),
            (di_eta(50, IL_2025, "VRDNNA", disabile=True, carichi_di_cura=False), KO),
        ],
    )
    def test_uses_the_higher_figure_with_grave_disability_beside_who_is_67(
        self, altro: Componente, atteso: EsitoRequisito
    ) -> None:
        anziano = di_eta(70, IL_2025, carichi_di_cura=False)
        fatti = fatti_di((anziano, altro), il=IL_2025, reddito=Decimal("10000.00"))

        assert esito_di(fatti, "ADI-R07") is atteso

    @pytest.mark.parametrize(
        ("anziano", "atteso"),
        [
            (persona(date(1958, 1, 1), "NREPLA"), OK),
            (persona(date(1958, 1, 2), "NREPLA"), KO),
            (di_eta(50, IL_2025, "NREPLA", disabile=True, disabile_grave=True), KO),
        ],
    )
    def test_uses_the_higher_figure_from_the_birthday(self, anziano: Componente, atteso: EsitoRequisito) -> None:
        assert esito_di(fatti_di((anziano,), il=IL_2025, reddito=7000), "ADI-R07") is atteso


class TestR08:
    @pytest.mark.parametrize(
        ("altri", "casa", "atteso"),
        [
            ("30000.00", "0.00", OK),
            ("30000.01", "0.00", KO),
            ("30000.00", "150000.00", OK),
            ("0.00", "150000.01", KO),
        ],
    )
    def test_has_a_threshold_and_spares_the_home(self, altri: str, casa: str, atteso: EsitoRequisito) -> None:
        fatti = con_isee(famiglia(IL), patrimonio_immobiliare=Decimal(altri), valore_casa=Decimal(casa))

        assert esito_di(fatti, "ADI-R08") is atteso

    @pytest.mark.parametrize(("casa", "atteso"), [("180000.00", OK), ("180000.01", KO)])
    def test_can_count_the_excess_of_the_home_only(self, casa: str, atteso: EsitoRequisito) -> None:
        eccedenza = con_parametri({"casa_oltre_150k": "ECCEDENZA"})

        assert esito_di(con_isee(famiglia(IL), valore_casa=Decimal(casa)), "ADI-R08", parametri=eccedenza) is atteso


def _nucleo(*, adulti: int = 1, minori: int = 0, disabili: int = 0, gravi: int = 0) -> tuple[Componente, ...]:
    sigle = (f"{prima}{seconda}" for prima in ("RSS", "VRD", "BNC") for seconda in ("MRA", "LCU", "NNA", "PLA"))
    return (
        *(di_eta(45, IL, next(sigle)) for _ in range(adulti)),
        *(di_eta(10, IL, next(sigle)) for _ in range(minori)),
        *(di_eta(40, IL, next(sigle), disabile=True) for _ in range(disabili)),
        *(di_eta(40, IL, next(sigle), disabile_grave=True) for _ in range(gravi)),
    )


class TestR09:
    @pytest.mark.parametrize(
        ("componenti", "soglia"),
        [
            (_nucleo(disabili=0), "6000.00"),
            (_nucleo(adulti=2), "8000.00"),
            (_nucleo(adulti=3), "10000.00"),
            (_nucleo(adulti=4), "10000.00"),
            (_nucleo(adulti=2, minori=2), "10000.00"),
            (_nucleo(adulti=2, minori=3), "11000.00"),
            (_nucleo(adulti=2, minori=4), "12000.00"),
            (_nucleo(adulti=1, disabili=1), "13000.00"),
            (_nucleo(adulti=1, gravi=1), "15500.00"),
            (_nucleo(adulti=1, disabili=1, gravi=1), "22500.00"),
        ],
    )
    def test_has_a_threshold_for_each_composition(self, componenti: tuple[Componente, ...], soglia: str) -> None:
        limite, fatti = Decimal(soglia), fatti_di(componenti, il=IL)

        assert esito_di(con_isee(fatti, patrimonio_mobiliare=limite), "ADI-R09") is OK
        assert esito_di(con_isee(fatti, patrimonio_mobiliare=limite + Decimal("0.01")), "ADI-R09") is KO


AUTO, MOTO = CategoriaVeicolo.AUTOVEICOLO, CategoriaVeicolo.MOTOVEICOLO


class TestR10:
    @pytest.mark.parametrize(
        ("categoria", "cilindrata", "immatricolato", "atteso"),
        [
            (AUTO, 1600, date(2024, 1, 1), OK),
            (AUTO, 1601, date(2024, 1, 1), KO),
            (MOTO, 250, date(2024, 1, 1), OK),
            (MOTO, 251, date(2024, 1, 1), KO),
            (AUTO, 1601, date(2022, 3, 10), KO),
            (AUTO, 1601, date(2022, 3, 9), OK),
            (AUTO, 900, date(2025, 3, 1), OK),
        ],
    )
    def test_refuses_large_and_recent_together(
        self, categoria: CategoriaVeicolo, cilindrata: int, immatricolato: date, atteso: EsitoRequisito
    ) -> None:
        fatti = famiglia(IL)
        veicolo = Veicolo(
            codice_fiscale=fatti.componenti[1].codice_fiscale,
            categoria=categoria,
            prima_immatricolazione=immatricolato,
            cilindrata_cc=cilindrata,
        )

        assert esito_di(replace(fatti, veicoli=(veicolo,)), "ADI-R10") is atteso

    def test_spares_disability_relief_and_what_is_no_longer_owned(self) -> None:
        fatti = famiglia(IL)
        grande = Veicolo(
            codice_fiscale=fatti.richiedente,
            categoria=AUTO,
            prima_immatricolazione=date(2024, 1, 1),
            cilindrata_cc=2000,
            al=IL,
        )

        assert esito_di(replace(fatti, veicoli=(replace(grande, agevolazione_disabili=True),)), "ADI-R10") is OK
        assert esito_di(replace(fatti, veicoli=(replace(grande, al=date(2025, 3, 9)),)), "ADI-R10") is OK
        assert esito_di(replace(fatti, veicoli=(grande,)), "ADI-R10") is KO
        assert esito_di(replace(fatti, veicoli=None), "ADI-R10") is DA_COMPLETARE

    @pytest.mark.parametrize(("dal", "atteso"), [(IL, KO), (date(2025, 3, 11), OK)])
    def test_counts_a_vehicle_from_the_day_it_is_owned(self, dal: date, atteso: EsitoRequisito) -> None:
        fatti = famiglia(IL)
        usata = Veicolo(
            codice_fiscale=fatti.richiedente,
            categoria=AUTO,
            prima_immatricolazione=date(2023, 1, 1),
            cilindrata_cc=2000,
            dal=dal,
        )

        assert esito_di(replace(fatti, veicoli=(usata,)), "ADI-R10") is atteso

    def test_sees_a_car_bought_while_the_adi_runs(self) -> None:
        fatti = famiglia(IL)
        nuova = Veicolo(
            codice_fiscale=fatti.richiedente,
            categoria=AUTO,
            prima_immatricolazione=date(2025, 5, 2),
            cilindrata_cc=1900,
        )

        assert esito_di(replace(fatti, veicoli=(nuova,)), "ADI-R10", al=date(2025, 5, 1)) is OK
        assert esito_di(replace(fatti, veicoli=(nuova,)), "ADI-R10", al=date(2025, 5, 2)) is KO


class TestR11:
    @pytest.mark.parametrize(
        ("categoria", "atteso"),
        [
            (CategoriaVeicolo.NAVE, KO),
            (CategoriaVeicolo.IMBARCAZIONE_DA_DIPORTO, KO),
            (CategoriaVeicolo.AEROMOBILE, KO),
            (AUTO, OK),
        ],
    )
    def test_refuses_ships_boats_and_aircraft_of_any_age(
        self, categoria: CategoriaVeicolo, atteso: EsitoRequisito
    ) -> None:
        fatti = famiglia(IL)
        bene = Veicolo(codice_fiscale=fatti.richiedente, categoria=categoria, prima_immatricolazione=date(1990, 1, 1))

        assert esito_di(replace(fatti, veicoli=(bene,)), "ADI-R11") is atteso

    def test_waits_for_the_registers(self) -> None:
        assert esito_di(famiglia(IL, veicoli=None), "ADI-R11") is DA_COMPLETARE


class TestIseeCorrente:
    def test_replaces_the_ordinary_one_while_it_is_valid(self) -> None:
        componenti = (di_eta(62, IL),)
        alto = attestazione(componenti, il=date(2025, 2, 1), isee=Decimal("15000.00"))
        corrente = attestazione(
            componenti, il=date(2025, 1, 20), indicatore=Indicatore.CORRENTE, valido_al=date(2025, 7, 20)
        )

        fatti = fatti_di(componenti, il=IL, isee=(alto, corrente))

        assert esito_di(fatti, "ADI-R06") is OK
        assert esito_di(replace(fatti, isee=(alto,)), "ADI-R06") is KO


def test_parametri_are_an_argument() -> None:
    severi: Parametri = con_parametri({"isee_max": Decimal("1.00")})

    assert esito_di(famiglia(IL), "ADI-R06", parametri=severi) is KO
