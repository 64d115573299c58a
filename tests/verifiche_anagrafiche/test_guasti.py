# SPDX-License-Identifier: EUPL-1.2
"""Registries that fail: the question waits with its operation id, nothing is concluded on missing data."""

from datetime import timedelta
from typing import Any

import pytest

from services.verifiche_anagrafiche.commands.registra_risposte import EsitoChiamata, registra_risposte
from services.verifiche_anagrafiche.domain.interrogazione import FALLIMENTI_MASSIMI, TENTATIVI_MASSIMI, Classe, Registro
from services.verifiche_anagrafiche.store import interrogazioni
from shared.contracts.verifiche_anagrafiche import FattoControllo, VerificaConclusaV1
from tests.conftest import CreaServizio
from tests.support.servizio import ServizioInProva
from tests.verifiche_anagrafiche.casi import cessata, fatti_di, presentata, storia
from tests.verifiche_anagrafiche.conftest import Registri

NUCLEO = storia("omocodia-figlio")
LEASE = timedelta(seconds=30)


async def righe(servizio: ServizioInProva, sql: str) -> list[dict[str, Any]]:
    async with servizio.database.connection() as conn:
        return [dict(riga) for riga in await conn.fetch(sql)]


async def fai_passare_l_attesa(servizio: ServizioInProva) -> None:
    """Make everything due now, as if the pauses were over."""
    async with servizio.database.connection() as conn:
        await conn.execute("UPDATE interrogazione SET prossimo_il = clock_timestamp() WHERE stato = 'DA_ESEGUIRE'")
        await conn.execute("UPDATE registro SET sospeso_fino = clock_timestamp() WHERE sospeso_fino IS NOT NULL")


async def di(servizio: ServizioInProva, registro: str) -> list[dict[str, Any]]:
    return await righe(
        servizio,
        f"SELECT numero, stato, classe, motivo, tentativi FROM interrogazione WHERE registro = '{registro}' ORDER BY numero",
    )


class TestTransitorio:
    @pytest.mark.parametrize("guasto", ["ERRORE", "RISPOSTA_PERSA"])
    async def test_is_repeated_with_the_same_operation_id(
        self, servizio: ServizioInProva, registri: Registri, guasto: str
    ) -> None:
        registri.guasta("anpr", guasto, volte=3)
        await servizio.consegna(presentata(NUCLEO))
        await servizio.giro_job()
        prima = await di(servizio, "ANPR")

        await fai_passare_l_attesa(servizio)
        await servizio.giro_job()

        dopo = await di(servizio, "ANPR")
        assert [r["stato"] for r in prima] == ["DA_ESEGUIRE"] * 3
        assert [r["stato"] for r in dopo] == ["RISPOSTA"] * 3
        assert [r["numero"] for r in prima] == [r["numero"] for r in dopo]
        ricevuti = [v.id for v in registri.stato.giornale.leggi(sistema="anpr", limite=100) if v.id]
        assert set(ricevuti) == {str(r["numero"]) for r in prima}
        assert len(await servizio.emessi(VerificaConclusaV1)) == 1

    @pytest.mark.parametrize(
        ("sistema", "registro"),
        [("isee", "ISEE"), ("pra", "PRA"), ("giustizia", "GIUSTIZIA"), ("unilav", "UNILAV"), ("anpr", "ANPR")],
    )
    async def test_is_a_wait_with_a_name_and_never_a_conclusion(
        self, servizio: ServizioInProva, registri: Registri, sistema: str, registro: str
    ) -> None:
        registri.guasta(sistema, "ERRORE")
        await servizio.consegna(presentata(NUCLEO))

        await servizio.giro_job()

        assert await righe(servizio, "SELECT stato, attesa FROM verifica") == [
            {"stato": "APERTA", "attesa": f"REGISTRO:{registro}"}
        ]
        assert await servizio.emessi() == []

    async def test_includes_a_registry_that_takes_too_long(self, servizio: ServizioInProva, registri: Registri) -> None:
        registri.guasta("pra", "TIMEOUT", volte=1, secondi=30)
        await servizio.consegna(presentata(NUCLEO))

        await servizio.giro_job("interroga_pra")

        assert [r["motivo"] for r in await di(servizio, "PRA")] == ["TEMPO_SCADUTO"]

    async def test_includes_a_pdnd_that_gives_no_voucher(self, servizio: ServizioInProva, registri: Registri) -> None:
        registri.guasta("pdnd", "ERRORE", volte=1)
        await servizio.consegna(presentata(NUCLEO))

        await servizio.giro_job("interroga_isee")

        assert [(r["classe"], r["motivo"]) for r in await di(servizio, "ISEE")] == [
            ("TRANSITORIO", "PDND_NON_DISPONIBILE")
        ]

    async def test_goes_to_an_operator_when_the_attempts_are_over(
        self, servizio: ServizioInProva, registri: Registri
    ) -> None:
        registri.guasta("isee", "ERRORE")
        await servizio.consegna(presentata(NUCLEO))

        for _ in range(TENTATIVI_MASSIMI):
            await fai_passare_l_attesa(servizio)
            await servizio.giro_job("interroga_isee")

        (riga,) = await di(servizio, "ISEE")
        assert (riga["stato"], riga["motivo"], riga["tentativi"]) == (
            "DA_OPERATORE",
            "TENTATIVI_ESAURITI",
            TENTATIVI_MASSIMI,
        )
        assert registri.chiamate("isee") == TENTATIVI_MASSIMI

    @pytest.mark.parametrize(
        "nome", ["isee-fuori-servizio", "anpr-limite", "pra-fuori-servizio", "giustizia-unilav-fuori-servizio"]
    )
    async def test_of_the_stories_ends_well(self, servizio: ServizioInProva, nome: str) -> None:
        await servizio.consegna(presentata(storia(nome)))

        for _ in range(4):
            await servizio.giro_job()
            await fai_passare_l_attesa(servizio)

        (conclusa,) = await servizio.emessi(VerificaConclusaV1)
        assert {f.esito for f in fatti_di(conclusa) if isinstance(f, FattoControllo)} <= {"DATI", "NESSUN_DATO"}


