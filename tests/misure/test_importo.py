# SPDX-License-Identifier: EUPL-1.2
"""The importo of the month: income that comes and goes, ISEE of the year, renewals, explanation."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from shared.kernel.mese import Mese
from shared.misure.adi.importo import ImportoMensile, importo_mensile
from shared.misure.comuni.isee import IseeNonDisponibile
from shared.misure.nucleo import Fatti, RedditoAggiuntivo, Rinnovo, TipoReddito
from shared.misure.parametri import Parametri, Valore
from tests.misure.nuclei import ADI, attestazione, con_isee, con_parametri, di_eta, famiglia, fatti_di, sola

IL = date(2025, 1, 15)
MARZO = Mese(2025, 3)


def di(fatti: Fatti, mese: Mese = MARZO, parametri: Parametri = ADI) -> ImportoMensile:
    return importo_mensile(fatti, parametri=parametri, mese=mese)


def con_reddito(
    fatti: Fatti, tipo: TipoReddito, importo: str, *, dal: date = date(2025, 1, 10), al: date | None = None
) -> Fatti:
    nuovo = RedditoAggiuntivo(
        codice_fiscale=fatti.richiedente, tipo=tipo, importo_annuo=Decimal(importo), dal=dal, al=al
    )
    return replace(fatti, redditi=(*fatti.redditi, nuovo))


class TestReddito:
    @pytest.mark.parametrize(
        ("tipo", "importo", "atteso"),
        [
            (TipoReddito.LAVORO, "3000.00", "1000.00"),
            (TipoReddito.LAVORO, "3000.01", "1000.01"),
            (TipoReddito.POLITICHE_ATTIVE, "3000.00", "1000.00"),
            (TipoReddito.POLITICHE_ATTIVE, "3500.00", "1500.00"),
            (TipoReddito.TRATTAMENTO_ASSISTENZIALE, "1200.00", "2200.00"),
            (TipoReddito.PENSIONE, "2000.00", "3000.00"),
            (TipoReddito.SPORT_DILETTANTISTICO, "800.00", "1800.00"),
            (TipoReddito.SPORT_DILETTANTISTICO, "15000.01", "16000.00"),
        ],
    )
    def test_adds_what_the_isee_does_not_show(self, tipo: TipoReddito, importo: str, atteso: str) -> None:
        fatti = con_reddito(sola(62, IL, reddito=1000), tipo, importo)

        assert di(fatti).reddito == Decimal(atteso)

    def test_applies_the_franchigia_once_for_the_nucleo(self) -> None:
        fatti = con_reddito(famiglia(IL, reddito=0), TipoReddito.LAVORO, "2000.00")

        assert di(fatti).reddito == 0
        assert di(con_reddito(fatti, TipoReddito.LAVORO, "2500.00")).reddito == Decimal("1500.00")

    def test_takes_out_the_means_tested_treatments_of_the_isee(self) -> None:
        fatti = con_isee(sola(62, IL, reddito=5000), trattamenti=Decimal("4500.00"))

        assert di(fatti).reddito == Decimal("500.00")
        assert di(con_isee(fatti, trattamenti=Decimal("6000.00"))).reddito == 0

    @pytest.mark.parametrize(("mese", "reddito"), [(Mese(2025, 4), 0), (Mese(2025, 5), 5000), (Mese(2025, 9), 0)])
    def test_counts_a_job_from_the_month_after_until_its_end(self, mese: Mese, reddito: int) -> None:
        fatti = con_reddito(sola(62, IL), TipoReddito.LAVORO, "8000.00", dal=date(2025, 4, 1), al=date(2025, 8, 31))

        assert di(fatti, mese).reddito == reddito

    @pytest.mark.parametrize(
        ("dal", "al", "reddito"),
        [
            (date(2025, 3, 1), None, 2000),
            (date(2025, 3, 2), None, 0),
            (date(2025, 2, 1), date(2025, 3, 1), 2000),
            (date(2025, 2, 1), date(2025, 2, 28), 0),
        ],
    )
    def test_looks_at_the_first_day_of_the_month(self, dal: date, al: date | None, reddito: int) -> None:
        fatti = con_reddito(sola(62, IL), TipoReddito.PENSIONE, "2000.00", dal=dal, al=al)

        assert di(fatti).reddito == reddito

    @pytest.mark.parametrize(
        ("dal", "reddito"), [(date(2024, 1, 1), Decimal(0)), (date(2024, 1, 2), Decimal("5000.00"))]
    )
    def test_stops_adding_a_job_once_the_isee_holds_a_full_year(self, dal: date, reddito: Decimal) -> None:
        componenti = (di_eta(62, IL),)
        isee = attestazione(componenti, il=date(2026, 1, 10))

        fatti = con_reddito(fatti_di(componenti, il=IL, isee=(isee,)), TipoReddito.LAVORO, "8000.00", dal=dal)

        assert di(fatti, Mese(2026, 3)).reddito == reddito

    @pytest.mark.parametrize(
        ("valori", "tipo", "dal", "reddito"),
        [
            ({"sfl_nel_reddito": "MAI"}, TipoReddito.POLITICHE_ATTIVE, date(2025, 1, 10), "0.00"),
            ({"sfl_nel_reddito": "INTERO"}, TipoReddito.POLITICHE_ATTIVE, date(2025, 1, 10), "3600.00"),
            ({"lavoro_base_eccedenza": "ANNUALIZZATO"}, TipoReddito.LAVORO, date(2025, 1, 10), "600.00"),
            ({"lavoro_base_eccedenza": "ANNUALIZZATO"}, TipoReddito.LAVORO, date(2024, 7, 1), "4200.00"),
            (
                {"trattamenti_in_corso_nel_reddito": False},
                TipoReddito.TRATTAMENTO_ASSISTENZIALE,
                date(2025, 1, 10),
                "0.00",
            ),
        ],
    )
    def test_can_be_read_otherwise(self, valori: dict[str, Valore], tipo: TipoReddito, dal: date, reddito: str) -> None:
        fatti = con_reddito(sola(62, IL), tipo, "3600.00", dal=dal)

        assert di(fatti, parametri=con_parametri(valori)).reddito == Decimal(reddito)


class TestQuote:
    @pytest.mark.parametrize(
        ("reddito", "canone", "a", "b"),
        [
            (Decimal("6020.00"), 0, "40.00", "0.00"),
            (Decimal("6020.01"), 0, "40.00", "0.00"),
            (Decimal("6019.88"), 0, "40.01", "0.00"),
            (Decimal("6500.00"), 300, "15.00", "25.00"),
            (Decimal("0.00"), 3640, "541.67", "303.33"),
            (Decimal("0.00"), 3641, "541.67", "303.33"),
            (Decimal("0.00"), 3639, "541.67", "303.25"),
        ],
    )
    def test_respect_minimum_and_ceiling(self, reddito: Decimal, canone: int, a: str, b: str) -> None:
        importo = di(sola(62, IL, reddito=reddito, canone=canone))

        assert (importo.quota_a, importo.quota_b) == (Decimal(a), Decimal(b))
        assert importo.totale == importo.quota_a + importo.quota_b

    def test_change_with_the_law_from_january_2025(self) -> None:
        fatti = sola(62, date(2024, 10, 1))

        assert di(fatti, Mese(2024, 12)).totale == Decimal("500.00")
        assert di(fatti, Mese(2025, 1)).totale == Decimal("541.67")

    def test_change_the_month_after_a_child_is_born(self) -> None:
        fatti = famiglia(IL, reddito=0)
        neonato = di_eta(0, date(2025, 9, 1), "VRDMTT")
        cresciuta = replace(fatti, componenti=(*fatti.componenti, neonato))
        nascita = Mese.di(neonato.data_nascita)

        assert di(cresciuta, nascita).scala == Decimal("1.30")
        assert di(cresciuta, nascita + 1).scala == Decimal("1.80")

    def test_are_zero_when_the_reddito_reaches_the_threshold(self) -> None:
        importo = di(sola(62, IL, reddito=6500))

        assert not importo.spetta
        assert (importo.totale, importo.quota_a, importo.quota_b) == (Decimal(0), Decimal(0), Decimal(0))
        assert any("6.500,00 euro" in riga for riga in importo.righe)

    def test_can_be_rounded_one_by_one(self) -> None:
        fatti = sola(62, IL, reddito=Decimal("0.01"), canone=3639)

        assert di(fatti).totale == Decimal("844.92")
        assert di(sola(62, IL, reddito=4, canone=3334)).totale == Decimal("819.17")
        per_quota = con_parametri({"arrotondamento": "META_PER_QUOTA"})
        assert di(sola(62, IL, reddito=4, canone=3334), parametri=per_quota).totale == Decimal("819.16")


class TestRinnovo:
    @pytest.mark.parametrize(
        ("ultimo", "primo", "totale", "contributo"),
        [
            (Mese(2025, 10), Mese(2025, 12), "541.67", "500.00"),
            (Mese(2025, 11), Mese(2026, 1), "541.67", "500.00"),
            (Mese(2025, 12), Mese(2026, 1), "270.84", "0.00"),
            (Mese(2026, 1), Mese(2026, 2), "270.84", "0.00"),
        ],
    )
    def test_follows_the_last_month_of_the_period_that_ended(
        self, ultimo: Mese, primo: Mese, totale: str, contributo: str
    ) -> None:
        componenti = (di_eta(62, IL),)
        isee = tuple(attestazione(componenti, il=date(anno, 1, 10)) for anno in (2025, 2026))
        rinnovo = Rinnovo(primo_mese=primo, ultimo_mese_precedente=ultimo)

        importo = di(fatti_di(componenti, il=IL, isee=isee, rinnovo=rinnovo), primo)

        assert (importo.totale, importo.contributo_straordinario) == (Decimal(totale), Decimal(contributo))

    def test_gives_the_contributo_after_the_first_period_only(self) -> None:
        secondo = Rinnovo(primo_mese=Mese(2025, 8), ultimo_mese_precedente=Mese(2025, 6), numero=2)

        assert di(sola(62, IL, rinnovo=secondo), Mese(2025, 8)).contributo_straordinario == 0

    def test_can_halve_also_who_has_the_contributo(self) -> None:
        componenti = (di_eta(62, IL),)
        rinnovo = Rinnovo(primo_mese=Mese(2026, 1), ultimo_mese_precedente=Mese(2025, 11))
        fatti = fatti_di(componenti, il=IL, isee=(attestazione(componenti, il=date(2025, 1, 10)),), rinnovo=rinnovo)

        importo = di(fatti, Mese(2026, 1), con_parametri({"straord_2026_e_50pct": True}))

        assert (importo.totale, importo.contributo_straordinario) == (Decimal("270.84"), Decimal("270.84"))


class TestIseeDelMese:
    def _fatti(self, *isee: tuple[date, int]) -> Fatti:
        componenti = (di_eta(62, IL),)
        attestazioni = tuple(attestazione(componenti, il=il, reddito=reddito) for il, reddito in isee)
        return fatti_di(componenti, il=date(2024, 10, 1), isee=attestazioni)

    @pytest.mark.parametrize(
        ("mese", "reddito"),
        [(Mese(2024, 12), 1000), (Mese(2025, 1), 1000), (Mese(2025, 2), 2000), (Mese(2025, 3), 2000)],
    )
    def test_changes_with_the_year(self, mese: Mese, reddito: int) -> None:
        fatti = self._fatti((date(2024, 9, 1), 1000), (date(2025, 1, 20), 2000))

        assert di(fatti, mese).reddito == reddito

    def test_recovers_the_months_before_a_late_dsu(self) -> None:
        fatti = self._fatti((date(2024, 9, 1), 1000), (date(2025, 4, 20), 2000), (date(2025, 6, 10), 3000))

        redditi = [di(fatti, Mese(2025, mese)).reddito for mese in (2, 4, 5, 6, 7)]

        assert redditi == [2000, 2000, 2000, 2000, 3000]

    def test_never_comes_from_a_later_year(self) -> None:
        fatti = self._fatti((date(2026, 1, 10), 1000))

        with pytest.raises(IseeNonDisponibile):
            di(fatti, Mese(2025, 5))

    def test_is_missing_until_the_new_dsu(self) -> None:
        fatti = self._fatti((date(2024, 9, 1), 1000))

        with pytest.raises(IseeNonDisponibile):
            di(fatti, Mese(2025, 2))


class TestRighe:
    def test_explain_the_computation_in_italian(self) -> None:
        righe = di(famiglia(IL)).righe

        assert righe == (
            "Scala di equivalenza: 1,30 (base 1,00, minorenni 0,30).",
            "Reddito familiare considerato: 1.500,00 euro l'anno (reddito dell'ISEE 1.500,00).",
            "Quota A, integrazione del reddito: 6.500,00 x 1,30 - 1.500,00, cioè 6.950,00 euro l'anno.",
            "Quota B, canone di locazione: il minore tra 4.200,00 e 3.640,00, cioè 3.640,00 euro l'anno.",
            "Importo del mese: 10.590,00 diviso 12, cioè 882,50 euro.",
        )

    def test_do_not_speak_of_the_minimum_when_it_is_reached(self) -> None:
        righe = di(sola(62, IL, reddito=6020)).righe

        assert not any("minimo" in riga for riga in righe)

    def test_tell_the_minimum_and_the_renewal(self) -> None:
        rinnovo = Rinnovo(primo_mese=Mese(2025, 8), ultimo_mese_precedente=Mese(2025, 6))

        righe = di(sola(62, IL, reddito=6200, rinnovo=rinnovo), Mese(2025, 8)).righe

        assert "L'importo è portato al minimo di 480,00 euro l'anno." in righe
        assert "Contributo straordinario, una volta sola: 40,00 euro." in righe
