# SPDX-License-Identifier: EUPL-1.2
"""R08, the monthly limit of treatments: the counting table, the published cases, 600 and 900 euro by date."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from shared.kernel.mese import Mese
from shared.misure.esito import EsitoRequisito
from shared.misure.nucleo import Fatti
from shared.misure.sia.fatti import TipoTrattamento, TrattamentoEconomico
from shared.misure.sia.quadro import quadro_del_giorno
from shared.misure.sia.trattamenti import computo
from tests.misure.sia.famiglie import (
    DA_COMPLETARE,
    FIGLI,
    KO,
    MADRE,
    OK,
    PADRE,
    SIA,
    attestazione,
    con_sia,
    esito_di,
    giudica,
    nucleo,
    trattamento,
)

T = TipoTrattamento
SETTEMBRE, MARZO, MAGGIO = Mese(2016, 9), Mese(2017, 3), Mese(2017, 5)


def madre_e_figlio(*trattamenti: TrattamentoEconomico, il: date = date(2016, 10, 15)) -> Fatti:
    return nucleo((MADRE, FIGLI[0]), il=il, trattamenti=trattamenti)


def contato(t: TrattamentoEconomico, mese: Mese) -> Decimal:
    fatti = madre_e_figlio(t, il=(mese + 1).primo_giorno)
    return computo(quadro_del_giorno(fatti, parametri=SIA, al=fatti.presentata_il), mese).totale


class TestLimite:
    @pytest.mark.regola("S003-19", "S003-20")
    def test_sums_a_pension_of_450_and_the_300_of_the_child(self) -> None:
        pensione, reversibilita = (
            trattamento("450.00", SETTEMBRE, tipo=T.PREVIDENZIALE),
            trattamento("300.00", SETTEMBRE, di=FIGLI[0], tipo=T.PREVIDENZIALE),
        )

        insieme = giudica(madre_e_figlio(pensione, reversibilita), "SIA-R08")

        assert (insieme.esito, insieme.valore, insieme.soglia) == (KO, "750.00", "600.00")
        assert esito_di(madre_e_figlio(pensione), "SIA-R08") is OK

    @pytest.mark.regola("S003-19", "S003-54")
    @pytest.mark.parametrize(("importo", "atteso"), [("599.99", OK), ("600.00", KO), ("600.01", KO)])
    @pytest.mark.parametrize("tipo", [T.PREVIDENZIALE, T.INDENNITARIO, T.ASSISTENZIALE])
    def test_must_not_be_reached_by_any_kind_of_treatment(
        self, tipo: TipoTrattamento, importo: str, atteso: EsitoRequisito
    ) -> None:
        assert esito_di(madre_e_figlio(trattamento(importo, SETTEMBRE, tipo=tipo)), "SIA-R08") is atteso

    @pytest.mark.regola("S003-94")
    @pytest.mark.parametrize(
        ("il", "non_autosufficiente", "importo", "atteso"),
        [
            (date(2017, 4, 29), True, "600.00", KO),
            (date(2017, 4, 30), True, "600.00", OK),
            (date(2017, 4, 30), True, "899.99", OK),
            (date(2017, 4, 30), True, "900.00", KO),
            (date(2017, 4, 30), False, "600.00", KO),
        ],
    )
    def test_is_900_from_30_april_2017_with_a_member_who_is_non_autosufficiente(
        self, il: date, non_autosufficiente: bool, importo: str, atteso: EsitoRequisito
    ) -> None:
        fatti = madre_e_figlio(trattamento(importo, MARZO), il=il)
        chi = frozenset({FIGLI[0].codice_fiscale}) if non_autosufficiente else frozenset()

        assert esito_di(con_sia(fatti, non_autosufficienti=chi), "SIA-R08") is atteso

    @pytest.mark.regola("S003-59", "S003-58")
    def test_counts_who_is_in_the_isee_nucleo_also_in_a_facility_and_nobody_else(self) -> None:
        rendita = trattamento("700.00", SETTEMBRE, di=PADRE)
        dentro = nucleo((MADRE, PADRE, FIGLI[0]), trattamenti=(rendita,))
        fuori = replace(dentro, isee=(attestazione((MADRE, FIGLI[0])),))

        assert (esito_di(dentro, "SIA-R08"), esito_di(fuori, "SIA-R08")) == (KO, OK)

    @pytest.mark.regola("S003-80")
    @pytest.mark.parametrize(
        ("al", "atteso"), [(date(2016, 10, 15), OK), (date(2016, 12, 31), KO), (date(2017, 1, 2), OK)]
    )
    def test_looks_at_the_month_before_the_domanda_and_before_each_payment(
        self, al: date, atteso: EsitoRequisito
    ) -> None:
        assert esito_di(madre_e_figlio(trattamento("650.00", Mese(2016, 11))), "SIA-R08", al=al) is atteso

    @pytest.mark.regola("S003-51")
    def test_waits_or_believes_the_declaration(self) -> None:
        ignoti = nucleo((MADRE, FIGLI[0]), trattamenti=None)

        assert esito_di(ignoti, "SIA-R08") is DA_COMPLETARE
        assert esito_di(con_sia(ignoti, dichiarati=("SIA-R08",)), "SIA-R08") is OK


class TestComputo:
    @pytest.mark.regola("S003-53")
    @pytest.mark.parametrize(
        ("mese", "atteso"), [(Mese(2017, 1), "200"), (MARZO, "200"), (Mese(2017, 6), "200"), (Mese(2017, 7), "0")]
    )
    def test_spreads_a_one_off_of_1200_over_its_six_months(self, mese: Mese, atteso: str) -> None:
        assert contato(trattamento("1200.00", Mese(2017, 1), Mese(2017, 6)), mese) == Decimal(atteso)

    @pytest.mark.regola("S003-57")
    def test_leaves_out_the_arrears_of_march_and_april_paid_in_may(self) -> None:
        del_mese = trattamento("450.00", MAGGIO)
        arretrati = trattamento("900.00", MARZO, Mese(2017, 4), pagato_nel=MAGGIO)
        fatti = madre_e_figlio(del_mese, arretrati, il=date(2017, 6, 10))

        requisito = giudica(fatti, "SIA-R08")

        assert (requisito.esito, requisito.valore) == (OK, "450.00")
        assert contato(arretrati, Mese(2017, 4)) == Decimal(0)

    @pytest.mark.regola("S003-55")
    @pytest.mark.parametrize(
        "tipo", [T.ESENZIONE_TRIBUTARIA, T.RIDUZIONE_COMPARTECIPAZIONE, T.BUONO_SERVIZIO, T.STUDIO_FORMAZIONE]
    )
    def test_never_counts_reliefs_reductions_service_vouchers_and_grants(self, tipo: TipoTrattamento) -> None:
        assert contato(trattamento("700.00", MARZO, tipo=tipo), MARZO) == Decimal(0)

    @pytest.mark.regola("S003-77")
    @pytest.mark.parametrize("tipo", [T.CONTRIBUTO_LOCAZIONE, T.BUONO_ACQUISTO])
    @pytest.mark.parametrize(("sostituisce", "atteso"), [(True, "0"), (False, "250.00")])
    def test_counts_help_for_rent_and_food_unless_in_place_of_services(
        self, tipo: TipoTrattamento, sostituisce: bool, atteso: str
    ) -> None:
        aiuto = trattamento("250.00", MARZO, tipo=tipo, sostituisce_servizi=sostituisce)

        assert contato(aiuto, MARZO) == Decimal(atteso)

    @pytest.mark.regola("S003-56", "S003-82")
    @pytest.mark.parametrize("tipo", [T.BORSA_LAVORO, T.SOSTEGNO_AL_REDDITO])
    @pytest.mark.parametrize(("nel_progetto", "atteso"), [(True, "0"), (False, "400.00")])
    def test_leaves_out_what_the_progetto_sets_and_counts_what_began_before(
        self, tipo: TipoTrattamento, nel_progetto: bool, atteso: str
    ) -> None:
        assert contato(trattamento("400.00", MARZO, tipo=tipo, nel_progetto=nel_progetto), MARZO) == Decimal(atteso)

    def test_does_not_count_what_is_paid_after_the_month(self) -> None:
        assert contato(trattamento("1200.00", Mese(2017, 1), Mese(2017, 6), pagato_nel=MAGGIO), MARZO) == Decimal(0)

    def test_says_why_of_each_treatment_in_any_order(self) -> None:
        voci = (trattamento("100.00", MARZO), trattamento("90.00", MARZO, tipo=T.BUONO_SERVIZIO))
        fatti = [madre_e_figlio(*ordine, il=date(2017, 4, 1)) for ordine in (voci, voci[::-1])]

        computi = [computo(quadro_del_giorno(f, parametri=SIA, al=f.presentata_il), MARZO) for f in fatti]

        assert computi[0] == computi[1]
        assert computi[0].voci == ((Decimal(0), "di un tipo che non si conta"), (Decimal("100.00"), "intero"))
