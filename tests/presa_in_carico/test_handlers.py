# SPDX-License-Identifier: EUPL-1.2
"""Events on real PostgreSQL: opened once, closed for good, the same end whatever the order."""

import asyncio
from itertools import permutations
from typing import Any

import pytest

from services.presa_in_carico.commands.apri_casi import apri_casi
from services.presa_in_carico.commands.segnala_mancati_recapiti import segnala_mancati_recapiti
from shared.contracts.domande import CausaCessazione, DatiNucleo
from shared.db.session import Database, Session
from shared.kernel.identita import nuovo_id
from tests.conftest import CreaServizio
from tests.presa_in_carico.fatti import ACCOLTA_IL, FIGLIO, accolta, caso_di, cessata, non_recapitata
from tests.support.archivi import svuota
from tests.support.servizio import ServizioInProva
from tests.support.token import CITTADINA

_TECNICHE = {"created_at", "version", "nucleo", "segnalato_il"}


async def _righe(database: Database, tabella: str) -> list[dict[str, Any]]:
    async with database.transaction() as session:
        return [dict(riga) for riga in await session.fetch(f"SELECT * FROM {tabella} ORDER BY domanda_id")]


async def _fermo_su_un_blocco(database: Database) -> None:
    """Wait until a transaction of this database waits for another one."""
    async with asyncio.timeout(10), database.connection() as conn:
        while not await conn.fetchval(
            "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
        ):
            await asyncio.sleep(0)


async def _fotografia(servizio: ServizioInProva) -> dict[str, list[dict[str, Any]]]:
    """Read the state without what the machinery adds; the sealed nucleo is opened, as no two seals are equal."""
    foto: dict[str, list[dict[str, Any]]] = {}
    for tabella in ("caso", "mancato_recapito"):
        foto[tabella] = []
        for riga in await _righe(servizio.database, tabella):
            chiaro = {c: v for c, v in riga.items() if c not in _TECNICHE}
            if riga.get("nucleo"):
                chiaro["aperto"] = servizio.database.cifrario.decifra(riga["nucleo"])
            foto[tabella].append(chiaro)
    return foto


class TestDomandaAccolta:
    async def test_opens_one_caso_for_each_domanda(self, crea_servizio: CreaServizio) -> None:
        servizio = await crea_servizio("presa_in_carico")
        arrivi = [accolta() for _ in range(20)]

        await servizio.consegna(*arrivi)
        await servizio.consegna(*arrivi)

        casi = await _righe(servizio.database, "caso")
        assert [(c["id"], c["stato"]) for c in casi] == [(caso_di(a.domanda_id), "APERTO") for a in arrivi]

    async def test_keeps_the_legal_day_and_seals_the_people(self, crea_servizio: CreaServizio) -> None:
        servizio = await crea_servizio("presa_in_carico")

        await servizio.consegna(accolta())

        (caso,) = await _righe(servizio.database, "caso")
        chiaro = DatiNucleo.model_validate_json(servizio.database.cifrario.decifra(caso["nucleo"]))
        assert (f"{caso['accolto_il']}", chiaro.componenti[1].codice_fiscale) == ("2026-02-28", FIGLIO)
        assert caso["richiedente"] == servizio.database.cifrario.impronta(CITTADINA)
        assert CITTADINA.encode() not in caso["nucleo"]

    async def test_takes_the_newest_of_two_in_one_batch(self, crea_servizio: CreaServizio) -> None:
        servizio = await crea_servizio("presa_in_carico")
        domanda_id = nuovo_id()

        await servizio.consegna(accolta(domanda_id, versione=4, comune="F205"), accolta(domanda_id, versione=2))

        (caso,) = await _righe(servizio.database, "caso")
        assert caso["comune"] == "F205"