class TestInterruttore:
    async def test_leaves_alone_a_registry_that_keeps_failing(
        self, servizio: ServizioInProva, registri: Registri
    ) -> None:
        registri.guasta("isee", "ERRORE")
        await servizio.consegna(*(presentata(NUCLEO) for _ in range(FALLIMENTI_MASSIMI)))
        await servizio.giro_job("interroga_isee")
        fatte = registri.chiamate("isee")

        await servizio.consegna(*(presentata(NUCLEO) for _ in range(10)))
        await servizio.giro_job("interroga_isee")

        assert registri.chiamate("isee") == fatte == FALLIMENTI_MASSIMI
        assert {r["attesa"] for r in await righe(servizio, "SELECT attesa FROM verifica")} == {"REGISTRO:ISEE"}

    async def test_tries_with_one_question_after_the_pause(self, servizio: ServizioInProva, registri: Registri) -> None:
        registri.guasta("isee", "ERRORE")
        await servizio.consegna(*(presentata(NUCLEO) for _ in range(FALLIMENTI_MASSIMI + 4)))
        await servizio.giro_job("interroga_isee")
        await fai_passare_l_attesa(servizio)
        fatte = registri.chiamate("isee")

        await servizio.giro_job("interroga_isee")

        assert registri.chiamate("isee") == fatte + 1

    async def test_forgets_the_failures_when_the_registry_answers(
        self, servizio: ServizioInProva, registri: Registri
    ) -> None:
        registri.guasta("isee", "ERRORE")
        await servizio.consegna(*(presentata(NUCLEO) for _ in range(FALLIMENTI_MASSIMI)))
        await servizio.giro_job("interroga_isee")
        registri.ripara()
        await fai_passare_l_attesa(servizio)

        await servizio.giro_job()

        assert await righe(servizio, "SELECT fallimenti, sospeso_fino FROM registro") == [
            {"fallimenti": 0, "sospeso_fino": None}
        ]
        assert len(await servizio.emessi(VerificaConclusaV1)) == FALLIMENTI_MASSIMI

    async def test_of_one_registry_does_not_hold_up_the_others(
        self, servizio: ServizioInProva, registri: Registri
    ) -> None:
        registri.guasta("anpr", "ERRORE")
        await servizio.consegna(presentata(NUCLEO))

        await servizio.giro_job()

        assert {r["stato"] for r in await di(servizio, "ISEE") + await di(servizio, "UNILAV")} == {"RISPOSTA"}


class TestLimite:
    async def test_pauses_the_registry_and_counts_no_attempt(
        self, servizio: ServizioInProva, registri: Registri
    ) -> None:
        registri.guasta("anpr", "LIMITE", volte=1, secondi=60)
        await servizio.consegna(presentata(NUCLEO))

        await servizio.giro_job("interroga_anpr")

        prese = await righe(
            servizio,
            "SELECT tentativi, prossimo_il > clock_timestamp() + interval '59 seconds' AS dopo FROM interrogazione WHERE classe = 'LIMITE'",
        )
        assert prese == [{"tentativi": 0, "dopo": True}]
        assert (await righe(servizio, "SELECT motivo, fallimenti FROM registro")) == [
            {"motivo": "HTTP_429", "fallimenti": 0}
        ]

    async def test_of_pdnd_is_obeyed_too(self, servizio: ServizioInProva, registri: Registri) -> None:
        registri.guasta("pdnd", "LIMITE", volte=1, secondi=30)
        await servizio.consegna(presentata(NUCLEO))

        await servizio.giro_job("interroga_unilav")

        assert [(r["classe"], r["motivo"]) for r in await di(servizio, "UNILAV")] == [("LIMITE", "PDND_LIMITE")]


