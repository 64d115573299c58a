# SPDX-License-Identifier: EUPL-1.2
"""A lotto sees the facts of the moment when it was opened: what arrives in the middle is for the next one, or for the departure."""

import asyncio
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest

from services.erogazioni.commands.manda_in_invio import manda_in_invio
from services.erogazioni.commands.prepara_blocco import prepara_blocco
from services.erogazioni.commands.registra_esiti import PaginaEsiti, registra_esiti
from services.erogazioni.commands.registra_risposta import registra_consegna
from services.erogazioni.domain.erogazione import RigaEsito
from services.erogazioni.domain.posizione import id_posizione
from services.erogazioni.store import lotti, preparazione
from shared.db.session import Database
from shared.errors import UpstreamUnavailable
from tests.erogazioni.fatti import APRILE, MARZO, aperte, cessata, erogazioni, pad, revocata, righe, sospesa, spettanza
from tests.erogazioni.passi import ADESSO, apri, blocco, flussi, fotografia, paga, prepara, svuota
from tests.support.attese import entro
from tests.support.servizio import ServizioInProva


async def _miste(servizio: ServizioInProva) -> tuple[list[UUID], dict[UUID, UUID]]:
    """Make posizioni of every kind; give their domande in the order of the lotto, with the suspensions of some."""
    domande = await aperte(servizio, 10)
    ferme = {domanda_id: uuid4() for domanda_id in domande[:3]}
    await servizio.consegna(*(sospesa(d, s, dal=MARZO) for d, s in ferme.items()), cessata(domande[3], dal=MARZO))
    senza_pad = uuid4()
    await servizio.consegna(spettanza(senza_pad))
    return sorted([*domande, senza_pad], key=id_posizione), ferme


async def _cambia_tutto(servizio: ServizioInProva, domande: list[UUID], ferme: dict[UUID, UUID]) -> None:
    """Let facts of every kind arrive, for posizioni on both sides of the mark, and new posizioni with them."""
    nuove = [uuid4() for _ in range(6)]
    await servizio.consegna(
        *(revocata(d, s) for d, s in ferme.items()),
        *(spettanza(d, {MARZO: "900.00", APRILE: "900.00"}, versione=2) for d in domande[::3]),
        *(cessata(d, dal=MARZO) for d in domande[1::3]),
        *(sospesa(d, uuid4(), dal=MARZO, versione=7) for d in domande[2::3]),
        *(pad(d, versione=8) for d in domande),
        *(spettanza(d) for d in nuove),
        *(pad(d) for d in nuove),
    )
    # A second fact about the same posizioni must not take the place of what was set aside for the first.
    await servizio.consegna(*(spettanza(d, {MARZO: "10.00"}, versione=3) for d in domande))


async def _lotto_con_fatti_in_mezzo(servizio: ServizioInProva, *, blocchi: int) -> tuple[Any, Any]:
    """Give what the lotto writes when nothing happens, and when facts arrive after some of its blocks."""
    domande, ferme = await _miste(servizio)
    intera = await fotografia(servizio.database, await prepara(servizio.database, MARZO))
    await svuota(servizio.database)
    lotto_id = await apri(servizio.database, MARZO)
    for _ in range(blocchi):
        await blocco(servizio.database, lotto_id)
    await _cambia_tutto(servizio, domande, ferme)
    while await blocco(servizio.database, lotto_id):
        pass
    return intera, await fotografia(servizio.database, lotto_id)


def _senza_segno(foto: Any) -> Any:
    return foto | {"lotto": [{k: v for k, v in foto["lotto"][0].items() if k != "segno"}]}


