# SPDX-License-Identifier: EUPL-1.2
"""R01 to R05, R15, R16: composition, citizenship, residence and stays abroad, at the threshold and one day over."""

from dataclasses import replace
from datetime import date

import pytest

from shared.kernel.mese import Periodo
from shared.misure.adi.requisiti import verifica_requisiti
from shared.misure.esito import EsitoRequisito
from shared.misure.nucleo import (
    Assenza,
    Cittadinanza,
    Componente,
    Discordanza,
    EsitoSvantaggio,
    Fatti,
    Residenza,
    TitoloSoggiorno,
)
from tests.misure.nuclei import (
    ADI,
    ComponenteIn,
    con_componente,
    di_eta,
    esito_di,
    famiglia,
    fatti_di,
    persona,
    sola,
    svantaggio,
)

OK, KO = EsitoRequisito.OK, EsitoRequisito.KO
DA_COMPLETARE, NON_APPLICABILE = EsitoRequisito.DA_COMPLETARE, EsitoRequisito.NON_APPLICABILE
IL = date(2025, 3, 10)


def adulto(**campi: bool | None) -> Componente:
    opzioni: ComponenteIn = {"disabile": campi.get("disabile", False), "disabile_grave": campi.get("grave", False)}
    return di_eta(40, IL, "RSSMRA", **opzioni)


def con_svantaggio(
    certificato: date, esito: EsitoSvantaggio | None = EsitoSvantaggio.CONFERMATO, *, programma: date | None = None
) -> Fatti:
    fragile = di_eta(40, IL, "RSSMRA", svantaggio=svantaggio(certificato, esito=esito, programma=programma))
    return fatti_di((fragile,), il=IL)


class TestR01:
    @pytest.mark.regola("S004-A01")
    @pytest.mark.parametrize(
        ("altro", "atteso"),
        [
            (persona(date(2007, 3, 11), "VRDLCU"), OK),
            (persona(date(2007, 3, 10), "VRDLCU"), KO),
            (persona(date(1965, 3, 10), "VRDLCU"), OK),
            (persona(date(1965, 3, 11), "VRDLCU"), KO),
            (persona(date(1980, 1, 1), "VRDLCU", disabile=True), OK),
            (persona(date(1980, 1, 1), "VRDLCU", disabile_grave=True), OK),
            (persona(date(1980, 1, 1), "VRDLCU", disabile=None, disabile_grave=None), DA_COMPLETARE),
            (persona(date(1980, 1, 1), "VRDLCU", disabile=False, disabile_grave=None), KO),
        ],
    )
    def test_asks_for_one_fragile_member(self, altro: Componente, atteso: EsitoRequisito) -> None:
        assert esito_di(fatti_di((adulto(), altro), il=IL), "ADI-R01") is atteso

    @pytest.mark.regola("S004-A01")
    @pytest.mark.parametrize(
        ("esito", "atteso"),
        [
            (EsitoSvantaggio.CONFERMATO, OK),
            (EsitoSvantaggio.SILENZIO_ASSENSO, OK),
            (EsitoSvantaggio.NEGATO, KO),
            (None, DA_COMPLETARE),
        ],
    )
    def test_follows_the_answer_on_the_svantaggio(self, esito: EsitoSvantaggio | None, atteso: EsitoRequisito) -> None:
        assert esito_di(con_svantaggio(date(2025, 1, 1), esito), "ADI-R01") is atteso

    def test_fails_when_the_child_comes_of_age(self) -> None:
        fatti = fatti_di((adulto(), persona(date(2007, 6, 1), "VRDLCU")), il=IL)

        assert esito_di(fatti, "ADI-R01", al=date(2025, 5, 31)) is OK
        assert esito_di(fatti, "ADI-R01", al=date(2025, 6, 1)) is KO


class TestR02:
    @pytest.mark.parametrize(
        ("cittadinanza", "atteso"),
        [
            (Cittadinanza(stato="IT"), OK),
            (Cittadinanza(stato="RO"), OK),
            (Cittadinanza(stato="AL"), DA_COMPLETARE),
            (Cittadinanza(stato="AL", titolo=TitoloSoggiorno.LUNGO_PERIODO), OK),
            (Cittadinanza(stato="AL", titolo=TitoloSoggiorno.FAMILIARE_UE), OK),
            (Cittadinanza(stato="SY", titolo=TitoloSoggiorno.PROTEZIONE_INTERNAZIONALE), OK),
            (Cittadinanza(stato="AL", titolo=TitoloSoggiorno.TEMPORANEO), KO),
            (Cittadinanza(stato="SY", titolo=TitoloSoggiorno.PROTEZIONE_INTERNAZIONALE, titolo_valido_al=IL), OK),
            (
                Cittadinanza(
                    stato="SY", titolo=TitoloSoggiorno.PROTEZIONE_INTERNAZIONALE, titolo_valido_al=date(2025, 3, 9)
                ),
                DA_COMPLETARE,
            ),
            (None, DA_COMPLETARE),
        ],
    )
    def test_follows_citizenship_and_permit(self, cittadinanza: Cittadinanza | None, atteso: EsitoRequisito) -> None:
        assert esito_di(famiglia(IL, cittadinanza=cittadinanza), "ADI-R02") is atteso