class TestAltraPersona:
    @pytest.mark.parametrize(
        ("sistema", "registro"),
        [("anpr", "ANPR"), ("isee", "ISEE"), ("pra", "PRA"), ("giustizia", "GIUSTIZIA"), ("unilav", "UNILAV")],
    )
    async def test_is_refused_and_goes_to_an_operator(
        self, servizio: ServizioInProva, registri: Registri, sistema: str, registro: str
    ) -> None:
        registri.guasta(sistema, "ALTRA_PERSONA")
        await servizio.consegna(presentata(NUCLEO))

        await servizio.giro_job()

        assert {(r["stato"], r["classe"]) for r in await di(servizio, registro)} == {("DA_OPERATORE", "ALTRA_PERSONA")}
        assert (
            await righe(
                servizio, f"SELECT 1 FROM interrogazione WHERE registro = '{registro}' AND risposta IS NOT NULL"
            )
            == []
        )
        assert (await righe(servizio, "SELECT attesa FROM verifica"))[0]["attesa"] == f"OPERATORE:{registro}"
        assert await servizio.emessi() == []


class TestRichiestaErrata:
    async def test_goes_to_an_operator_at_once(self, servizio: ServizioInProva, registri: Registri) -> None:
        await servizio.consegna(presentata(storia("omocodia-quattro-cifre")))

        await servizio.giro_job()

        (riga,) = await di(servizio, "ISEE")
        assert (riga["stato"], riga["motivo"], riga["tentativi"]) == ("DA_OPERATORE", "RICHIESTA_INVALIDA", 1)
        assert registri.chiamate("isee") == 1


class TestNonAutorizzato:
    async def test_stops_the_connector_after_one_renewal(self, crea_servizio: CreaServizio, registri: Registri) -> None:
        giuste = registri.impostazioni["pdnd_finalita"]
        sbagliate = {**giuste, "pra": giuste["unilav"]}
        servizio = await crea_servizio("verifiche_anagrafiche", **{**registri.impostazioni, "pdnd_finalita": sbagliate})
        await servizio.consegna(presentata(NUCLEO))

        await servizio.giro_job()
        await servizio.giro_job()

        (riga,) = await di(servizio, "PRA")
        assert (riga["stato"], riga["classe"], riga["tentativi"]) == ("DA_ESEGUIRE", "NON_AUTORIZZATO", 0)
        assert registri.chiamate("pra") == 2
        assert (await righe(servizio, "SELECT attesa FROM verifica"))[0]["attesa"] == "REGISTRO:PRA"


class TestPrenotazione:
    async def test_gives_each_question_to_one_replica(self, servizio: ServizioInProva) -> None:
        await servizio.consegna(*(presentata(NUCLEO) for _ in range(4)))

        async with servizio.database.transaction() as una, servizio.database.transaction() as altra:
            prese = await interrogazioni.prendi(una, Registro.ANPR, 8, lease=LEASE)
            restanti = await interrogazioni.prendi(altra, Registro.ANPR, 8, lease=LEASE)

        assert (len(prese), len(restanti)) == (8, 4)
        assert not {p.id for p in prese} & {r.id for r in restanti}

    async def test_that_expires_is_made_again_with_the_same_operation_id(self, servizio: ServizioInProva) -> None:
        await servizio.consegna(presentata(NUCLEO))
        async with servizio.database.transaction() as session:
            (persa,) = await interrogazioni.prendi(session, Registro.ISEE, 8, lease=timedelta(0))

        async with servizio.database.transaction() as session:
            (ripresa,) = await interrogazioni.prendi(session, Registro.ISEE, 8, lease=LEASE)

        assert (ripresa.id, ripresa.numero, ripresa.tentativi) == (persa.id, persa.numero, 2)


class TestRinuncia:
    async def test_during_a_call_leaves_its_answer_without_effect(self, servizio: ServizioInProva) -> None:
        evento = presentata(NUCLEO)
        await servizio.consegna(evento)
        async with servizio.database.transaction() as session:
            (presa,) = await interrogazioni.prendi(session, Registro.ISEE, 8, lease=LEASE)
        await servizio.consegna(cessata(NUCLEO, evento.domanda_id))

        async with servizio.database.transaction() as session:
            esito = EsitoChiamata(presa.id, presa.verifica_id, presa.controllo, presa.tentativi, Classe.NON_TROVATO)
            await registra_risposte(session, [esito], now=servizio.orologio())

        assert [r["stato"] for r in await di(servizio, "ISEE")] == ["ANNULLATA"]
        assert (await righe(servizio, "SELECT stato FROM verifica"))[0]["stato"] == "ANNULLATA"

    async def test_stops_the_questions_that_were_waiting(self, servizio: ServizioInProva, registri: Registri) -> None:
        registri.guasta("isee", "ERRORE")
        evento = presentata(NUCLEO)
        await servizio.consegna(evento)
        await servizio.giro_job()
        registri.ripara()
        fatte = registri.chiamate("isee")

        await servizio.consegna(cessata(NUCLEO, evento.domanda_id))
        await fai_passare_l_attesa(servizio)
        await servizio.giro_job()

        assert registri.chiamate("isee") == fatte
        assert await servizio.emessi() == []