class TestFattiAMeta:
    @pytest.mark.parametrize("blocchi", [0, 1, 3])
    async def test_change_nothing_of_the_lotto_that_is_being_prepared(
        self, servizio: ServizioInProva, blocchi: int
    ) -> None:
        intera, con_i_fatti = await _lotto_con_fatti_in_mezzo(servizio, blocchi=blocchi)

        assert _senza_segno(con_i_fatti) == _senza_segno(intera)
        assert not await righe(servizio.database, "SELECT 1 FROM posizione_congelata")

    async def test_would_be_seen_by_half_of_it_if_nothing_were_set_aside(
        self, servizio: ServizioInProva, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        async def niente(*_: object) -> None:
            return None

        monkeypatch.setattr(preparazione, "congela", niente)

        intera, con_i_fatti = await _lotto_con_fatti_in_mezzo(servizio, blocchi=1)

        assert _senza_segno(con_i_fatti) != _senza_segno(intera)

    async def test_count_at_the_departure(self, servizio: ServizioInProva) -> None:
        domande = sorted(await aperte(servizio, 6), key=id_posizione)
        lotto_id = await apri(servizio.database, MARZO)
        await blocco(servizio.database, lotto_id)
        await servizio.consegna(*(cessata(d, dal=MARZO) for d in domande))
        while await blocco(servizio.database, lotto_id):
            pass

        await paga(servizio.database, lotto_id)

        assert [e["stato"] for e in await erogazioni(servizio.database)] == ["ANNULLATO"] * 6

    async def test_wait_until_a_lotto_that_is_being_opened_is_there(self, servizio: ServizioInProva) -> None:
        (domanda_id,) = await aperte(servizio, 1)

        async with servizio.database.transaction() as session:
            await preparazione.chiudi_ai_fatti(session)
            arrivo = asyncio.create_task(servizio.consegna(cessata(domanda_id, dal=MARZO)))
            in_attesa = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
            await entro(10, lambda: session.fetchval(in_attesa))
            prima = await session.fetchval("SELECT stato FROM posizione")
        await arrivo

        (dopo,) = await righe(servizio.database, "SELECT stato FROM posizione")
        assert (prima, dopo["stato"]) == ("APERTA", "CESSATA")


class TestEsitiAMeta:
    async def test_do_not_put_a_month_back_into_the_lotto_that_is_being_prepared(
        self, servizio: ServizioInProva
    ) -> None:
        ultima = max(await aperte(servizio, 4), key=id_posizione)
        marzo = await prepara(servizio.database, MARZO)
        (flusso_id,) = await flussi(servizio.database, marzo)
        async with servizio.database.transaction() as session:
            await manda_in_invio(session, flusso_id, now=ADESSO)
            await registra_consegna(session, flusso_id, now=ADESSO)
        aprile = await apri(servizio.database, APRILE)
        await blocco(servizio.database, aprile, quante=1)
        (sua,) = await erogazioni(servizio.database, ultima)

        async with servizio.database.transaction() as session:
            esito = RigaEsito(str(sua["id"]), "SCARTATO", "CARTA_BLOCCATA")
            await registra_esiti(session, flusso_id, PaginaEsiti([esito], None, conclusa=False), now=ADESSO)
        while await blocco(servizio.database, aprile):
            pass

        assert [(e["mese"], e["stato"]) for e in await erogazioni(servizio.database, ultima)] == [
            ("2026-03", "SCARTATO"),
            ("2026-04", "DA_INVIARE"),
        ]


class TestUccisioni:
    @pytest.mark.parametrize("dopo", range(5))
    async def test_leave_the_same_lotto_wherever_they_fall(self, servizio: ServizioInProva, dopo: int) -> None:
        await _miste(servizio)
        database = servizio.database
        intera = await fotografia(database, await prepara(database, MARZO))
        await svuota(database)
        lotto_id = await apri(database, MARZO)
        for _ in range(dopo):
            await blocco(database, lotto_id)

        for prima in (True, False):
            with pytest.raises((asyncpg.PostgresError, asyncpg.InterfaceError, UpstreamUnavailable)):
                await _uccidi(database, lotto_id, prima=prima)
        while await blocco(database, lotto_id):
            pass

        assert await fotografia(database, lotto_id) == intera

    async def test_would_leave_other_totals_if_the_mark_moved_in_a_transaction_of_its_own(
        self, servizio: ServizioInProva, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Control: whoever dies between the two has written the orders and not how far it came."""

        async def muore_prima(*_: object) -> None:
            return None

        await _miste(servizio)
        database = servizio.database
        intera = await fotografia(database, await prepara(database, MARZO))
        await svuota(database)
        lotto_id = await apri(database, MARZO)

        with monkeypatch.context() as difetto:
            difetto.setattr(lotti, "avanza", muore_prima)
            # All but the last one: whichever come first, there are orders among them.
            async with database.transaction() as session:
                await prepara_blocco(session, lotto_id, quante=10, per_flusso=4, now=ADESSO)
        while await blocco(database, lotto_id):
            pass

        assert await fotografia(database, lotto_id) != intera


async def _uccidi(database: Database, lotto_id: UUID, *, prima: bool) -> None:
    """Kill the session of the database inside a block: before its rows are written, or when only COMMIT is missing."""
    async with database.transaction() as session:
        if prima:
            await session.fetch("SELECT 1 FROM lotto WHERE id = $1 FOR UPDATE", lotto_id)
        else:
            await prepara_blocco(session, lotto_id, quante=3, per_flusso=4, now=ADESSO)
        await session.execute("SELECT pg_terminate_backend(pg_backend_pid())")
