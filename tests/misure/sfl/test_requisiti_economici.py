# SPDX-License-Identifier: EUPL-1.2
"""R03, R04 and R06: ISEE, reddito on the scala of the ISEE, patrimoni and durable goods."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from shared.misure.comuni.trattamenti import NaturaTrattamento
from shared.misure.esito import EsitoRequisito
from shared.misure.nucleo import (
    CategoriaVeicolo,
    Fatti,
    Indicatore,
    RedditoAggiuntivo,
    TipoReddito,
    Veicolo,
)
from shared.misure.sfl.scala import nella_scala, scala
from tests.misure.nuclei import con_isee, di_eta, famiglia, fatti_di
from tests.misure.sfl.persone import (
    DA_COMPLETARE,
    IL,
    IL_2023,
    IL_2024,
    IL_2025,
    KO,
    OK,
    SFL,
    adulto,
    con_percorso,
    requisito,
    sfl_con,
)

CHI = adulto(IL).richiedente


def famiglia_di_tre(il: date, *, reddito: Decimal) -> Fatti:
    """Make the couple with one child of the published case: the scala of the ISEE is 2.04."""
    figlio = di_eta(20, il, "VRDGLI")
    return con_percorso(fatti_di((di_eta(45, il), di_eta(44, il, "BNCNNA"), figlio), il=il, reddito=reddito), il)


class TestR03:
    @pytest.mark.regola("S004-F03")
    @pytest.mark.parametrize(
        ("il", "isee", "atteso"),
        [
            (IL_2023, "6000.00", OK),
            (IL_2024, "6000.00", OK),
            (IL_2024, "6000.01", KO),
            (IL_2025, "10140.00", OK),
            (IL_2025, "10140.01", KO),
        ],
    )
    def test_has_a_threshold(self, il: date, isee: str, atteso: EsitoRequisito) -> None:
        assert requisito(con_isee(adulto(il), isee=Decimal(isee)), "SFL-R03").esito is atteso

    def test_asks_for_the_isee_per_l_inclusione_from_2026(self) -> None:
        fatti = adulto(date(2026, 2, 2))

        assert requisito(fatti, "SFL-R03").esito is OK
        assert requisito(con_isee(fatti, indicatore=Indicatore.ORDINARIO), "SFL-R03").esito is DA_COMPLETARE

    def test_cites_the_norm_of_the_figure(self) -> None:
        assert "L. 207/2024" in requisito(adulto(IL), "SFL-R03").fonte
        assert "L. 207/2024" not in requisito(adulto(IL_2024), "SFL-R03").fonte


class TestR04:
    @pytest.mark.regola("S004-F10")
    @pytest.mark.parametrize(
        ("il", "reddito", "soglia", "atteso"),
        [
            (IL_2024, "12239.99", "12240.00", OK),
            (IL_2024, "12240.00", "12240.00", KO),
            (IL_2025, "20685.59", "20685.60", OK),
            (IL_2025, "20685.60", "20685.60", KO),
        ],
    )
    def test_s2_is_below_the_threshold_times_the_scala_of_the_isee(
        self, il: date, reddito: str, soglia: str, atteso: EsitoRequisito
    ) -> None:
        trovato = requisito(famiglia_di_tre(il, reddito=Decimal(reddito)), "SFL-R04")

        assert (trovato.esito, trovato.valore, trovato.soglia) == (atteso, reddito, soglia)

    @pytest.mark.regola("S004-F10")
    @pytest.mark.parametrize(
        ("il", "grave", "soglia"),
        [
            (IL_2024, True, "15422.40"),
            (IL_2024, False, "12240.00"),
            (IL_2025, True, "20685.60"),
        ],
    )
    def test_is_7560_for_67_and_severe_disability_until_2024(self, il: date, grave: bool, soglia: str) -> None:
        figlio = di_eta(40, il, disabile=grave, disabile_grave=grave)
        fatti = con_percorso(fatti_di((figlio, di_eta(67, il, "VRDLCU")), il=il), il)

        assert requisito(fatti, "SFL-R04").soglia == soglia

    @pytest.mark.regola("S004-F10")
    @pytest.mark.parametrize("natura", list(NaturaTrattamento))
    def test_never_counts_some_treatments(self, natura: NaturaTrattamento) -> None:
        def con(che: NaturaTrattamento | None) -> Fatti:
            trattamento = RedditoAggiuntivo(
                codice_fiscale=CHI,
                tipo=TipoReddito.TRATTAMENTO_ASSISTENZIALE,
                importo_annuo=Decimal("30000.00"),
                dal=date(2025, 1, 1),
                natura=che,
            )
            return adulto(IL, redditi=(trattamento,))

        assert requisito(con(natura), "SFL-R04").esito is OK
        assert requisito(con(None), "SFL-R04").esito is KO

    @pytest.mark.regola("S004-F10")
    def test_lists_what_never_counts(self) -> None:
        attese = "ASSEGNO_UNICO ARRETRATI SOSTEGNO_STRAORDINARIO MAGGIORAZIONE_REGIONALE RIDUZIONE_TARIFFE_E_TRIBUTI"

        assert SFL.al(IL).elenco("trattamenti_non_contati") == {*attese.split(), "RIMBORSO_SPESE_E_BUONI"}

    def test_may_leave_out_the_increments_of_2026(self) -> None:
        il = date(2026, 2, 2)
        fatti = adulto(il)
        assert fatti.isee is not None
        con_ordinaria = replace(fatti, isee=(replace(fatti.isee[0], scala_ordinaria=Decimal("1.94")),))

        senza = requisito(con_ordinaria, "SFL-R04", parametri=sfl_con(scala_inclusione="SENZA_MAGGIORAZIONI"))
        assert requisito(con_ordinaria, "SFL-R04").soglia == "20685.60"
        # Every figure of sfl_con changes only in the parametro named: 10140 times 1.94.
        assert senza.soglia == "19671.60"

    def test_waits_for_an_isee(self) -> None:
        assert requisito(adulto(IL, isee=()), "SFL-R04").esito is DA_COMPLETARE

    def test_has_no_increment_of_the_adi_in_the_scala(self) -> None:
        fatti = con_percorso(famiglia(IL), IL)

        assert scala(fatti, parametri=SFL, al=IL) == Decimal("2.04")
        assert nella_scala(fatti, parametri=SFL, al=IL) == {c.codice_fiscale for c in fatti.componenti}
        assert scala(adulto(IL, isee=()), parametri=SFL, al=IL) == Decimal(1)


class TestR06:
    @pytest.mark.regola("S004-F12")
    @pytest.mark.parametrize(
        ("immobili", "casa", "atteso"),
        [
            ("30000.00", "150000.00", OK),
            ("30000.01", "150000.00", KO),
            ("0.00", "150000.01", KO),
        ],
    )
    def test_limits_the_immobili_to_30000_besides_a_home_of_150000(
        self, immobili: str, casa: str, atteso: EsitoRequisito
    ) -> None:
        fatti = con_isee(adulto(IL), patrimonio_immobiliare=Decimal(immobili), valore_casa=Decimal(casa))

        assert requisito(fatti, "SFL-R06").esito is atteso

    @pytest.mark.parametrize(("mobili", "atteso"), [("6000.00", OK), ("6000.01", KO)])
    def test_limits_the_patrimonio_mobiliare(self, mobili: str, atteso: EsitoRequisito) -> None:
        fatti = con_isee(adulto(IL), patrimonio_mobiliare=Decimal(mobili))

        assert requisito(fatti, "SFL-R06").esito is atteso

    @pytest.mark.regola("S004-F13")
    @pytest.mark.parametrize(
        ("categoria", "cc", "dal", "agevolata", "atteso"),
        [
            (CategoriaVeicolo.AUTOVEICOLO, 1600, date(2025, 1, 1), False, OK),
            (CategoriaVeicolo.AUTOVEICOLO, 1601, date(2022, 3, 10), False, KO),
            (CategoriaVeicolo.AUTOVEICOLO, 1601, date(2022, 3, 9), False, OK),
            (CategoriaVeicolo.AUTOVEICOLO, 1601, date(2025, 1, 1), True, OK),
            (CategoriaVeicolo.MOTOVEICOLO, 250, date(2025, 1, 1), False, OK),
            (CategoriaVeicolo.MOTOVEICOLO, 251, date(2024, 1, 1), False, KO),
            (CategoriaVeicolo.IMBARCAZIONE_DA_DIPORTO, 0, date(1990, 1, 1), False, KO),
            (CategoriaVeicolo.AEROMOBILE, 0, date(1990, 1, 1), False, KO),
        ],
    )
    def test_excludes_large_new_vehicles_boats_and_aircraft(
        self, categoria: CategoriaVeicolo, cc: int, dal: date, agevolata: bool, atteso: EsitoRequisito
    ) -> None:
        veicolo = Veicolo(
            codice_fiscale=CHI,
            categoria=categoria,
            cilindrata_cc=cc,
            prima_immatricolazione=dal,
            agevolazione_disabili=agevolata,
        )

        assert requisito(adulto(IL, veicoli=(veicolo,)), "SFL-R06").esito is atteso
