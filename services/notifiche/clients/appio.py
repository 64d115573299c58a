# SPDX-License-Identifier: EUPL-1.2
"""App IO: may we write to this person, here is the message, what became of it."""

from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Any
from uuid import UUID

import httpx
import orjson

from services.notifiche.domain.consegna import Esito, Risultato

# The request cannot have been served: the connection was never made.
_MAI_PARTITA = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)
_STATI_IN_CORSO = frozenset({"ACCEPTED", "THROTTLED"})
_TEMPO_DI_VITA_SECONDS = 86_400
_ATTESA_MASSIMA_SECONDS = 3600


@dataclass(frozen=True, slots=True)
class MessaggioIo:
    """A message for one person; `scadenza` becomes a reminder in the app."""

    codice_fiscale: str
    oggetto: str
    testo: str
    scadenza: datetime | None = None


class AppIo:
    """Client of the App IO API: every call ends delivered, accepted, refused, unavailable or unknown."""

    def __init__(self, url: str, chiave: str, *, timeout_seconds: float) -> None:
        self._client = httpx.AsyncClient(
            base_url=url.rstrip("/"),
            headers={"Ocp-Apim-Subscription-Key": chiave},
            timeout=timeout_seconds,
            follow_redirects=False,
        )

    async def chiudi(self) -> None:
        """Close the connections."""
        await self._client.aclose()

    async def invia(self, messaggio: MessaggioIo, *, token: UUID) -> Esito:
        """Ask whether the person accepts our messages, then send; 201 means accepted, not delivered.

        `token` goes as Idempotency-Key, the same at every attempt: App IO does not promise to honour it.
        """
        consenso = await self._profilo(messaggio.codice_fiscale)
        if consenso is not None:
            return consenso
        try:
            risposta = await self._client.post(
                "/messages", json=_corpo(messaggio), headers={"Idempotency-Key": str(token)}
            )
        except _MAI_PARTITA:
            return Esito(Risultato.NON_DISPONIBILE, "APP_IO_NON_RAGGIUNGIBILE")
        except httpx.TransportError:
            return Esito(Risultato.IGNOTO, "APP_IO_SENZA_RISPOSTA")
        return _inviato(risposta)

    async def stato(self, codice_fiscale: str, id_messaggio: str) -> Esito:
        """Ask what became of an accepted message."""
        try:
            risposta = await self._client.get(f"/messages/{codice_fiscale}/{id_messaggio}")
        except httpx.TransportError:
            return Esito(Risultato.NON_DISPONIBILE, "APP_IO_NON_RAGGIUNGIBILE")
        if risposta.status_code == HTTPStatus.NOT_FOUND:  # not visible yet
            return Esito(Risultato.ACCETTATA, "NON_ANCORA_VISIBILE")
        if risposta.status_code != HTTPStatus.OK:
            return _non_servita(risposta)
        stato = str(_oggetto(risposta).get("status"))
        if stato == "PROCESSED":
            return Esito(Risultato.CONSEGNATA, stato)
        if stato in ("FAILED", "REJECTED"):
            return Esito(Risultato.RIFIUTATA, stato)
        return Esito(Risultato.ACCETTATA, stato if stato in _STATI_IN_CORSO else "STATO_SCONOSCIUTO")

    async def _profilo(self, codice_fiscale: str) -> Esito | None:
        try:
            risposta = await self._client.post("/profiles", json={"fiscal_code": codice_fiscale})
        except httpx.TransportError:
            return Esito(Risultato.NON_DISPONIBILE, "APP_IO_NON_RAGGIUNGIBILE")
        if risposta.status_code == HTTPStatus.NOT_FOUND:
            return Esito(Risultato.RIFIUTATA, "NON_ISCRITTO")
        if risposta.status_code != HTTPStatus.OK:
            return _non_servita(risposta)
        if _oggetto(risposta).get("sender_allowed") is not True:
            return Esito(Risultato.RIFIUTATA, "NON_CONSENTITO")
        return None


def _corpo(messaggio: MessaggioIo) -> dict[str, Any]:
    contenuto: dict[str, Any] = {
        "subject": messaggio.oggetto,
        "markdown": messaggio.testo,
        "require_secure_channels": True,
    }
    if messaggio.scadenza is not None:
        contenuto["due_date"] = messaggio.scadenza.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return {
        "fiscal_code": messaggio.codice_fiscale,
        "time_to_live": _TEMPO_DI_VITA_SECONDS,
        "feature_level_type": "STANDARD",
        "content": contenuto,
    }


def _inviato(risposta: httpx.Response) -> Esito:
    if risposta.status_code == HTTPStatus.CREATED:
        id_messaggio = _oggetto(risposta).get("id")
        if not isinstance(id_messaggio, str) or not id_messaggio.isalnum():
            return Esito(Risultato.IGNOTO, "APP_IO_RISPOSTA_ILLEGGIBILE")
        return Esito(Risultato.ACCETTATA, "ACCEPTED", id_esterno=id_messaggio)
    if risposta.status_code in (HTTPStatus.INTERNAL_SERVER_ERROR, HTTPStatus.BAD_GATEWAY, HTTPStatus.GATEWAY_TIMEOUT):
        return Esito(Risultato.IGNOTO, f"APP_IO_{risposta.status_code}")
    return _non_servita(risposta)


def _non_servita(risposta: httpx.Response) -> Esito:
    """Tell a refusal of this message from a service, or credentials of ours, that do not work now."""
    if risposta.status_code in (HTTPStatus.BAD_REQUEST, HTTPStatus.NOT_FOUND, HTTPStatus.UNPROCESSABLE_ENTITY):
        return Esito(Risultato.RIFIUTATA, f"APP_IO_{risposta.status_code}")
    attesa = risposta.headers.get("retry-after", "")
    secondi = min(int(attesa), _ATTESA_MASSIMA_SECONDS) if attesa.isdigit() else 0
    return Esito(Risultato.NON_DISPONIBILE, f"APP_IO_{risposta.status_code}", riprova_seconds=secondi)


def _oggetto(risposta: httpx.Response) -> dict[str, Any]:
    """Read a JSON object; anything else is as good as an empty one."""
    try:
        letto = orjson.loads(risposta.content)
    except orjson.JSONDecodeError:
        return {}
    return letto if isinstance(letto, dict) else {}
