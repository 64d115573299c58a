# SPDX-License-Identifier: EUPL-1.2
"""What the harness writes down for itself: every event announced, every effect committed, every order the payer saw."""

from typing import Any
from uuid import UUID

from fastapi import APIRouter, FastAPI
from starlette.requests import Request

from deploy.sandbox.carte import Carte, Flusso
from deploy.sandbox.stato import sandbox_di
from shared.contracts.evento import Evento
from shared.db.session import Session
from shared.messaging.bus import Messaggio
from shared.messaging.consumer import Consumer
from shared.messaging.handlers import Handlers
from tests.guasti.punti import sostituisci

# In each database: the outbox forgets what was published, and the inbox cannot say that an effect came twice.
TABELLE = """
CREATE TABLE guasti_emesso (id uuid NOT NULL, tipo text NOT NULL, soggetto uuid NOT NULL);
CREATE TABLE guasti_effetto (messaggio uuid NOT NULL, tipo text NOT NULL);
CREATE FUNCTION guasti_emetti() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN INSERT INTO guasti_emesso SELECT id, tipo, soggetto FROM nuovi; RETURN NULL; END $$;
CREATE TRIGGER guasti_emesso AFTER INSERT ON outbox REFERENCING NEW TABLE AS nuovi
    FOR EACH STATEMENT EXECUTE FUNCTION guasti_emetti();
"""
_EFFETTI = "INSERT INTO guasti_effetto SELECT * FROM unnest($1::uuid[], $2::text[])"


def conta_gli_effetti() -> None:
    """Make this process leave a row for each message it applies, in the transaction that applies it."""
    leggi, applica = Consumer._leggi, Handlers.applica
    di_chi: dict[int, UUID] = {}

    def leggi_con_nome(consumer: Consumer, messaggio: Messaggio) -> Evento:
        evento = leggi(consumer, messaggio)
        if len(di_chi) > 100_000:
            di_chi.clear()
        di_chi[id(evento)] = messaggio.id
        return evento

    async def applica_e_conta(
        handlers: Handlers, session: Session, tipo: str, eventi: list[Evento], *, now: object
    ) -> None:
        await applica(handlers, session, tipo, eventi, now=now)  # type: ignore[arg-type]
        await session.execute(_EFFETTI, [di_chi[id(e)] for e in eventi], [tipo] * len(eventi))

    sostituisci(Consumer, "_leggi", leggi_con_nome)
    sostituisci(Handlers, "applica", applica_e_conta)


def mostra_il_pagatore(app: FastAPI) -> None:
    """Let the harness read what the simulated payer and channels have received, row by row."""
    ricevute: list[dict[str, Any]] = []
    ricevi = Carte.ricevi

    def ricevi_e_annota(carte: Carte, flusso: Flusso, corpo: bytes) -> None:
        ricevi(carte, flusso, corpo)
        ricevute.extend(
            {"flusso": flusso.id_flusso, "id": d.id_disposizione, "codice_fiscale": d.codice_fiscale,
             "importo": str(d.importo.amount)}
            for d in flusso.disposizioni
        )  # fmt: skip

    sostituisci(Carte, "ricevi", ricevi_e_annota)
    rotte = APIRouter(prefix="/guasti")

    @rotte.get("/pagatore")
    async def pagatore(request: Request) -> dict[str, Any]:
        accrediti = sandbox_di(request).carte.rimasti()
        eseguiti = [
            {"id": i, "codice_fiscale": a.codice_fiscale, "mese": a.mese, "cent": a.centesimi}
            for i, a in accrediti.items()
        ]
        return {"ricevute": ricevute, "accrediti": eseguiti}

    @rotte.get("/avvisi")
    async def avvisi(request: Request) -> dict[str, Any]:
        sandbox = sandbox_di(request)
        email = [[*m.destinatari, m.oggetto, str(m.messaggio["Message-ID"])] for m in sandbox.posta.messaggi]
        app_io = [[cf, m.contenuto.content.subject] for (cf, _), m in sandbox.messaggi._messaggi.items()]
        return {"email": email, "app_io": app_io}

    app.include_router(rotte)
