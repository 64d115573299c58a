# SPDX-License-Identifier: EUPL-1.2
"""The importo of a month, the twelve months in outline, the days of payment and the states of the SFL."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from shared.kernel.mese import Mese
from shared.misure.parametri import ParametroMancante
from shared.misure.sfl.durata import attivabili, decorrenza, giorno_pagamento, mesi_spettanti, ultimo_mese_coperto
from shared.misure.sfl.importo import importo_mensile
from shared.misure.sfl.requisiti import verifica_requisiti
from shared.misure.sfl.stato import StatoSfl, stato_del_beneficio, stato_della_domanda
from tests.misure.sfl.persone import (
    IL,
    SFL,
    PercorsoIn,
    adulto,
    con_percorso,
    mesi,
    percorso_s3,
    sfl_con,
)


class TestImporto:
    @pytest.mark.regola("S004-F01")
    @pytest.mark.parametrize(
        ("mese", "importo"),
        [
            (Mese(2023, 9), "350.00"),
            (Mese(2024, 12), "350.00"),
            (Mese(2025, 1), "500.00"),
            (Mese(2026, 3), "500.00"),
        ],
    )
    def test_is_350_until_2024_and_500_later(self, mese: Mese, importo: str) -> None:
        fatti = con_percorso(adulto(mese.primo_giorno), mese.primo_giorno)

        assert importo_mensile(fatti, parametri=SFL, mese=mese).totale == Decimal(importo)

    def test_does_not_exist_before_september_2023(self) -> None:
        with pytest.raises(ParametroMancante):
            importo_mensile(adulto(date(2023, 9, 1)), parametri=SFL, mese=Mese(2023, 8))

    @pytest.mark.regola("S004-F18")
    def test_has_no_scala(self) -> None:
        solo, numeroso = adulto(IL), replace(adulto(IL), isee=())

        importi = {importo_mensile(f, parametri=SFL, mese=Mese(2025, 3)).totale for f in (solo, numeroso)}
        assert importi == {Decimal("500.00")}

    @pytest.mark.regola("S004-F19")
    def test_is_exempt_from_irpef_and_says_so(self) -> None:
        righe = importo_mensile(adulto(IL), parametri=SFL, mese=Mese(2025, 3)).righe

        assert righe == (
            "Mensilità 1, marzo 2025: 22 giorni di partecipazione.",
            "Indennità di partecipazione: 500,00 euro.",
            "L'importo è esente da IRPEF.",
        )

    def test_tells_what_a_month_is_worth_where_no_activity_is_known(self) -> None:
        importo = importo_mensile(replace(adulto(IL), propri=()), parametri=SFL, mese=Mese(2025, 3))

        assert (importo.totale, importo.stato) == (Decimal("500.00"), None)

    def test_may_follow_the_days(self) -> None:
        importo = importo_mensile(
            adulto(IL), parametri=sfl_con(mese_parziale="GIORNI", importo_mensile=Decimal("500.00")), mese=Mese(2025, 3)
        )

        assert importo.totale == Decimal("354.84")


class TestDurata:
    def test_has_no_renewal(self) -> None:
        assert mesi_spettanti(Mese(2025, 3), parametri=SFL) == tuple(mesi(Mese(2025, 3), Mese(2026, 2)))
        assert mesi_spettanti(Mese(2025, 3), parametri=SFL, numero_rinnovo=1) == ()
        assert decorrenza(IL, parametri=SFL) == Mese(2025, 3)

    def test_binds_the_richiedente_while_of_age(self) -> None:
        fatti = adulto(IL, anni=59)

        assert attivabili(fatti, parametri=SFL, al=IL) == {fatti.richiedente}
        assert attivabili(fatti, parametri=SFL, al=date(2026, 3, 10)) == frozenset()

    def test_covers_the_first_months_with_the_isee_of_the_year_before(self) -> None:
        covers = [ultimo_mese_coperto(anno, parametri=SFL) for anno in (2023, 2024)]

        assert covers == [Mese(2024, 2), Mese(2025, 1)]

    @pytest.mark.parametrize(
        ("condizioni", "pagamento"),
        [
            (date(2025, 3, 1), date(2025, 3, 27)),
            (date(2025, 3, 15), date(2025, 3, 27)),
            (date(2025, 3, 16), date(2025, 4, 15)),
            (date(2025, 12, 31), date(2026, 1, 15)),
        ],
    )
    def test_pays_on_the_27th_or_on_the_15th_of_the_next_month(self, condizioni: date, pagamento: date) -> None:
        assert giorno_pagamento(condizioni, parametri=SFL) == pagamento


class TestStato:
    @pytest.mark.parametrize(
        ("campi", "stato"),
        [
            ({}, StatoSfl.ATTIVA),
            ({"psp_il": None}, StatoSfl.ACCOLTA_SUC),
            ({"pad_il": None, "psp_il": None}, StatoSfl.VERIFICATA_SUC),
            ({"did_il": None}, StatoSfl.ISTRUTTORIA),
            ({"diritto_dovere_assolto": False}, StatoSfl.RESPINTA),
        ],
    )
    def test_of_the_domanda_follows_the_requisiti(self, campi: PercorsoIn, stato: StatoSfl) -> None:
        esito = verifica_requisiti(con_percorso(adulto(IL), IL, **campi), parametri=SFL, al=IL)

        assert stato_della_domanda(esito) is stato

    @pytest.mark.parametrize(
        ("al", "stato"),
        [
            (date(2024, 4, 1), StatoSfl.ACCOLTA_SUC),
            (date(2024, 5, 20), StatoSfl.ATTIVA),
            (date(2025, 5, 1), StatoSfl.PROROGATA),
            (date(2025, 9, 1), StatoSfl.TERMINATA),
        ],
    )
    def test_of_the_benefit_follows_the_months(self, al: date, stato: StatoSfl) -> None:
        assert stato_del_beneficio(percorso_s3(), parametri=SFL, al=al) is stato

    def test_of_the_benefit_may_be_sospesa_or_decaduta(self) -> None:
        sospeso, decaduto = percorso_s3(psp_aggiornato=()), percorso_s3(decaduta_il=date(2024, 6, 1))

        stati = [stato_del_beneficio(p, parametri=SFL, al=date(2025, 5, 1)) for p in (sospeso, decaduto)]
        assert stati == [StatoSfl.SOSPESA, StatoSfl.DECADUTA]
