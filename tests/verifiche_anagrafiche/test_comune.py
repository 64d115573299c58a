# SPDX-License-Identifier: EUPL-1.2
"""What the Comune answers, or does not: dated facts, silence with the effect that the law gives it."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest

from services.verifiche_anagrafiche.commands.chiudi_accertamento import registra_esito
from services.verifiche_anagrafiche.domain.accertamento import (
    AccertamentoChiuso,
    EsitoCittadinanza,
    EsitoComune,
    EsitoSvantaggio,
    PeriodoResidenza,
)
from shared.contracts.verifiche_anagrafiche import (
    AccertamentoComunaleRichiestoV1,
    Fatto,
    FattoCittadinanza,
    FattoControllo,
    FattoResidenza,
    FattoSvantaggio,
    VerificaConclusaV1,
)
from shared.errors import NotFound
from tests.support.orologio import OrologioDiProva
from tests.support.servizio import ServizioInProva
from tests.verifiche_anagrafiche.casi import fatti_di, presentata, storia


async def richiesto(servizio: ServizioInProva, nome: str) -> UUID:
    """Bring a story to its accertamento."""
    await servizio.consegna(presentata(storia(nome)))
    await servizio.giro_job()
    (evento,) = await servizio.ritira(AccertamentoComunaleRichiestoV1)
    return evento.accertamento_id


async def risposto(servizio: ServizioInProva, nome: str, esito: EsitoComune) -> tuple[Fatto, ...]:
    """Answer the accertamento of a story and give the facts."""
    accertamento_id = await richiesto(servizio, nome)
    async with servizio.database.transaction() as session:
        await registra_esito(session, accertamento_id, esito, operatore="op-1", now=servizio.orologio())
    (conclusa,) = await servizio.emessi(VerificaConclusaV1)
    return fatti_di(conclusa)


def del_comune(fatti: tuple[Fatto, ...]) -> dict[str, str]:
    return {f.controllo: f.esito for f in fatti if isinstance(f, FattoControllo) and f.registro == "COMUNE"}


class TestEsito:
    async def test_of_the_residence_gives_its_periods(self, servizio: ServizioInProva) -> None:
        periodi = (
            PeriodoResidenza("F839", date(2009, 5, 4), date(2023, 4, 11)),
            PeriodoResidenza("H501", date(2023, 4, 12)),
        )

        fatti = await risposto(servizio, "residenza-storia-confermata", EsitoComune(residenza=periodi))

        accertati = [f for f in fatti if isinstance(f, FattoResidenza) and f.fonte.sistema == "COMUNE"]
        assert [(f.comune, f.valido_dal, f.valido_al) for f in accertati] == [(p.comune, p.dal, p.al) for p in periodi]
        assert {f.soggetto for f in accertati} == {storia("residenza-storia-confermata").richiedente.codice_fiscale}
        assert del_comune(fatti) == {"RESIDENZA": "DATI"}

    async def test_without_periods_says_that_there_are_none(self, servizio: ServizioInProva) -> None:
        fatti = await risposto(servizio, "residenza-storia-smentita", EsitoComune(residenza=()))

        assert del_comune(fatti) == {"RESIDENZA": "NESSUN_DATO"}

    @pytest.mark.parametrize(("conforme", "atteso"), [(True, "CONFORME"), (False, "NON_CONFORME")])
    async def test_of_the_nucleo_is_about_the_family(
        self, servizio: ServizioInProva, conforme: bool, atteso: str
    ) -> None:
        fatti = await risposto(servizio, "famiglia-figlio-altrove-smentita", EsitoComune(nucleo_conforme=conforme))

        assert del_comune(fatti) == {"FAMIGLIA": atteso}

    async def test_of_the_citizenship_gives_the_permit(self, servizio: ServizioInProva) -> None:
        esito = EsitoComune(cittadinanza=EsitoCittadinanza("MA", "LUNGO_PERIODO", date(2033, 2, 10)))

        fatti = await risposto(servizio, "soggiorno-lungo-periodo", esito)

        ultimo = [f for f in fatti if isinstance(f, FattoCittadinanza)][-1]
        assert (ultimo.stato, ultimo.titolo_soggiorno, ultimo.valido_al) == ("MA", "LUNGO_PERIODO", date(2033, 2, 10))

    @pytest.mark.parametrize(("confermato", "atteso"), [(True, "CONFERMATO"), (False, "NEGATO")])
    async def test_of_the_svantaggio_is_about_each_person(
        self, servizio: ServizioInProva, confermato: bool, atteso: str
    ) -> None:
        persona = storia("svantaggio-confermato").persone[1].codice_fiscale

        fatti = await risposto(
            servizio, "svantaggio-confermato", EsitoComune(svantaggi=(EsitoSvantaggio(persona, confermato),))
        )

        assert [(f.soggetto, f.esito) for f in fatti if isinstance(f, FattoSvantaggio)] == [(persona, atteso)]

    async def test_is_given_once(self, servizio: ServizioInProva) -> None:
        accertamento_id = await richiesto(servizio, "famiglia-silenzio")
        async with servizio.database.transaction() as session:
            await registra_esito(
                session, accertamento_id, EsitoComune(nucleo_conforme=True), operatore="op-1", now=servizio.orologio()
            )

        with pytest.raises(AccertamentoChiuso):
            async with servizio.database.transaction() as session:
                await registra_esito(
                    session,
                    accertamento_id,
                    EsitoComune(nucleo_conforme=True),
                    operatore="op-1",
                    now=servizio.orologio(),
                )

        assert len(await servizio.emessi(VerificaConclusaV1)) == 1

    async def test_of_nothing_is_refused(self, servizio: ServizioInProva) -> None:
        with pytest.raises(NotFound):
            async with servizio.database.transaction() as session:
                await registra_esito(session, UUID(int=7), EsitoComune(), operatore="op-1", now=servizio.orologio())

    async def test_is_sealed_at_rest(self, servizio: ServizioInProva) -> None:
        persona = storia("svantaggio-confermato").persone[1].codice_fiscale
        await risposto(servizio, "svantaggio-confermato", EsitoComune(svantaggi=(EsitoSvantaggio(persona, True),)))

        async with servizio.database.connection() as conn:
            esito = await conn.fetchval("SELECT esito FROM accertamento")
        assert persona.encode() not in esito


class TestSilenzio:
    @pytest.mark.parametrize(
        ("istante", "chiuso"),
        [
            (datetime(2025, 5, 2, 21, 59, tzinfo=UTC), False),  # 23:59 in Rome, last day
            (datetime(2025, 5, 2, 22, 0, tzinfo=UTC), True),  # midnight in Rome
        ],
    )
    async def test_has_its_effect_after_the_last_day_in_rome(
        self, servizio: ServizioInProva, orologio: OrologioDiProva, istante: datetime, chiuso: bool
    ) -> None:
        await richiesto(servizio, "svantaggio-silenzio")
        orologio.vai(istante)

        await servizio.giro_job("silenzio")

        assert len(await servizio.emessi(VerificaConclusaV1)) == chiuso

    @pytest.mark.parametrize(
        ("nome", "atteso"),
        [
            ("svantaggio-silenzio", {"SVANTAGGIO": "SILENZIO"}),
            ("famiglia-silenzio", {"FAMIGLIA": "SILENZIO"}),
            ("residenza-silenzio", {"RESIDENZA": "SILENZIO"}),
            ("soggiorno-silenzio", {"CITTADINANZA": "SILENZIO"}),
        ],
    )
    async def test_is_a_fact_too(
        self, servizio: ServizioInProva, orologio: OrologioDiProva, nome: str, atteso: dict[str, str]
    ) -> None:
        await richiesto(servizio, nome)
        orologio.avanza(days=61)

        await servizio.giro_job("silenzio")

        (conclusa,) = await servizio.emessi(VerificaConclusaV1)
        fatti = fatti_di(conclusa)
        assert del_comune(fatti) == atteso
        assert {f.esito for f in fatti if isinstance(f, FattoSvantaggio)} <= {"SILENZIO_ASSENSO"}

    async def test_closes_many_at_a_time(self, servizio: ServizioInProva, orologio: OrologioDiProva) -> None:
        for _ in range(3):
            await richiesto(servizio, "residenza-silenzio")
        orologio.avanza(days=61)

        await servizio.giro_job("silenzio")

        assert await stati(servizio) == {("SILENZIO", "CONCLUSA")}
        assert len(await servizio.emessi(VerificaConclusaV1)) == 3


async def stati(servizio: ServizioInProva) -> set[tuple[Any, ...]]:
    async with servizio.database.connection() as conn:
        righe = await conn.fetch("SELECT a.stato, v.stato FROM accertamento a JOIN verifica v ON v.id = a.verifica_id")
    return {tuple(riga) for riga in righe}