class TestR03:
    @pytest.mark.regola("S004-A11")
    @pytest.mark.parametrize(
        ("periodi", "atteso"),
        [
            pytest.param([Periodo(date(2020, 3, 10))], OK, id="five years today"),
            pytest.param([Periodo(date(2020, 3, 11))], KO, id="five years tomorrow"),
            pytest.param([Periodo(date(2010, 1, 1), date(2020, 1, 1)), Periodo(date(2023, 3, 10))], OK, id="two years"),
            pytest.param([Periodo(date(2010, 1, 1), date(2020, 1, 1)), Periodo(date(2023, 3, 11))], KO, id="not two"),
            pytest.param([Periodo(date(2019, 1, 1), date(2021, 12, 31)), Periodo(date(2023, 3, 10))], OK, id="3 and 2"),
            pytest.param([Periodo(date(2020, 1, 1), date(2022, 12, 29)), Periodo(date(2023, 3, 10))], KO, id="short"),
            pytest.param(
                [Periodo(date(2019, 1, 1), date(2021, 12, 30)), Periodo(date(2023, 3, 10))], OK, id="1826 days"
            ),
            pytest.param(
                [Periodo(date(2019, 1, 1), date(2021, 12, 29)), Periodo(date(2023, 3, 10))], KO, id="1825 days"
            ),
            pytest.param([Periodo(date(2010, 1, 1), date(2024, 5, 1)), Periodo(date(2024, 5, 2))], OK, id="no gap"),
            pytest.param([Periodo(date(2010, 1, 1), date(2024, 5, 1)), Periodo(date(2024, 5, 3))], KO, id="one day"),
            pytest.param([Periodo(date(2000, 1, 1), date(2025, 3, 9))], KO, id="left yesterday"),
            pytest.param([], KO, id="never"),
        ],
    )
    def test_counts_the_years(self, periodi: list[Periodo], atteso: EsitoRequisito) -> None:
        for ordine in (tuple(periodi), tuple(reversed(periodi))):
            assert esito_di(famiglia(IL, residenza=Residenza(periodi=ordine)), "ADI-R03") is atteso

    def test_waits_for_the_comune_when_the_history_is_not_complete(self) -> None:
        breve = Residenza(periodi=(Periodo(date(2024, 1, 1)),), completa=False)
        lunga = Residenza(periodi=(Periodo(date(2018, 1, 1)),), completa=False)

        assert esito_di(famiglia(IL, residenza=None), "ADI-R03") is DA_COMPLETARE
        assert esito_di(famiglia(IL, residenza=breve), "ADI-R03") is DA_COMPLETARE
        assert esito_di(famiglia(IL, residenza=lunga), "ADI-R03") is OK

    def test_looks_at_the_day_of_the_domanda_only(self) -> None:
        fatti = famiglia(IL, residenza=Residenza(periodi=(Periodo(date(2020, 3, 11)),)))

        assert esito_di(fatti, "ADI-R03", al=date(2025, 6, 1)) is KO

    def test_counts_from_29_february(self) -> None:
        residenza = Residenza(periodi=(Periodo(date(2020, 2, 29)),))

        assert esito_di(famiglia(date(2025, 2, 27), residenza=residenza), "ADI-R03") is KO
        assert esito_di(famiglia(date(2025, 2, 28), residenza=residenza), "ADI-R03") is OK


class TestR04:
    @pytest.mark.parametrize(
        ("chi", "campi", "atteso"),
        [
            (0, {"residente_in_italia": False}, KO),
            (0, {"residente_in_italia": None}, DA_COMPLETARE),
            (0, {"espatriato_il": date(2025, 3, 11)}, OK),
            (0, {"espatriato_il": date(2025, 3, 10)}, KO),
            (0, {"deceduto_il": date(2025, 3, 10)}, DA_COMPLETARE),
            (1, {"residente_in_italia": False}, OK),
            (1, {"residente_in_italia": None}, DA_COMPLETARE),
            (1, {}, OK),
        ],
    )
    def test_refuses_only_for_the_richiedente(self, chi: int, campi: ComponenteIn, atteso: EsitoRequisito) -> None:
        assert esito_di(con_componente(famiglia(IL), chi, **campi), "ADI-R04") is atteso

    def test_says_that_a_member_abroad_does_not_count(self) -> None:
        fatti = con_componente(famiglia(IL), 1, residente_in_italia=False)

        requisito = verifica_requisiti(fatti, parametri=ADI, al=IL).requisito("ADI-R04")

        assert "non si conta nella scala" in requisito.spiegazione


