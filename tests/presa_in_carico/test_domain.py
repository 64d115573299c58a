# SPDX-License-Identifier: EUPL-1.2
"""The statutory clock and the acts on a caso, without anything running."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest

from services.presa_in_carico.domain.caso import (
    AttoContraddittorio,
    AttoPrematuro,
    Caso,
    CasoChiuso,
    CasoId,
    Dichiarazioni,
    Stato,
)
from services.presa_in_carico.domain.incontro import (
    Convocazione,
    ConvocazioneId,
    EsitoConvocazione,
    Incontro,
    TipoIncontro,
    applica,
    controlla_convocazione,
    controlla_incontro,
    gia_registrato,
)
from services.presa_in_carico.domain.termini import primo_mese, termini
from shared.errors import DatiNonValidi, InclusioneError
from shared.kernel.mese import Mese
from shared.misure.parametri import ParametroMancante

ADI = termini("ADI")
OGGI = date(2026, 5, 20)
TUTTE = Dichiarazioni(recapiti_confermati=True, consenso_trasmissione_dati=True, impegno_primo_incontro=True)
APERTO = Caso(id=CasoId(uuid4()), domanda_id=uuid4(), misura="ADI", accolto_il=date(2026, 2, 28), versione=1)
REGISTRATO = replace(APERTO, registrato_siisl_il=date(2026, 3, 1), versione=2)
FIRMATO = replace(REGISTRATO, pad_il=date(2026, 3, 2), incontro_entro=date(2026, 6, 30), versione=3)
IN_CARICO = replace(FIRMATO, preso_in_carico_il=date(2026, 4, 15), versione=4)
CHIUSO = replace(FIRMATO, chiuso_il=date(2026, 5, 12), versione=4)
CONVOCAZIONE = Convocazione(
    id=ConvocazioneId(uuid4()),
    appuntamento_il=datetime(2026, 5, 4, 22, 30, tzinfo=UTC),  # 5 May in Rome
    sede="Servizi sociali",
    canale="SMS",
    comunicata_il=date(2026, 4, 20),
)


class TestIncontroEntro:
    @pytest.mark.parametrize(
        ("pad", "entro"),
        [
            (date(2024, 1, 1), date(2024, 4, 30)),
            (date(2025, 1, 1), date(2025, 5, 1)),
            (date(2025, 3, 1), date(2025, 6, 29)),
        ],
    )
    def test_is_120_calendar_days_after_the_pad(self, pad: date, entro: date) -> None:
        assert ADI.incontro_entro(pad) == entro

    def test_has_no_term_before_the_misura_exists(self) -> None:
        with pytest.raises(ParametroMancante):
            ADI.incontro_entro(date(2023, 12, 31))


class TestSospesoDal:
    @pytest.mark.parametrize("termine", [date(2026, 6, 1), date(2026, 6, 30)])
    def test_is_the_month_after_the_term(self, termine: date) -> None:
        assert ADI.sospeso_dal(termine, primo_mese=Mese(2026, 3)) == Mese(2026, 7)

    def test_leaves_three_months_paid_when_the_acceptance_came_late(self) -> None:
        primo = primo_mese(accolto_il=date(2026, 6, 25), pad_il=date(2026, 3, 2))

        assert ADI.sospeso_dal(date(2026, 6, 30), primo_mese=primo) == Mese(2026, 10)


class TestSbloccatoDal:
    @pytest.mark.parametrize(
        ("registrato", "mese"),
        [
            (date(2026, 9, 20), Mese(2026, 9)),
            (date(2026, 9, 21), Mese(2026, 10)),
            (date(2026, 12, 21), Mese(2027, 1)),
            (date(2026, 7, 1), Mese(2026, 8)),
            (date(2024, 5, 31), Mese(2024, 5)),
        ],
    )
    def test_depends_on_the_closing_day_of_the_month(self, registrato: date, mese: Mese) -> None:
        sospeso = Mese(2024, 5) if registrato.year == 2024 else Mese(2026, 8)

        assert ADI.sbloccato_dal(registrato, sospeso_dal=sospeso) == mese


class TestStato:
    def test_follows_the_facts(self) -> None:
        stati = [caso.stato for caso in (APERTO, REGISTRATO, FIRMATO, IN_CARICO, CHIUSO)]

        assert stati == list(Stato)


class TestRegistraSiisl:
    def test_records_the_day(self) -> None:
        dopo = APERTO.registra_siisl(OGGI, oggi=OGGI)

        assert (dopo.stato, dopo.versione) == (Stato.REGISTRATO_SIISL, 2)

    def test_changes_nothing_the_second_time(self) -> None:
        assert REGISTRATO.registra_siisl(date(2026, 3, 1), oggi=OGGI) is REGISTRATO

    def test_refuses_another_day(self) -> None:
        with pytest.raises(AttoContraddittorio, match="già avvenuta il 01/03/2026"):
            REGISTRATO.registra_siisl(OGGI, oggi=OGGI)

    @pytest.mark.parametrize("giorno", [OGGI + timedelta(days=1), date(2023, 8, 31)])
    def test_refuses_a_day_in_the_future_or_before_siisl(self, giorno: date) -> None:
        with pytest.raises(DatiNonValidi):
            APERTO.registra_siisl(giorno, oggi=OGGI)


class TestSottoscriviPad:
    def test_starts_the_term_of_the_first_meeting(self) -> None:
        dopo = REGISTRATO.sottoscrivi_pad(date(2026, 3, 2), TUTTE, oggi=OGGI, termini=ADI)

        assert dopo == FIRMATO

    def test_changes_nothing_the_second_time(self) -> None:
        assert FIRMATO.sottoscrivi_pad(date(2026, 3, 2), TUTTE, oggi=OGGI, termini=ADI) is FIRMATO

    @pytest.mark.parametrize(
        ("caso", "giorno", "errore"),
        [
            (FIRMATO, date(2026, 3, 3), AttoContraddittorio),
            (APERTO, date(2026, 3, 2), AttoPrematuro),
            (CHIUSO, date(2026, 3, 2), CasoChiuso),
            (REGISTRATO, OGGI + timedelta(days=1), DatiNonValidi),
            (REGISTRATO, date(2026, 2, 27), DatiNonValidi),
            (REGISTRATO, date(2026, 2, 28), DatiNonValidi),
        ],
        ids=[
            "altro-giorno",
            "non-registrato",
            "chiuso",
            "futuro",
            "prima-dell-accoglimento",
            "prima-della-registrazione",
        ],
    )
    def test_refuses(self, caso: Caso, giorno: date, errore: type[InclusioneError]) -> None:
        with pytest.raises(errore):
            caso.sottoscrivi_pad(giorno, TUTTE, oggi=OGGI, termini=ADI)

    def test_names_every_missing_declaration(self) -> None:
        parziali = replace(TUTTE, recapiti_confermati=False, impegno_primo_incontro=False)

        with pytest.raises(DatiNonValidi) as presa:
            REGISTRATO.sottoscrivi_pad(date(2026, 3, 2), parziali, oggi=OGGI, termini=ADI)

        assert {d.puntatore for d in presa.value.difetti} == {"/recapiti_confermati", "/impegno_primo_incontro"}


class TestSospendi:
    def test_waits_for_the_whole_last_day(self) -> None:
        assert FIRMATO.sospendi(oggi=date(2026, 6, 30), termini=ADI) is FIRMATO

    def test_suspends_from_the_month_after_the_term_however_late_it_runs(self) -> None:
        subito = FIRMATO.sospendi(oggi=date(2026, 7, 1), termini=ADI)
        tardi = FIRMATO.sospendi(oggi=date(2026, 9, 1), termini=ADI)

        assert subito.sospensione
        assert tardi.sospensione
        assert (subito.sospensione.dal_mese, subito.versione) == (Mese(2026, 7), 4)
        assert (subito.sospensione.id, subito.sospensione.dal_mese) == (
            tardi.sospensione.id,
            tardi.sospensione.dal_mese,
        )

    def test_does_not_suspend_twice(self) -> None:
        sospeso = FIRMATO.sospendi(oggi=date(2026, 7, 1), termini=ADI)

        assert sospeso.sospendi(oggi=date(2026, 8, 1), termini=ADI) is sospeso

    @pytest.mark.parametrize("caso", [REGISTRATO, IN_CARICO, CHIUSO])
    def test_concerns_only_who_waits_for_the_meeting(self, caso: Caso) -> None:
        assert caso.sospendi(oggi=date(2027, 1, 1), termini=ADI) is caso


class TestApplica:
    @pytest.mark.parametrize("tipo", [TipoIncontro.INCONTRO, TipoIncontro.PRESENTAZIONE_SPONTANEA])
    def test_takes_the_nucleo_in_charge(self, tipo: TipoIncontro) -> None:
        dopo = applica(FIRMATO, Incontro(date(2026, 5, 5), tipo), termini=ADI)

        assert (dopo.stato, dopo.preso_in_carico_il, dopo.versione) == (Stato.IN_CARICO, date(2026, 5, 5), 4)

    def test_lifts_the_sospensione_with_the_meeting(self) -> None:
        sospeso = FIRMATO.sospendi(oggi=date(2026, 7, 1), termini=ADI)

        dopo = applica(sospeso, Incontro(date(2026, 7, 9), TipoIncontro.INCONTRO), termini=ADI)

        assert (dopo.sospensione, dopo.versione) == (None, sospeso.versione + 2)

    def test_leaves_the_first_meeting_as_it_is_when_others_follow(self) -> None:
        assert applica(IN_CARICO, Incontro(date(2026, 5, 5), TipoIncontro.INCONTRO), termini=ADI) is IN_CARICO

    def test_starts_the_term_again_from_a_justified_absence(self) -> None:
        dopo = applica(FIRMATO, Incontro(date(2026, 5, 5), TipoIncontro.GIUSTIFICATO_MOTIVO), termini=ADI)

        assert (dopo.stato, dopo.incontro_entro) == (Stato.PAD_SOTTOSCRITTO, date(2026, 9, 2))

    def test_gives_the_same_term_in_whatever_order_the_absences_are_recorded(self) -> None:
        prima, seconda = (Incontro(date(2026, m, 5), TipoIncontro.GIUSTIFICATO_MOTIVO) for m in (4, 5))

        diritto = applica(applica(FIRMATO, prima, termini=ADI), seconda, termini=ADI)
        rovescio = applica(applica(FIRMATO, seconda, termini=ADI), prima, termini=ADI)

        assert diritto == rovescio

    def test_keeps_the_sospensione_when_the_absence_does_not_move_the_term(self) -> None:
        sospeso = FIRMATO.sospendi(oggi=date(2026, 7, 1), termini=ADI)

        dopo = applica(sospeso, Incontro(date(2026, 3, 2), TipoIncontro.GIUSTIFICATO_MOTIVO), termini=ADI)

        assert dopo.sospensione == sospeso.sospensione

    def test_proposes_the_decadenza_without_closing_the_caso(self) -> None:
        dopo = applica(FIRMATO, Incontro(date(2026, 5, 5), TipoIncontro.ASSENZA_INGIUSTIFICATA), termini=ADI)

        assert (dopo.stato, dopo.decadenza_proposta_il) == (Stato.PAD_SOTTOSCRITTO, date(2026, 5, 5))


class TestControllaIncontro:
    ASSENTE = Incontro(date(2026, 5, 5), TipoIncontro.ASSENZA_INGIUSTIFICATA)
    PRESENTE = Incontro(date(2026, 5, 5), TipoIncontro.INCONTRO)

    @pytest.mark.parametrize("convocazione", [None, CONVOCAZIONE])
    def test_accepts_a_meeting_with_or_without_convocazione(self, convocazione: Convocazione | None) -> None:
        controlla_incontro(FIRMATO, self.PRESENTE, convocazione, oggi=OGGI)

    def test_accepts_the_absence_on_the_day_of_the_convocazione_in_rome(self) -> None:
        controlla_incontro(FIRMATO, self.ASSENTE, CONVOCAZIONE, oggi=OGGI)

    @pytest.mark.parametrize(
        ("caso", "incontro", "convocazione", "errore"),
        [
            (CHIUSO, PRESENTE, None, CasoChiuso),
            (REGISTRATO, PRESENTE, None, AttoPrematuro),
            (FIRMATO, Incontro(OGGI + timedelta(days=1), TipoIncontro.INCONTRO), None, DatiNonValidi),
            (FIRMATO, Incontro(date(2026, 3, 1), TipoIncontro.INCONTRO), None, DatiNonValidi),
            (FIRMATO, ASSENTE, None, DatiNonValidi),
            (FIRMATO, Incontro(date(2026, 5, 4), TipoIncontro.ASSENZA_INGIUSTIFICATA), CONVOCAZIONE, DatiNonValidi),
            (FIRMATO, Incontro(date(2026, 5, 5), TipoIncontro.PRESENTAZIONE_SPONTANEA), CONVOCAZIONE, DatiNonValidi),
            (FIRMATO, ASSENTE, replace(CONVOCAZIONE, esito=EsitoConvocazione.SOSTITUITA), AttoContraddittorio),
            (IN_CARICO, ASSENTE, CONVOCAZIONE, AttoContraddittorio),
            (IN_CARICO, Incontro(date(2026, 5, 5), TipoIncontro.GIUSTIFICATO_MOTIVO), None, AttoContraddittorio),
            (replace(FIRMATO, decadenza_proposta_il=date(2026, 4, 5)), PRESENTE, None, AttoContraddittorio),
        ],
    )
    def test_refuses(
        self, caso: Caso, incontro: Incontro, convocazione: Convocazione | None, errore: type[InclusioneError]
    ) -> None:
        with pytest.raises(errore):
            controlla_incontro(caso, incontro, convocazione, oggi=OGGI)


class TestGiaRegistrato:
    def test_recognises_the_same_act(self) -> None:
        incontro = Incontro(OGGI, TipoIncontro.INCONTRO)

        assert gia_registrato(incontro, [incontro])
        assert not gia_registrato(incontro, [])

    def test_refuses_two_outcomes_for_one_day(self) -> None:
        with pytest.raises(AttoContraddittorio, match="20/05/2026 risulta già registrato: incontro svolto"):
            gia_registrato(Incontro(OGGI, TipoIncontro.GIUSTIFICATO_MOTIVO), [Incontro(OGGI, TipoIncontro.INCONTRO)])


class TestControllaConvocazione:
    ORA = datetime(2026, 4, 21, 8, 0, tzinfo=UTC)

    def test_accepts_a_future_appointment(self) -> None:
        controlla_convocazione(FIRMATO, CONVOCAZIONE, None, now=self.ORA)

    @pytest.mark.parametrize(
        ("caso", "cambi", "errore"),
        [
            (CHIUSO, {}, CasoChiuso),
            (REGISTRATO, {}, AttoPrematuro),
            (FIRMATO, {"appuntamento_il": ORA}, DatiNonValidi),
            (FIRMATO, {"comunicata_il": date(2026, 4, 22)}, DatiNonValidi),
            (FIRMATO, {"comunicata_il": date(2026, 3, 1)}, DatiNonValidi),
        ],
    )
    def test_refuses(self, caso: Caso, cambi: dict[str, date], errore: type[InclusioneError]) -> None:
        nuova = replace(CONVOCAZIONE, **cambi)  # type: ignore[arg-type]

        with pytest.raises(errore):
            controlla_convocazione(caso, nuova, None, now=self.ORA)

    def test_wants_the_outcome_of_the_past_one_first(self) -> None:
        passata = replace(CONVOCAZIONE, appuntamento_il=self.ORA - timedelta(days=1))

        with pytest.raises(AttoPrematuro, match="non ha ancora un esito"):
            controlla_convocazione(FIRMATO, CONVOCAZIONE, passata, now=self.ORA)
