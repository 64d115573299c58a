# SPDX-License-Identifier: EUPL-1.2
"""The card gateway: takes payment files, tells what it knows of them, gives outcomes and returns page by page."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal, TypeVar
from uuid import UUID

import httpx
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from shared.errors import RateLimited, UpstreamRejected, UpstreamUnavailable
from shared.web.pdnd import Pdnd

StatoPagatore = Literal["RICEVUTO", "IN_LAVORAZIONE", "CONCLUSO"]
# The payer has understood the file and does not want it; anything else leaves the outcome unknown.
_RIFIUTI = frozenset({400, 413, 415, 422})
_RIFIUTO_MODI = "Interoperability"


class _Letto(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True, hide_input_in_errors=True)


L = TypeVar("L", bound=_Letto)


class _StatoFlusso(_Letto):
    stato: StatoPagatore


class _Esito(_Letto):
    id_disposizione: str
    esito: str
    motivo: str | None = None
    data_valuta: date | None = None


class _Pagina(_Letto):
    items: tuple[_Esito, ...]
    next_cursor: str | None = Field(default=None, max_length=2000)


class _Restituzione(_Esito):
    id_flusso: str = Field(max_length=100)


class _Restituzioni(_Letto):
    items: tuple[_Restituzione, ...]
    next_cursor: str = Field(min_length=1, max_length=2000)


@dataclass(frozen=True, slots=True)
class Esito:
    """An outcome as the payer wrote it."""

    id_disposizione: str
    esito: str
    motivo: str | None
    data_valuta: date | None


@dataclass(frozen=True, slots=True)
class Pagina:
    """A page of outcomes."""

    esiti: tuple[Esito, ...]
    successivo: str | None


@dataclass(frozen=True, slots=True)
class Restituita:
    """A payment that came back, and the file in which it had left."""

    id_flusso: str
    esito: Esito


@dataclass(frozen=True, slots=True)
class Restituzioni:
    """A page of the list of returns, empty at its end; `successivo` is where it goes on, now or in days."""

    restituite: tuple[Restituita, ...]
    successivo: str


class FlussoRifiutato(UpstreamRejected):
    """The payer refuses the whole file."""

    tipo = "flusso-rifiutato"
    titolo = "Flusso rifiutato dal pagatore"

    def __init__(self, codice: str) -> None:
        super().__init__("Il pagatore ha rifiutato il flusso")
        self.codice = codice


@dataclass(frozen=True, slots=True)
class Accreditamento:
    """With which client and for which purpose the gateway is called; `audience` is that of what we sign."""

    pdnd: Pdnd
    finalita: str
    audience: str

    async def intestazioni(self) -> dict[str, str]:
        """Give the voucher as a header.

        :raises UpstreamUnavailable: whatever PDND says: nothing has reached the payer.
        """
        try:
            return {"Authorization": f"Bearer {await self.pdnd.voucher(self.finalita)}"}
        except (RateLimited, UpstreamRejected):
            raise UpstreamUnavailable("La PDND non rilascia il voucher per il pagatore") from None

    def firma(self, contenuto: bytes, intestazioni: Mapping[str, str]) -> dict[str, str]:
        """Sign an order of payment [INTEGRITY_REST_02]: anew each time that it leaves, the id of a signature is good once."""
        return self.pdnd.firma_corpo(contenuto, intestazioni, audience=self.audience)


class PagatoreClient:
    """Speaks to the gateway; without `accreditamento` it brings no voucher and signs nothing."""

    def __init__(self, http: httpx.AsyncClient, base: str, accreditamento: Accreditamento | None = None) -> None:
        self._http = http
        self._base = base.rstrip("/")
        self._accreditamento = accreditamento

    async def invia(self, contenuto: bytes) -> None:
        """Hand the file over.

        :raises FlussoRifiutato: if the payer refuses it.
        :raises UpstreamUnavailable: if it does not answer, or not in a way that tells: the outcome is unknown. So it is
            when the gateway does not take our signature: nobody has read the file.
        """
        risposta = await self._chiama("POST", "/flussi", contenuto=contenuto)
        if risposta.status_code == 400 and _senza_firma_valida(risposta):
            raise UpstreamUnavailable("Il pagatore non ha accettato la firma della richiesta")
        if risposta.status_code in _RIFIUTI:
            raise FlussoRifiutato(f"FLUSSO_RIFIUTATO_{risposta.status_code}")
        if risposta.status_code not in (200, 201, 202):
            raise _non_disponibile()

    async def stato(self, flusso_id: UUID) -> StatoPagatore | None:
        """Ask what the payer knows of a flow; None if it has never seen it.

        :raises UpstreamUnavailable: if it does not answer.
        """
        risposta = await self._chiama("GET", f"/flussi/{flusso_id}")
        if risposta.status_code == 404:
            return None
        return _leggi(_StatoFlusso, risposta).stato

    async def esiti(self, flusso_id: UUID, *, cursore: str | None) -> Pagina:
        """Read a page of outcomes.

        :raises UpstreamUnavailable: if it does not answer.
        """
        parametri = {"cursor": cursore} if cursore else {}
        pagina = _leggi(_Pagina, await self._chiama("GET", f"/flussi/{flusso_id}/esiti", parametri=parametri))
        return Pagina(tuple(Esito(**e.model_dump()) for e in pagina.items), pagina.next_cursor)

    async def restituzioni(self, *, cursore: str | None) -> Restituzioni:
        """Read the next page of the payments that came back, of any file, in the order in which the payer knew of them.

        The shape is reconstructed, like the whole gateway.

        :raises UpstreamUnavailable: if it does not answer.
        """
        parametri = {"cursor": cursore} if cursore else {}
        pagina = _leggi(_Restituzioni, await self._chiama("GET", "/restituzioni", parametri=parametri))
        restituite = [Restituita(r.id_flusso, Esito(**r.model_dump(exclude={"id_flusso"}))) for r in pagina.items]
        return Restituzioni(tuple(restituite), pagina.next_cursor)

    async def _chiama(
        self, metodo: str, percorso: str, *, contenuto: bytes | None = None, parametri: dict[str, str] | None = None
    ) -> httpx.Response:
        intestazioni = {"Content-Type": "application/json"} if contenuto else {}
        if self._accreditamento is not None:
            if contenuto:
                intestazioni = self._accreditamento.firma(contenuto, intestazioni)
            intestazioni |= await self._accreditamento.intestazioni()
        try:
            risposta = await self._http.request(
                metodo, self._base + percorso, content=contenuto, params=parametri, headers=intestazioni
            )
        except httpx.HTTPError:
            raise _non_disponibile() from None
        if risposta.status_code == 401 and self._accreditamento is not None:
            self._accreditamento.pdnd.dimentica(self._accreditamento.finalita)
        return risposta


def _senza_firma_valida(risposta: httpx.Response) -> bool:
    """Tell whether it is the gateway in front of the payer that refuses: a problem of ModI, not of the file."""
    try:
        return str(risposta.json()["title"]).startswith(_RIFIUTO_MODI)
    except (ValueError, KeyError, TypeError):
        return False


def _leggi(tipo: type[L], risposta: httpx.Response) -> L:
    if risposta.status_code != 200:
        raise _non_disponibile()
    try:
        return tipo.model_validate_json(risposta.content)
    except ValidationError:
        raise _non_disponibile() from None


def _non_disponibile() -> UpstreamUnavailable:
    return UpstreamUnavailable("Il pagatore non risponde, o risponde in modo non comprensibile")
