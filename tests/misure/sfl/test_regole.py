# SPDX-License-Identifier: EUPL-1.2
"""Published rules of the SFL that join more than one requisito: activities, members of an ADI nucleo, PAD, convictions."""

from datetime import date
from decimal import Decimal

import pytest

from shared.kernel.mese import Mese
from shared.misure.adi.condizionalita import CausaDecadenza, da_restituire, decadenza, nuova_domanda_dal
from shared.misure.comuni.effetti import TipoEffetto
from shared.misure.esito import EsitoRequisito
from shared.misure.nucleo import Precedente, TipoPrecedente
from shared.misure.sfl.fatti import TipoAttivita
from tests.misure.nuclei import ADI, ComponenteIn, di_eta, fatti_di, genitore, svantaggio
from tests.misure.sfl.persone import DA_COMPLETARE, IL, KO, OK, adulto, con_percorso, corso, requisito

T = TipoAttivita


class TestAttivita:
    @pytest.mark.regola("S004-F02")
    @pytest.mark.parametrize(
        ("tipo", "atteso"),
        [
            (T.FORMAZIONE, OK),
            (T.QUALIFICAZIONE_PROFESSIONALE, OK),
            (T.RIQUALIFICAZIONE_PROFESSIONALE, OK),
            (T.ORIENTAMENTO, OK),
            (T.ACCOMPAGNAMENTO_AL_LAVORO, OK),
            (T.AUTOIMPIEGO, OK),
            pytest.param(T.POLITICA_ATTIVA, OK, id="programma GOL"),
            (T.ALTRO, DA_COMPLETARE),
        ],
    )
    def test_are_training_orientation_accompaniment_self_employment_and_gol(
        self, tipo: TipoAttivita, atteso: EsitoRequisito
    ) -> None:
        fatti = con_percorso(adulto(IL), IL, attivita=(corso(IL, tipo=tipo),))

        assert requisito(fatti, "SFL-R13").esito is atteso


class TestComponenteDiUnNucleoAdi:
    """With a parent of 62 in the nucleo that receives the ADI: who asks is outside its scala, or is refused."""

    @pytest.mark.regola("S004-F04")
    @pytest.mark.parametrize(
        ("anni", "campi", "eta", "posizione"),
        [
            pytest.param(25, {}, OK, OK, id="adult beyond the first"),
            pytest.param(59, {}, OK, OK, id="59 years"),
            pytest.param(60, {}, KO, KO, id="60 years"),
            pytest.param(25, {"disabile": True}, OK, KO, id="disability"),
            pytest.param(25, {"carichi_di_cura": True}, OK, KO, id="carer of the disabled parent"),
            pytest.param(25, {"svantaggio": svantaggio(date(2025, 1, 2))}, OK, KO, id="certified disagio"),
            pytest.param(25, {"responsabilita_genitoriale": True}, OK, KO, id="parent: the law looks at this"),
        ],
    )
    def test_may_ask_if_adult_below_60_without_disability_care_or_disagio(
        self, anni: int, campi: ComponenteIn, eta: EsitoRequisito, posizione: EsitoRequisito
    ) -> None:
        disabile = bool(campi.get("carichi_di_cura"))
        genitore_ = genitore(62, IL, "BNCNNA", disabile=disabile)
        fatti = con_percorso(
            fatti_di((di_eta(anni, IL, "VRDLCU", **campi), genitore_), il=IL), IL, nucleo_percepisce_adi=True
        )

        assert (requisito(fatti, "SFL-R01").esito, requisito(fatti, "SFL-R02").esito) == (eta, posizione)


class TestPad:
    @pytest.mark.regola("S004-F06")
    @pytest.mark.parametrize(("agenzie", "atteso"), [(2, DA_COMPLETARE), (3, OK), (5, OK)])
    def test_names_at_least_three_agenzie(self, agenzie: int, atteso: EsitoRequisito) -> None:
        assert requisito(con_percorso(adulto(IL), IL, agenzie=agenzie), "SFL-R12").esito is atteso

    @pytest.mark.regola("S004-F06")
    def test_binds_to_attend_the_convocazione_for_the_psp(self) -> None:
        effetto = decadenza(CausaDecadenza.MANCATA_PRESENTAZIONE, il=IL)

        assert effetto.tipo is TipoEffetto.DECADENZA
        assert "convocazione" in effetto.spiegazione


class TestCondanna:
    @pytest.mark.regola("S004-F35")
    def test_is_of_2_to_6_years_for_false_data_and_of_1_to_3_for_omissions(self) -> None:
        p = ADI.al(IL)

        anni = [
            tuple(p.intero(f"sanzione_penale_{reato}_anni_{limite}") for limite in ("min", "max"))
            for reato in ("falso", "omissione")
        ]

        assert anni == [(2, 6), (1, 3)]

    @pytest.mark.regola("S004-F35")
    def test_ends_the_right_gives_back_what_came_after_and_bars_for_ten_years(self) -> None:
        il = date(2025, 3, 10)
        effetto = decadenza(CausaDecadenza.CONDANNA_DEFINITIVA, il=il)
        pagati = {Mese(2025, n): Decimal("500.00") for n in (2, 3, 4, 5)}
        giorni = (date(2035, 3, 10), date(2035, 3, 11))
        condanna = Precedente(codice_fiscale=adulto(giorni[0]).richiedente, tipo=TipoPrecedente.CONDANNA, il=il)
        dopo = [requisito(adulto(al, precedenti=(condanna,)), "SFL-R15").esito for al in giorni]

        assert (effetto.tipo, effetto.dal) == (TipoEffetto.DECADENZA, il)
        assert da_restituire(pagati, effetto=effetto) == Decimal("1000.00")
        assert nuova_domanda_dal(condanna, p=ADI.al(IL)) == date(2035, 3, 11)
        assert dopo == [KO, OK]