class TestR05:
    @pytest.mark.regola("S004-A14")
    @pytest.mark.parametrize(
        ("periodi", "atteso"),
        [
            pytest.param([(date(2024, 7, 1), date(2024, 8, 30))], OK, id="one day less than two months"),
            pytest.param([(date(2024, 7, 1), date(2024, 8, 31))], KO, id="two months"),
            pytest.param(
                [(date(2024, 7, 1), date(2024, 7, 31)), (date(2024, 8, 1), date(2024, 8, 31))], KO, id="joined"
            ),
            pytest.param([(date(2025, 1, 12), None)], OK, id="abroad since less than two months"),
            pytest.param([(date(2025, 1, 11), None)], KO, id="abroad since two months"),
            pytest.param([(date(2022, 1, 1), date(2022, 12, 31))], OK, id="before the last two years"),
            pytest.param(
                [(date(2024, 7, 1), date(2024, 8, 10)), (date(2024, 8, 5), date(2024, 8, 30))], OK, id="overlapping"
            ),
            pytest.param(
                [(date(2024, 7, 1), date(2024, 8, 30)), (date(2024, 7, 5), date(2024, 7, 10))],
                OK,
                id="one inside another",
            ),
            pytest.param([(date(2022, 12, 1), date(2023, 3, 9))], OK, id="ended the day before the last two years"),
            pytest.param([(date(2022, 12, 1), date(2023, 3, 10))], KO, id="reaching the last two years"),
            pytest.param(
                [
                    (date(2023, 6, 1), date(2023, 7, 10)),
                    (date(2023, 12, 1), date(2024, 1, 9)),
                    (date(2024, 6, 1), date(2024, 7, 9)),
                ],
                OK,
                id="119 days in 18 months",
            ),
            pytest.param(
                [
                    (date(2023, 6, 1), date(2023, 7, 10)),
                    (date(2023, 12, 1), date(2024, 1, 9)),
                    (date(2024, 6, 1), date(2024, 7, 10)),
                ],
                KO,
                id="120 days in 18 months",
            ),
            pytest.param(
                [
                    (date(2023, 4, 1), date(2023, 5, 10)),
                    (date(2023, 12, 1), date(2024, 1, 9)),
                    (date(2024, 10, 15), date(2024, 11, 23)),
                ],
                OK,
                id="120 days over more than 18 months",
            ),
        ],
    )
    def test_counts_the_time_abroad(self, periodi: list[tuple[date, date | None]], atteso: EsitoRequisito) -> None:
        fatti = famiglia(IL)
        assenze = tuple(Assenza(codice_fiscale=fatti.richiedente, dal=dal, al=al) for dal, al in periodi)

        assert esito_di(replace(fatti, assenze=assenze), "ADI-R05") is atteso

    @pytest.mark.regola("S004-A14")
    def test_excuses_documented_health_reasons_and_other_members(self) -> None:
        fatti = famiglia(IL)
        lunga = Assenza(codice_fiscale=fatti.richiedente, dal=date(2024, 3, 1), al=date(2024, 9, 1))
        altro = replace(lunga, codice_fiscale=fatti.componenti[1].codice_fiscale)

        assert esito_di(replace(fatti, assenze=(replace(lunga, motivi_di_salute=True), altro)), "ADI-R05") is OK
        assert esito_di(replace(fatti, assenze=(lunga,)), "ADI-R05") is KO
        assert esito_di(replace(fatti, assenze=None), "ADI-R05") is DA_COMPLETARE


