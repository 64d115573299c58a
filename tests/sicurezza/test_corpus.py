# SPDX-License-Identifier: EUPL-1.2
"""The corpus of hostile bodies on every operation that reads one: refused in Italian, without an echo, nothing stored."""

import json
from collections.abc import Iterator
from uuid import uuid4

import httpx
import pytest

from shared.db.migrazioni import SERVIZI
from shared.errors import Difetto
from shared.web import problemi, rotte
from shared.web.bordo import CORPO_MASSIMO
from shared.web.enti import Ruolo
from shared.web.problemi import MEDIA_TYPE
from tests.conftest import CreaServizio
from tests.sicurezza.corpus import CANARINO, Ostile, campi, grezzi
from tests.sicurezza.matrice import ENTI, Operazione, operazioni
from tests.sicurezza.percorso import CHI
from tests.support.servizio import ServizioInProva
from tests.support.token import cittadino, operatore, voucher

# Not 404: on a thing that does not exist, it would say that the body was read and found good.
_RIFIUTI = {400, 409, 413, 415, 422}
# A bozza keeps any form, even a wrong one, to be put right later: its fields are looked at when it is presented.
_QUALSIASI_CAMPO = {"create_bozza", "edit_bozza"}
_CONTA = "SELECT tablename AS nome FROM pg_tables WHERE schemaname = 'public' AND tablename NOT IN ('accesso', 'alembic_version') ORDER BY 1"


def token(servizio: ServizioInProva, operazione: Operazione) -> str:
    """Give a token that may do the operation; an operator's where an ente would have to sign."""
    ruoli = servizio.app.state.risorse.matrice[operazione.id]
    ruolo = next(r for r in (Ruolo.CAF, Ruolo.CITTADINO, Ruolo.INPS, Ruolo.COMUNE) if r in ruoli)
    if ruolo is Ruolo.CITTADINO:
        return cittadino(CHI)
    return voucher(ENTI[ruolo]) if ruolo is Ruolo.CAF else operatore(ENTI[ruolo])


async def divari(servizio: ServizioInProva, *, massimo: int | None = None) -> tuple[int, list[tuple[str, str, str]]]:
    """Send the corpus to every operation with a body; give how many requests, and what was not refused as it must."""
    mandate, trovati = 0, []
    for operazione in (o for o in operazioni(servizio) if o.esempio is not None):
        async with servizio.come(token(servizio, operazione)) as client:
            prima = await righe(servizio)
            for ostile in list(_corpi(servizio, operazione))[:massimo]:
                risposta = await manda(client, operazione, ostile)
                mandate += 1
                if errore := _sbagliata(risposta, ostile):
                    trovati.append((operazione.id, ostile.nome, errore))
            if prima != await righe(servizio):
                trovati.append((operazione.id, "tutti", "qualcosa è rimasto"))
    return mandate, trovati


def _corpi(servizio: ServizioInProva, operazione: Operazione) -> Iterator[Ostile]:
    limiti = servizio.motore.definizione.corpi
    yield from grezzi(
        operazione.esempio, next((b for f, b in limiti.items() if operazione.percorso.endswith(f)), CORPO_MASSIMO)
    )
    if operazione.id not in _QUALSIASI_CAMPO:
        yield from campi(operazione.esempio)


async def manda(client: httpx.AsyncClient, operazione: Operazione, ostile: Ostile) -> httpx.Response:
    testa = {"Idempotency-Key": f"prova-{uuid4()}", **ostile.intestazioni}
    return await client.request(
        operazione.metodo, operazione.indirizzo(uuid4()), content=ostile.contenuto(), headers=testa
    )


def _sbagliata(risposta: httpx.Response, ostile: Ostile) -> str:
    """Say what is wrong with a refusal, or nothing."""
    if risposta.status_code not in _RIFIUTI:
        return f"{risposta.status_code}"
    if risposta.headers["Content-Type"] != MEDIA_TYPE or risposta.headers["Cache-Control"] != "no-store":
        return "intestazioni"
    letto = risposta.json()
    if not letto["correlation_id"] or letto["correlation_id"] != risposta.headers["X-Correlation-ID"]:
        return "senza correlation_id"
    testi = [letto["title"], letto["detail"], *(e["detail"] for e in letto.get("errors", ()))]
    if any(CANARINO in testo for testo in testi) or len(risposta.content) > 20_000:
        return "eco"
    return "inglese" if any(" the " in t or "should" in t or "Input" in t or "valid " in t for t in testi) else ""


async def righe(servizio: ServizioInProva) -> dict[str, int]:
    """Count the rows of every table; refused reads of the access log apart."""
    async with servizio.database.connection() as conn:
        tabelle = [r["nome"] for r in await conn.fetch(_CONTA)]
        return {nome: await conn.fetchval(f"SELECT count(*) FROM {nome}") for nome in tabelle}


@pytest.mark.timeout(300)
class TestCorpus:
    async def test_finds_a_reader_that_takes_everything_and_an_answer_that_repeats(
        self, crea_servizio: CreaServizio, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Control: JSON read as the library does, and problems that quote what was sent."""
        servizio = await crea_servizio("domande", richieste_al_minuto=10**9)

        with monkeypatch.context() as guasto:
            guasto.setattr(rotte, "leggi_json", json.loads)
            _, lassi = await divari(servizio, massimo=20)
        with monkeypatch.context() as guasto:
            guasto.setattr(problemi, "difetti_di", lambda errori: (Difetto("/", str(list(errori))),))
            _, loquaci = await divari(servizio, massimo=45)

        assert {("create_bozza", "NaN"), ("create_bozza", "lone surrogate")} <= {(o, n) for o, n, _ in lassi}
        assert ("create_bozza", "tutti", "qualcosa è rimasto") in lassi
        assert "eco" in {errore for _, _, errore in loquaci}

    @pytest.mark.parametrize("nome", SERVIZI)
    async def test_is_refused_by_every_operation(self, nome: str, crea_servizio: CreaServizio) -> None:
        servizio = await crea_servizio(nome, richieste_al_minuto=10**9)

        mandate, trovati = await divari(servizio)

        assert trovati == []
        assert mandate > 100
