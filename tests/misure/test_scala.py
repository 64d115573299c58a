# SPDX-License-Identifier: EUPL-1.2
"""The scala di equivalenza: increments, care, caps, and the readings kept open."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from shared.kernel.mese import Periodo
from shared.misure.adi.scala import nella_scala, scala
from shared.misure.nucleo import Assenza, Componente, EsitoSvantaggio, Fatti
from shared.misure.parametri import Valore
from tests.misure.nuclei import (
    ADI,
    ComponenteIn,
    con_componente,
    con_parametri,
    di_eta,
    famiglia,
    fatti_di,
    genitore,
    persona,
    sola,
    svantaggio,
)

IL = date(2025, 1, 15)
PRIMO_FRAGILE: dict[str, Valore] = {"scala_strategia_base": "PRIMO_FRAGILE"}
SENZA_CURA_SU_BASE: dict[str, Valore] = {"scala_cura_su_base": False}
SOMMA: dict[str, Valore] = {"scala_cumulo_persona": "SOMMA"}


def scala_di(*componenti: Componente, il: date = IL, valori: dict[str, Valore] | None = None) -> Decimal:
    fatti = fatti_di(componenti, il=il)
    return scala(fatti, parametri=con_parametri(valori) if valori else ADI, al=il)


def adulto(sigla: str, anni: int = 45, **campi: bool | None) -> Componente:
    opzioni: ComponenteIn = {"carichi_di_cura": campi.get("cura", False), "disabile": campi.get("disabile", False)}
    return di_eta(anni, IL, sigla, **opzioni)


def minori(*anni: int) -> list[Componente]:
    sigle = ("BNCLCU", "BNCSRA", "BNCGLI", "BNCNNA", "BNCMRC")
    return [di_eta(eta, IL, sigla) for eta, sigla in zip(anni, sigle, strict=False)]


class TestScala:
    @pytest.mark.parametrize(
        ("anni", "attesa"), [((8,), "1.15"), ((8, 5), "1.30"), ((10, 8, 5), "1.40"), ((12, 10, 8, 5), "1.50")]
    )
    def test_adds_the_minori(self, anni: tuple[int, ...], attesa: str) -> None:
        componenti = (adulto("RSSMRA"), adulto("VRDNNA"), *minori(*anni))

        assert scala_di(*componenti) == Decimal(attesa)

    @pytest.mark.parametrize(("nascita", "attesa"), [(date(2007, 1, 16), "1.15"), (date(2007, 1, 15), "1.00")])
    def test_stops_counting_a_minore_on_the_birthday(self, nascita: date, attesa: str) -> None:
        assert scala_di(adulto("RSSMRA"), persona(nascita, "BNCLCU")) == Decimal(attesa)

    @pytest.mark.parametrize(("nascita", "attesa"), [(date(1965, 1, 16), "1.00"), (date(1965, 1, 15), "1.40")])
    def test_counts_an_older_member_from_the_birthday(self, nascita: date, attesa: str) -> None:
        assert scala_di(adulto("RSSMRA"), persona(nascita, "VRDNNA")) == Decimal(attesa)

    @pytest.mark.parametrize(("nascita", "attesa"), [(date(2022, 1, 16), "1.55"), (date(2022, 1, 15), "1.15")])
    def test_gives_the_care_increment_below_three_years(self, nascita: date, attesa: str) -> None:
        componenti = (genitore(30, IL, "RSSMRA"), persona(nascita, "BNCLCU"))

        assert scala_di(*componenti) == Decimal(attesa)

    def test_gives_the_care_increment_once(self) -> None:
        componenti = (adulto("RSSMRA", cura=True), adulto("VRDNNA", cura=True), *minori(2, 5, 8))

        assert scala_di(*componenti) == Decimal("1.80")

    def test_does_not_make_a_lone_disabled_person_his_own_carer(self) -> None:
        assert scala_di(adulto("RSSMRA", disabile=True, cura=None)) == Decimal("1.00")

    @pytest.mark.parametrize(("grave", "attesa"), [(False, "2.20"), (True, "2.30")])
    def test_is_capped(self, grave: bool, attesa: str) -> None:
        disabile = di_eta(50, IL, "NREPLA", disabile=True, disabile_grave=grave)
        componenti = (adulto("RSSMRA", cura=True), disabile, adulto("VRDNNA", 70), adulto("GLLRSA", 75), *minori(5))

        assert scala_di(*componenti) == Decimal(attesa)

    @pytest.mark.parametrize(
        ("esito", "attesa"),
        [
            (EsitoSvantaggio.CONFERMATO, "1.30"),
            (EsitoSvantaggio.SILENZIO_ASSENSO, "1.30"),
            (EsitoSvantaggio.NEGATO, "1.00"),
            (None, "1.00"),
        ],
    )
    def test_counts_a_confirmed_disagio(self, esito: EsitoSvantaggio | None, attesa: str) -> None:
        fragile = di_eta(40, IL, "NREPLA", svantaggio=svantaggio(date(2024, 12, 1), esito=esito))

        assert scala_di(adulto("RSSMRA"), fragile) == Decimal(attesa)

    @pytest.mark.regola("S004-A11")
    @pytest.mark.parametrize(
        "escluso",
        [
            pytest.param({"residente_in_italia": False}, id="not resident"),
            pytest.param({"espatriato_il": date(2025, 1, 15)}, id="left Italy"),
            pytest.param({"in_struttura": (Periodo(date(2024, 1, 1)),)}, id="facility at public charge"),
            pytest.param({"deceduto_il": date(2025, 1, 15)}, id="dead"),
            pytest.param({"nel_nucleo_al": date(2025, 1, 14)}, id="left the nucleo"),
            pytest.param({"nel_nucleo_dal": date(2025, 1, 16)}, id="not arrived yet"),
        ],
    )
    def test_leaves_out(self, escluso: ComponenteIn) -> None:
        fatti = fatti_di((adulto("RSSMRA"), adulto("VRDNNA", 70)), il=IL)

        assert scala(con_componente(fatti, 1, **escluso), parametri=ADI, al=IL) == Decimal("1.00")

    @pytest.mark.parametrize(
        "contato",
        [
            pytest.param({"nel_nucleo_dal": IL}, id="arrived today"),
            pytest.param({"nel_nucleo_al": IL}, id="here until today"),
            pytest.param({"espatriato_il": date(2025, 1, 16)}, id="leaving tomorrow"),
            pytest.param({"deceduto_il": date(2025, 1, 16)}, id="alive today"),
            pytest.param({"in_struttura": (Periodo(date(2024, 1, 1), date(2025, 1, 14)),)}, id="back home"),
        ],
    )
    def test_keeps(self, contato: ComponenteIn) -> None:
        fatti = fatti_di((adulto("RSSMRA"), adulto("VRDNNA", 70)), il=IL)

        assert scala(con_componente(fatti, 1, **contato), parametri=ADI, al=IL) == Decimal("1.40")

    @pytest.mark.parametrize(
        ("dal", "attesa"), [(date(2025, 1, 15), "1.50"), (date(2025, 1, 16), "1.00"), (None, "1.50")]
    )
    def test_counts_a_disability_from_its_day(self, dal: date | None, attesa: str) -> None:
        disabile = replace(adulto("VRDNNA", disabile=True), disabile_dal=dal)

        assert scala_di(adulto("RSSMRA"), disabile) == Decimal(attesa)

    def test_counts_a_child_from_the_day_of_birth(self) -> None:
        assert scala_di(adulto("RSSMRA"), persona(IL, "BNCLCU")) == Decimal("1.15")

    @pytest.mark.parametrize(("nascita", "attesa"), [(date(2007, 1, 15), "1.30"), (date(2007, 1, 16), "1.15")])
    def test_counts_the_disagio_of_adults_only(self, nascita: date, attesa: str) -> None:
        fragile = persona(nascita, "BNCLCU", svantaggio=svantaggio(date(2024, 12, 1)))

        assert scala_di(adulto("RSSMRA"), fragile) == Decimal(attesa)

    def test_leaves_out_whose_residence_is_interrupted(self) -> None:
        fatti = fatti_di((adulto("RSSMRA"), adulto("VRDNNA", 70)), il=IL)
        assenza = Assenza(
            codice_fiscale=fatti.componenti[1].codice_fiscale, dal=date(2024, 9, 1), al=date(2024, 10, 31)
        )

        assert scala(replace(fatti, assenze=(assenza,)), parametri=ADI, al=IL) == Decimal("1.00")
        assert scala(fatti, parametri=ADI, al=IL) == Decimal("1.40")


class TestLettureAperte:
    """Section 3.3 and 6bis of the reference: every default and its alternative."""

    @pytest.mark.parametrize(
        ("cura", "valori", "attesa"),
        [
            (False, None, "1.50"),
            (None, None, "1.90"),
            (None, SENZA_CURA_SU_BASE, "1.50"),
            (None, PRIMO_FRAGILE, "1.40"),
            (False, PRIMO_FRAGILE, "1.00"),
        ],
    )
    def test_couple_with_one_disabled(self, cura: bool | None, valori: dict[str, Valore] | None, attesa: str) -> None:
        componenti = (adulto("RSSMRA", cura=cura), adulto("VRDNNA", disabile=True))

        assert scala_di(*componenti, valori=valori) == Decimal(attesa)

    def test_couple_with_one_disabled_and_nothing_declared_in_2024(self) -> None:
        il = date(2024, 6, 1)
        componenti = (adulto("RSSMRA", cura=None), adulto("VRDNNA", disabile=True))

        assert scala_di(*componenti, il=il) == Decimal("1.50")

    @pytest.mark.parametrize(("valori", "attesa"), [(None, "1.55"), (SENZA_CURA_SU_BASE, "1.15")])
    def test_lone_parent_of_a_small_child(self, valori: dict[str, Valore] | None, attesa: str) -> None:
        assert scala_di(genitore(30, IL, "RSSMRA"), *minori(2), valori=valori) == Decimal(attesa)

    @pytest.mark.parametrize(("valori", "attesa"), [(None, "1.80"), (PRIMO_FRAGILE, "1.40")])
    def test_older_couple_with_an_adult_child(self, valori: dict[str, Valore] | None, attesa: str) -> None:
        componenti = (adulto("RSSMRA", 62), adulto("VRDNNA", 61), adulto("RSSLCU", 28))

        assert scala_di(*componenti, valori=valori) == Decimal(attesa)

    @pytest.mark.parametrize(("valori", "attesa"), [(None, "1.50"), (SOMMA, "1.90")])
    def test_person_with_two_conditions(self, valori: dict[str, Valore] | None, attesa: str) -> None:
        componenti = (adulto("RSSMRA"), adulto("VRDNNA", 70, disabile=True))

        assert scala_di(*componenti, valori=valori) == Decimal(attesa)

    @pytest.mark.parametrize(("valori", "attesa"), [(None, "1.55"), (SOMMA, "1.95")])
    def test_older_person_who_cares(self, valori: dict[str, Valore] | None, attesa: str) -> None:
        componenti = (adulto("RSSMRA"), adulto("VRDNNA", 62, cura=True), *minori(2))

        assert scala_di(*componenti, valori=valori) == Decimal(attesa)

    @pytest.mark.parametrize(("valori", "attesa"), [(None, "1.65"), (SOMMA, "1.80")])
    def test_disabled_minore(self, valori: dict[str, Valore] | None, attesa: str) -> None:
        disabile = di_eta(9, IL, "BNCPLA", disabile=True)

        assert scala_di(adulto("RSSMRA"), disabile, *minori(8), valori=valori) == Decimal(attesa)

    @pytest.mark.parametrize(("il", "attesa"), [(date(2024, 12, 31), "1.40"), (date(2025, 1, 1), "1.80")])
    def test_t8bis_has_no_care_without_a_declaration_before_2025(self, il: date, attesa: str) -> None:
        figli = [di_eta(eta, il, sigla) for eta, sigla in ((10, "CSTLSN"), (8, "CSTGRG"), (4, "CSTVLR"))]
        fatti = fatti_di((genitore(40, il, "CSTMRC"), genitore(38, il, "FRRLNE"), *figli), il=il)

        assert scala(fatti, parametri=ADI, al=il) == Decimal(attesa)


class TestNellaScala:
    def test_holds_parents_and_children(self) -> None:
        fatti = famiglia(IL)

        contati = nella_scala(fatti, parametri=ADI, al=IL)

        assert contati == {c.codice_fiscale for c in fatti.componenti}

    def test_leaves_out_the_adult_child_who_is_the_base(self) -> None:
        figlio = adulto("RSSLCU", 28)
        fatti = fatti_di((adulto("RSSMRA", 62), adulto("VRDNNA", 61), figlio), il=IL)

        contati = nella_scala(fatti, parametri=ADI, al=IL)

        assert contati == {c.codice_fiscale for c in fatti.componenti} - {figlio.codice_fiscale}

    def test_holds_the_carer(self) -> None:
        fatti = fatti_di((adulto("RSSMRA", cura=True), adulto("VRDNNA", disabile=True)), il=IL)

        assert len(nella_scala(fatti, parametri=ADI, al=IL)) == 2

    def test_holds_a_lone_older_person(self) -> None:
        fatti: Fatti = sola(62, IL)

        assert nella_scala(fatti, parametri=ADI, al=IL) == {fatti.richiedente}
