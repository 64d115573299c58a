# SPDX-License-Identifier: EUPL-1.2
"""From the presented domanda to the verified facts, with the real sandbox: what each story needs to be decided."""

from collections.abc import Sequence

import pytest

from deploy.sandbox.persone import Nucleo, mondo
from shared.contracts.verifiche_anagrafiche import (
    AccertamentoComunaleRichiestoV1,
    Fatto,
    FattoCittadinanza,
    FattoControllo,
    FattoFamiglia,
    FattoGiudiziario,
    FattoIsee,
    FattoIseeAssente,
    FattoLavoro,
    FattoResidenza,
    FattoVeicolo,
    VerificaConclusaV1,
)
from tests.support.servizio import ServizioInProva
from tests.verifiche_anagrafiche.casi import fatti_di, presentata, storia


async def verifica(servizio: ServizioInProva, nucleo: Nucleo) -> tuple[Fatto, ...]:
    await servizio.consegna(presentata(nucleo))
    await servizio.giro_job()
    (conclusa,) = await servizio.emessi(VerificaConclusaV1)
    return fatti_di(conclusa)


def controlli(fatti: Sequence[Fatto]) -> set[tuple[str, str, str]]:
    return {(f.registro, f.controllo, f.esito) for f in fatti if isinstance(f, FattoControllo)}


class TestConclusa:
    @pytest.mark.regola("S002-02")
    async def test_carries_the_facts_of_every_registry(self, servizio: ServizioInProva) -> None:
        nucleo = storia("omocodia-figlio")

        fatti = await verifica(servizio, nucleo)

        richiedente = nucleo.richiedente.codice_fiscale
        famiglia = next(f for f in fatti if isinstance(f, FattoFamiglia))
        isee = next(f for f in fatti if isinstance(f, FattoIsee))
        residenza = next(f for f in fatti if isinstance(f, FattoResidenza))
        assert set(famiglia.componenti) == {p.codice_fiscale for p in nucleo.persone}
        assert nucleo.dsu is not None
        assert (isee.isee, isee.reddito_familiare, isee.protocollo_dsu) == (
            nucleo.dsu.isee,
            nucleo.dsu.reddito,
            nucleo.dsu.protocollo,
        )
        assert {c.codice_fiscale for c in isee.componenti} == set(famiglia.componenti)
        assert (residenza.soggetto, residenza.comune, residenza.valido_dal) == (
            richiedente,
            nucleo.comune.belfiore,
            nucleo.residente_dal,
        )
        assert residenza.fonte.sistema == "ANPR"
        assert (residenza.fonte.riferimento or "").isdigit()
        assert {f.stato for f in fatti if isinstance(f, FattoCittadinanza)} == {"IT"}

    async def test_says_of_each_registry_that_it_was_asked(self, servizio: ServizioInProva) -> None:
        fatti = await verifica(servizio, storia("omocodia-figlio"))

        assert controlli(fatti) == {
            ("ANPR", "FAMIGLIA", "DATI"), ("ANPR", "RESIDENZA", "DATI"), ("ANPR", "CITTADINANZA", "DATI"), ("ISEE", "ISEE", "DATI"),
            ("PRA", "VEICOLI", "NESSUN_DATO"), ("GIUSTIZIA", "GIUDIZIARIO", "NESSUN_DATO"), ("UNILAV", "LAVORO", "NESSUN_DATO"),
        }  # fmt: skip

    async def test_says_when_there_is_no_isee(self, servizio: ServizioInProva) -> None:
        fatti = await verifica(servizio, storia("isee-assente"))

        assert [f.soggetto for f in fatti if isinstance(f, FattoIseeAssente)] == [
            storia("isee-assente").richiedente.codice_fiscale
        ]
        assert ("ISEE", "ISEE", "NESSUN_DATO") in controlli(fatti)

    async def test_of_who_lives_abroad_needs_no_comune(self, servizio: ServizioInProva) -> None:
        fatti = await verifica(servizio, storia("iscritto-aire"))

        assert [f.comune for f in fatti if isinstance(f, FattoResidenza)] == [None]

    async def test_asks_only_the_adults_about_vehicles_sentences_and_jobs(self, servizio: ServizioInProva) -> None:
        nucleo = storia("giustizia-unilav-fuori-servizio")

        await servizio.consegna(presentata(nucleo))

        async with servizio.database.connection() as conn:
            righe = await conn.fetch("SELECT controllo, count(*) AS quante FROM interrogazione GROUP BY controllo")
        assert {r["controllo"]: r["quante"] for r in righe} == {
            "FAMIGLIA": 1, "RESIDENZA": 1, "CITTADINANZA": 1, "ISEE": 1, "VEICOLI": 2, "GIUDIZIARIO": 2, "LAVORO": 2,
        }  # fmt: skip

    @pytest.mark.parametrize(
        ("tipo", "quali"), [(FattoVeicolo, "veicoli"), (FattoGiudiziario, "carichi"), (FattoLavoro, "rapporti")]
    )
    async def test_carries_what_the_lists_hold(self, servizio: ServizioInProva, tipo: type[Fatto], quali: str) -> None:
        nucleo = next(n for n in mondo().nuclei if getattr(n.storia, quali) and _solo_registri(n))

        fatti = await verifica(servizio, nucleo)

        attesi = {nucleo.persone[v.di].codice_fiscale for v in getattr(nucleo.storia, quali)}
        assert {f.soggetto for f in fatti if isinstance(f, tipo)} == attesi


def _solo_registri(nucleo: Nucleo) -> bool:
    return nucleo.storia.atteso.dopo_registri in ("ACCOLTA", "RESPINTA") and not nucleo.storia.ritardi


class TestAccertamento:
    @pytest.mark.regola("S001-18", "S004-A09")
    @pytest.mark.parametrize(
        ("nome", "attesi"),
        [
            ("famiglia-coniuge-altrove-confermata", ("NUCLEO",)),
            ("famiglia-convivente-non-dichiarato", ("NUCLEO",)),
            ("residenza-storia-confermata", ("RESIDENZA",)),
            ("svantaggio-confermato", ("SVANTAGGIO",)),
            ("soggiorno-protezione", ("CITTADINANZA",)),
            ("due-accertamenti", ("RESIDENZA", "CITTADINANZA")),
            ("richiedente-deceduto", ("NUCLEO",)),
        ],
    )
    async def test_is_asked_for_what_the_registries_cannot_tell(
        self, servizio: ServizioInProva, nome: str, attesi: tuple[str, ...]
    ) -> None:
        await servizio.consegna(presentata(storia(nome)))

        await servizio.giro_job()

        (richiesto,) = await servizio.emessi(AccertamentoComunaleRichiestoV1)
        assert (richiesto.controlli, richiesto.comune) == (attesi, storia(nome).comune.belfiore)
        assert await servizio.emessi(VerificaConclusaV1) == []

    async def test_comes_after_the_residence_of_who_is_not_in_the_family(self, servizio: ServizioInProva) -> None:
        nucleo = storia("famiglia-coniuge-altrove-confermata")
        await servizio.consegna(presentata(nucleo))

        await servizio.giro_job()

        async with servizio.database.connection() as conn:
            chiesti = await conn.fetch("SELECT stato FROM interrogazione WHERE controllo = 'RESIDENZA' ORDER BY numero")
        assert [r["stato"] for r in chiesti] == ["RISPOSTA", "RISPOSTA"]