class TestR15:
    @pytest.mark.parametrize(
        ("fatti", "atteso"),
        [
            (con_svantaggio(date(2025, 3, 9)), OK),
            (con_svantaggio(date(2025, 3, 10)), KO),
            (con_svantaggio(date(2025, 3, 1), programma=date(2025, 3, 9)), OK),
            (con_svantaggio(date(2025, 3, 1), programma=date(2025, 3, 10)), KO),
            (con_svantaggio(date(2025, 3, 1), EsitoSvantaggio.SILENZIO_ASSENSO), OK),
            (con_svantaggio(date(2025, 3, 1), EsitoSvantaggio.NEGATO), KO),
            (con_svantaggio(date(2025, 3, 1), None), DA_COMPLETARE),
            (sola(62, IL), NON_APPLICABILE),
        ],
    )
    def test_asks_for_a_certificate_and_a_programme_before_the_domanda(
        self, fatti: Fatti, atteso: EsitoRequisito
    ) -> None:
        assert esito_di(fatti, "ADI-R15") is atteso

    def test_does_not_refuse_a_nucleo_with_another_condition(self) -> None:
        negato = svantaggio(date(2025, 1, 1), esito=EsitoSvantaggio.NEGATO)

        assert esito_di(con_componente(famiglia(IL), 0, svantaggio=negato), "ADI-R15") is OK

    def test_ends_with_the_programme(self) -> None:
        breve = replace(svantaggio(date(2025, 1, 1)), fine_programma=date(2025, 4, 30))
        fatti = con_componente(con_svantaggio(date(2025, 1, 1)), 0, svantaggio=breve)

        assert esito_di(fatti, "ADI-R01", al=date(2025, 4, 30)) is OK
        assert esito_di(fatti, "ADI-R01", al=date(2025, 5, 1)) is KO


class TestR16:
    def test_compares_domanda_dsu_and_registry(self) -> None:
        fatti = famiglia(IL)
        estraneo = persona(date(1990, 1, 1), "NREPLA").codice_fiscale
        diversa = frozenset({c.codice_fiscale for c in fatti.componenti} | {estraneo})

        assert esito_di(fatti, "ADI-R16") is OK
        assert esito_di(replace(fatti, famiglia_anagrafica=None), "ADI-R16") is DA_COMPLETARE
        assert esito_di(replace(fatti, famiglia_anagrafica=diversa), "ADI-R16") is DA_COMPLETARE
        giustificata = replace(fatti, famiglia_anagrafica=diversa, nucleo_giustificati=frozenset({estraneo}))
        assert esito_di(giustificata, "ADI-R16") is OK

    @pytest.mark.parametrize(("esito", "atteso"), [(Discordanza.CONFERMATA, KO), (Discordanza.SUPERATA, OK)])
    def test_follows_how_a_difference_ended(self, esito: Discordanza, atteso: EsitoRequisito) -> None:
        fatti = famiglia(IL, famiglia_anagrafica=frozenset(), discordanza_nucleo=esito)

        assert esito_di(fatti, "ADI-R16") is atteso

    def test_asks_for_a_dsu_with_the_same_nucleo(self) -> None:
        fatti = famiglia(IL)
        nuovo = persona(date(1990, 1, 1), "NREPLA")

        assert esito_di(replace(fatti, componenti=(*fatti.componenti, nuovo)), "ADI-R16") is DA_COMPLETARE

    def test_lets_a_child_be_born_after_the_dsu(self) -> None:
        fatti = famiglia(IL)
        neonato = persona(date(2025, 2, 1), "VRDMTT")
        anagrafe = frozenset(c.codice_fiscale for c in (*fatti.componenti, neonato))
        con_neonato = replace(
            fatti,
            componenti=(*fatti.componenti, neonato),
            famiglia_anagrafica=anagrafe,
            nucleo_giustificati=frozenset({neonato.codice_fiscale}),
        )

        assert esito_di(con_neonato, "ADI-R16") is OK

    @pytest.mark.parametrize(
        ("campi", "nella_dsu"),
        [
            ({"nel_nucleo_dal": date(2025, 1, 1)}, True),
            ({"nel_nucleo_dal": date(2025, 1, 2)}, False),
            ({"nel_nucleo_al": date(2025, 1, 1)}, True),
            ({"nel_nucleo_al": date(2024, 12, 31)}, False),
            ({"deceduto_il": date(2025, 1, 2)}, True),
            ({"deceduto_il": date(2025, 1, 1)}, False),
        ],
    )
    def test_looks_at_the_nucleo_of_the_day_of_the_dsu(self, campi: ComponenteIn, nella_dsu: bool) -> None:
        fatti = famiglia(IL)
        altro = persona(date(1990, 1, 1), "NREPLA", **campi)

        con_altro = replace(fatti, componenti=(*fatti.componenti, altro))

        assert esito_di(con_altro, "ADI-R16") is (DA_COMPLETARE if nella_dsu else OK)

    def test_expects_in_the_dsu_a_child_born_on_its_day(self) -> None:
        fatti = famiglia(IL)
        neonato = persona(date(2025, 1, 1), "VRDMTT")

        assert esito_di(replace(fatti, componenti=(*fatti.componenti, neonato)), "ADI-R16") is DA_COMPLETARE