class TestQualunqueOrdine:
    async def test_ends_in_the_same_state(self, crea_servizio: CreaServizio) -> None:
        servizio = await crea_servizio("presa_in_carico")
        domanda_id = nuovo_id()
        arrivi = [
            servizio.messaggio(evento)
            for evento in (
                accolta(domanda_id, versione=2),
                accolta(domanda_id, versione=3, comune="F205"),
                cessata(domanda_id, versione=5),
                cessata(domanda_id, versione=7, causa=CausaCessazione.REVOCA),
                non_recapitata(domanda_id),
            )
        ]
        viste = []

        for ordine in permutations(arrivi):
            for messaggio in ordine:
                await servizio.consegna(messaggio)
            await servizio.consegna(*reversed(ordine))
            viste.append(await _fotografia(servizio))
            await svuota(servizio.database.url)

        (caso,) = viste[0]["caso"]
        assert all(vista == viste[0] for vista in viste)
        assert (caso["stato"], caso["comune"], caso["causa_chiusura"]) == ("CHIUSO", "F205", "REVOCA")
        assert len(viste[0]["mancato_recapito"]) == 1

    async def test_hides_the_tombstone_until_the_acceptance_arrives(self, crea_servizio: CreaServizio) -> None:
        servizio = await crea_servizio("presa_in_carico")
        arrivo = accolta()
        await servizio.consegna(cessata(arrivo.domanda_id))
        percorso = f"/v1/casi/{caso_di(arrivo.domanda_id)}"

        prima = (await servizio.come("INPS").get("/v1/casi")).json()["items"]
        assente = await servizio.come("INPS").get(percorso)
        await servizio.consegna(arrivo)
        dopo = (await servizio.come("INPS").get(percorso)).json()

        assert (prima, assente.status_code, dopo["stato"]) == ([], 404, "CHIUSO")

    async def test_closes_the_caso_when_both_arrive_at_once(self, crea_servizio: CreaServizio) -> None:
        servizio = await crea_servizio("presa_in_carico")
        coppie = [(a := accolta(), cessata(a.domanda_id)) for _ in range(20)]

        await asyncio.gather(*(servizio.consegna(evento) for coppia in coppie for evento in coppia))

        casi = await _righe(servizio.database, "caso")
        assert [(c["stato"], c["accolta_versione"]) for c in casi] == [("CHIUSO", 2)] * 20

    async def test_waits_for_the_other_transaction_before_closing(self, crea_servizio: CreaServizio) -> None:
        servizio = await crea_servizio("presa_in_carico")
        arrivo = accolta()

        async with servizio.database.transaction() as session:
            await apri_casi(session, [arrivo], now=ACCOLTA_IL)
            chiusura = asyncio.create_task(servizio.consegna(cessata(arrivo.domanda_id)))
            await _fermo_su_un_blocco(servizio.database)
        await chiusura

        (caso,) = await _righe(servizio.database, "caso")
        assert (caso["stato"], caso["accolta_versione"]) == ("CHIUSO", 2)


class TestApriCasi:
    async def test_costs_a_lock_and_one_statement_for_a_whole_batch(self, crea_servizio: CreaServizio) -> None:
        servizio = await crea_servizio("presa_in_carico")
        eseguite: list[str] = []

        async with servizio.database.transaction() as session:
            esegui = session.execute

            async def conta(sql: str, *valori: object) -> Any:
                eseguite.append(sql)
                return await esegui(sql, *valori)

            session.execute = conta
            await apri_casi(session, [accolta() for _ in range(50)], now=ACCOLTA_IL)

        assert len(eseguite) == 2
        assert len(await _righe(servizio.database, "caso")) == 50


class TestNonRaggiunto:
    @pytest.mark.parametrize("prima_il_caso", [True, False])
    async def test_is_known_when_the_two_facts_arrive_together(
        self, crea_servizio: CreaServizio, prima_il_caso: bool
    ) -> None:
        servizio = await crea_servizio("presa_in_carico")

        assert await _insieme(servizio.database, prima_il_caso=prima_il_caso) is True

    async def test_would_be_lost_if_they_did_not_wait_for_each_other(
        self, crea_servizio: CreaServizio, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        servizio = await crea_servizio("presa_in_carico")

        async def senza_attesa(*_: object) -> None:
            """Lock nothing."""

        monkeypatch.setattr("services.presa_in_carico.store.uno_alla_volta", senza_attesa)

        assert await _insieme(servizio.database, prima_il_caso=True) is False


async def _insieme(database: Database, *, prima_il_caso: bool) -> bool:
    """Learn of the acceptance and of the notice in two transactions, the second begun before the first is committed."""
    evento = accolta()
    avviso = non_recapitata(evento.domanda_id)

    async def apri(session: Session) -> None:
        await apri_casi(session, [evento], now=ACCOLTA_IL)

    async def segnala(session: Session) -> None:
        await segnala_mancati_recapiti(session, [avviso], now=ACCOLTA_IL)

    async def dopo() -> None:
        async with database.transaction() as altra:
            await (segnala if prima_il_caso else apri)(altra)

    async with database.transaction() as session:
        await (apri if prima_il_caso else segnala)(session)
        seconda = asyncio.create_task(dopo())
        ferma = asyncio.create_task(_fermo_su_un_blocco(database))
        await asyncio.wait({seconda, ferma}, return_when=asyncio.FIRST_COMPLETED)
        ferma.cancel()
    await seconda
    (caso,) = await _righe(database, "caso")
    return bool(caso["non_raggiunto"])
