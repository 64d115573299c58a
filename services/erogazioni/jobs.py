# SPDX-License-Identifier: EUPL-1.2
"""What moves a lotto: blocks to prepare, flows to hand over, outcomes to read. Calls happen outside transactions."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter
from typing import Any
from uuid import UUID

import structlog
from prometheus_client import Gauge

from services.erogazioni.clients import Esito, FlussoRifiutato, PagatoreClient
from services.erogazioni.commands.manda_in_invio import manda_in_invio
from services.erogazioni.commands.prepara_blocco import prepara_blocco
from services.erogazioni.commands.registra_esiti import PaginaEsiti, registra_esiti
from services.erogazioni.commands.registra_restituzioni import Restituzione, registra_restituzioni
from services.erogazioni.commands.registra_risposta import registra_consegna, registra_incertezza, registra_rifiuto
from services.erogazioni.commands.riprendi_invio import riprendi_invio
from services.erogazioni.domain.erogazione import RigaEsito
from services.erogazioni.domain.lotto import StatoFlusso
from services.erogazioni.store import fermi, flussi, restituzioni
from services.erogazioni.store.giornale import ULTIMI, Giornale, componi
from shared.db.prenotazione import FINO
from shared.db.session import Database, Session
from shared.errors import UpstreamUnavailable
from shared.messaging.jobs import Job, rinnovo

log = structlog.get_logger("erogazioni")
_FERMI = Gauge("inclusione_invii_fermi", "Payment files that the journal has and the database has lost: nothing leaves")
_PRENDI_LOTTI = f"""
UPDATE lotto SET riservato_fino = {FINO} WHERE id IN (
    SELECT id FROM lotto WHERE stato = 'IN_PREPARAZIONE' AND coalesce(riservato_fino <= clock_timestamp(), true)
    ORDER BY ordine LIMIT $1 FOR UPDATE SKIP LOCKED
) RETURNING id
"""
# The lease is the time of the next attempt: a flow left IN_INVIO by a process that died comes back when it expires.
_PRENDI_FLUSSI = f"""
UPDATE flusso SET prossimo_il = {FINO} WHERE id IN (
    SELECT f.id FROM flusso f JOIN lotto l ON l.id = f.lotto_id
    WHERE f.stato = ANY($2::text[]) AND f.prossimo_il <= clock_timestamp() AND l.stato <> 'IN_PREPARAZIONE'
    ORDER BY f.prossimo_il, f.numero LIMIT $1 FOR UPDATE OF f SKIP LOCKED
) RETURNING id, stato
"""
# Questions to the payer in one reconciliation of a flow. On a line that loses a tenth of the requests and a tenth of the answers,
# of a thousand files one would take a third reconciliation every 15 lotti with three questions; with five, practically never.
_DOMANDE = 5
_DA_CONSEGNARE = (StatoFlusso.DA_INVIARE, StatoFlusso.IN_INVIO, StatoFlusso.INCERTO)


@dataclass(frozen=True, slots=True)
class Preso:
    """A flow claimed by this process."""

    id: UUID
    stato: StatoFlusso


_RINNOVA_LOTTI = rinnovo("lotto", "riservato_fino", chiave=lambda lotto_id: lotto_id)
_RINNOVA_FLUSSI = rinnovo("flusso", "prossimo_il", chiave=attrgetter("id"))


@dataclass(frozen=True, slots=True)
class Misure:
    """How much goes in one transaction and in one file, how often the payer is asked what came back."""

    posizioni_per_blocco: int
    disposizioni_per_flusso: int
    restituzioni_ogni_seconds: int = 60


class Lavori:
    """The jobs of the service on one database."""

    def __init__(
        self, database: Database, pagatore: PagatoreClient, misure: Misure, giornale: Giornale | None = None
    ) -> None:
        self._database = database
        self._pagatore = pagatore
        self._misure = misure
        self._giornale = giornale

    def tutti(self) -> Sequence[Job[Any]]:
        """Give the jobs, in the order in which a lotto meets them."""
        return (
            Job("prepara_lotto", self._prendi_lotti, self._prepara, concorrenza=1, rinnova=_RINNOVA_LOTTI),
            Job("invia_flussi", self._prendi_da_consegnare, self._consegna, concorrenza=2, rinnova=_RINNOVA_FLUSSI),
            Job("riprendi_invii", self._prendi_dimenticati, self._riprendi, concorrenza=2),
            Job("ricevi_esiti", self._prendi_inviati, self._ricevi, concorrenza=2, rinnova=_RINNOVA_FLUSSI),
            Job("ricevi_restituzioni", self._prendi_restituzioni, self._ricevi_restituzioni, concorrenza=1),
        )

    async def _prendi_lotti(self, session: Session, now: datetime, quanti: int) -> Sequence[UUID]:
        if await self._fermi(session, now):
            return ()
        return [riga["id"] for riga in await session.fetch(_PRENDI_LOTTI, quanti)]

    async def _fermi(self, session: Session, now: datetime) -> bool:
        """Tell whether nothing may leave: what the journal says was sent, this database still has to send."""
        fermi_da_prima = await fermi.aperto(session)
        if self._giornale is None:
            return fermi_da_prima
        ultimi = await asyncio.to_thread(self._giornale.inviati, ultimi=ULTIMI)
        dimenticati = await fermi.dimenticati(session, ultimi)
        if dimenticati and not fermi_da_prima:
            await fermi.apri(session, now=now)
        _FERMI.set(len(dimenticati) or fermi_da_prima)
        if dimenticati:
            log.error("invii_fermi", flussi=len(dimenticati))
        return bool(dimenticati) or fermi_da_prima

    async def _prendi_dimenticati(self, session: Session, now: datetime, quanti: int) -> Sequence[UUID]:
        """Give the files to ask the payer for; when none is left the payments go on."""
        if self._giornale is None or not await self._fermi(session, now):
            return ()
        inviati = await asyncio.to_thread(self._giornale.inviati)
        dimenticati = await fermi.dimenticati(session, inviati)
        if not dimenticati:
            await fermi.chiudi(session, now=now)
            _FERMI.set(0)
        return dimenticati[:quanti]

    async def _riprendi(self, flusso_id: UUID, now: datetime) -> None:
        """Ask the payer whether it has a file; if so the database has it back, if not it has never left."""
        assert self._giornale is not None
        if await self._pagatore.stato(flusso_id) is None:
            await asyncio.to_thread(self._giornale.dimentica, flusso_id)
            async with self._database.transaction() as session:
                await fermi.conta(session, ritrovato=False)
            return
        invio = await asyncio.to_thread(self._giornale.leggi, flusso_id)
        async with self._database.transaction() as session:
            await riprendi_invio(session, invio, now=now)

    async def _prepara(self, lotto_id: UUID, now: datetime) -> None:
        async with self._database.transaction() as session:
            await prepara_blocco(
                session, lotto_id, quante=self._misure.posizioni_per_blocco,
                per_flusso=self._misure.disposizioni_per_flusso, now=now,
            )  # fmt: skip

    async def _prendi_da_consegnare(self, session: Session, now: datetime, quanti: int) -> Sequence[Preso]:
        if await self._fermi(session, now):
            return ()
        righe = await session.fetch(_PRENDI_FLUSSI, quanti, list(_DA_CONSEGNARE))
        return [Preso(riga["id"], StatoFlusso(riga["stato"])) for riga in righe]

    async def _consegna(self, preso: Preso, now: datetime) -> None:
        """Hand a flow over; one that may have arrived already is asked for first and sent again only if unknown."""
        try:
            if preso.stato is StatoFlusso.DA_INVIARE:
                contenuto = await self._manda_in_invio(preso.id, now)
                await self._invia(preso.id, contenuto, now)
            else:
                await self._riconcilia(preso.id, now)
        except FlussoRifiutato as rifiuto:
            async with self._database.transaction() as session:
                await registra_rifiuto(session, preso.id, rifiuto.codice, now=now)
        except UpstreamUnavailable:
            async with self._database.transaction() as session:
                await registra_incertezza(session, preso.id)
            raise

    async def _invia(self, flusso_id: UUID, contenuto: bytes | None, now: datetime) -> None:
        if contenuto is not None:
            await self._annota(flusso_id, contenuto)
            await self._pagatore.invia(contenuto)
            await self._consegnato(flusso_id, now)

    async def _riconcilia(self, flusso_id: UUID, now: datetime) -> None:
        """Ask what the payer knows, and send again what it has never had: a few times, for a line that loses something."""
        for rimaste in reversed(range(_DOMANDE)):
            try:
                contenuto = await self._da_rimandare(flusso_id)
                if contenuto is None:
                    await self._consegnato(flusso_id, now)
                await self._invia(flusso_id, contenuto, now)
                return
            except UpstreamUnavailable:
                if not rimaste:
                    raise

    async def _manda_in_invio(self, flusso_id: UUID, now: datetime) -> bytes | None:
        async with self._database.transaction() as session:
            return await manda_in_invio(session, flusso_id, now=now)

    async def _annota(self, flusso_id: UUID, contenuto: bytes) -> None:
        """Write in the journal what is being handed over: the commit that says so is already there."""
        if self._giornale is None:
            return
        async with self._database.transaction() as session:
            invio = await componi(session, flusso_id, contenuto)
        await asyncio.to_thread(self._giornale.annota, invio)

    async def _da_rimandare(self, flusso_id: UUID) -> bytes | None:
        """Give the bytes to send again, None if the payer has them."""
        if await self._pagatore.stato(flusso_id) is not None:
            return None
        async with self._database.transaction() as session:
            return await flussi.contenuto(session, flusso_id)

    async def _consegnato(self, flusso_id: UUID, now: datetime) -> None:
        async with self._database.transaction() as session:
            await registra_consegna(session, flusso_id, now=now)

    async def _prendi_inviati(self, session: Session, _now: datetime, quanti: int) -> Sequence[Preso]:
        righe = await session.fetch(_PRENDI_FLUSSI, quanti, [StatoFlusso.INVIATO])
        return [Preso(riga["id"], StatoFlusso(riga["stato"])) for riga in righe]

    async def _ricevi(self, preso: Preso, now: datetime) -> None:
        """Read the outcomes of a flow that the payer has finished; one that it has lost becomes uncertain."""
        try:
            stato = await self._pagatore.stato(preso.id)
            if stato == "CONCLUSO":
                await self._leggi_pagine(preso.id, now)
                return
        except UpstreamUnavailable:
            await self._rimanda(preso.id)
            raise
        if stato is None:
            async with self._database.transaction() as session:
                await registra_incertezza(session, preso.id)
        else:
            await self._rimanda(preso.id)

    async def _leggi_pagine(self, flusso_id: UUID, now: datetime) -> None:
        async with self._database.transaction() as session:
            cursore = (await flussi.carica(session, flusso_id, blocca=False)).cursore
        altre = True
        while altre:
            pagina = await self._pagatore.esiti(flusso_id, cursore=cursore)
            righe = [_riga(esito) for esito in pagina.esiti]
            # A cursor that stands still would be read for ever.
            cursore = pagina.successivo if pagina.successivo != cursore else None
            async with self._database.transaction() as session:
                await registra_esiti(session, flusso_id, PaginaEsiti(righe, cursore, conclusa=True), now=now)
            altre = cursore is not None

    async def _prendi_restituzioni(self, session: Session, now: datetime, _quanti: int) -> Sequence[str | None]:
        """Give where the list of returns goes on; while files are in doubt their returns are not read."""
        return () if await self._fermi(session, now) else await restituzioni.prendi(session)

    async def _ricevi_restituzioni(self, cursore: str | None, now: datetime) -> None:
        """Read the list to its end, page by page; the cursor is kept, for the list only grows."""
        try:
            while (pagina := await self._pagatore.restituzioni(cursore=cursore)).restituite:
                righe = [Restituzione(r.id_flusso, _riga(r.esito)) for r in pagina.restituite]
                # A cursor that stands still would be read for ever.
                ferma = pagina.successivo == cursore
                cursore = pagina.successivo
                async with self._database.transaction() as session:
                    await registra_restituzioni(session, righe, cursore=cursore, now=now)
                if ferma:
                    break
        except UpstreamUnavailable:
            await self._rimanda_restituzioni(fallita=True)
            raise
        await self._rimanda_restituzioni(fallita=False)

    async def _rimanda_restituzioni(self, *, fallita: bool) -> None:
        async with self._database.transaction() as session:
            await restituzioni.rimanda(session, fallita=fallita, fra_seconds=self._misure.restituzioni_ogni_seconds)

    async def _rimanda(self, flusso_id: UUID) -> None:
        async with self._database.transaction() as session:
            await flussi.rimanda(session, flusso_id, StatoFlusso.INVIATO)


def _riga(esito: Esito) -> RigaEsito:
    return RigaEsito(esito.id_disposizione, esito.esito, esito.motivo, esito.data_valuta)
