# SPDX-License-Identifier: EUPL-1.2
"""Public keys of the fruitori, as PDND knows them: `GET /keys/{kid}` says which client registered the key."""

import re
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import cache

import httpx
from joserfc.errors import JoseError
from joserfc.jwk import RSAKey

from shared.errors import UpstreamUnavailable
from shared.web.impostazioni import Impostazioni
from shared.web.pdnd import ClientPdnd, Firma, Pdnd, leggi_chiave

Client = Callable[[], ClientPdnd]
# The API of PDND that tells the keys of the fruitori.
_ESERVIZIO = "pdnd-interop"

# A key that was revoked is still good for ten minutes at most; one that is not there is asked for again after thirty seconds.
_VITA_SECONDS = 600.0
_ASSENTE_SECONDS = 30.0
_MEMORIA = 1000
_BIT_MINIMI = 2048
_KID = re.compile(r"[A-Za-z0-9._~-]{1,128}")


@dataclass(frozen=True, slots=True)
class ChiaveFruitore:
    """A key and the client that registered it."""

    client_id: str
    chiave: RSAKey


class ChiaviFruitori:
    """Asks PDND for keys, and remembers what it answered for a while.

    `voucher` gives our own voucher for the API of PDND; without it the requests go without credentials.
    """

    def __init__(
        self,
        http: httpx.AsyncClient,
        url: str,
        *,
        voucher: Callable[[], Awaitable[str]] | None = None,
        orologio: Callable[[], float] = time.monotonic,
    ) -> None:
        self._http = http
        self._url = url
        self._voucher = voucher
        self._orologio = orologio
        self._note: OrderedDict[str, tuple[float, ChiaveFruitore | None]] = OrderedDict()

    async def trova(self, kid: str) -> ChiaveFruitore | None:
        """Give the key `kid`, or None if nobody has registered it.

        :raises UpstreamUnavailable: if PDND does not answer.
        """
        if not _KID.fullmatch(kid):
            return None
        scade, nota = self._note.get(kid, (0.0, None))
        if scade <= self._orologio():
            nota = await self._chiedi(kid)
            self._note[kid] = (self._orologio() + (_VITA_SECONDS if nota else _ASSENTE_SECONDS), nota)
            if len(self._note) > _MEMORIA:
                self._note.popitem(last=False)
        return nota

    async def _chiedi(self, kid: str) -> ChiaveFruitore | None:
        intestazioni = {"Authorization": f"Bearer {await self._voucher()}"} if self._voucher else {}
        try:
            risposta = await self._http.get(f"{self._url}/{kid}", headers=intestazioni)
        except httpx.HTTPError:
            raise _non_disponibile() from None
        if risposta.status_code == 404:
            return None
        if risposta.status_code != 200:
            raise _non_disponibile()
        try:
            letta = risposta.json()
            chiave = RSAKey.import_key(letta["jwk"])
            robusta = chiave.public_key.key_size >= _BIT_MINIMI
            return ChiaveFruitore(str(letta["clientId"]), chiave) if robusta else None
        except (JoseError, ValueError, KeyError, TypeError, AttributeError):
            raise _non_disponibile() from None


def _non_disponibile() -> UpstreamUnavailable:
    return UpstreamUnavailable("Le chiavi dei fruitori non sono raggiungibili sulla PDND", retry_after_seconds=5)


def client_pdnd(impostazioni: Impostazioni, *, firma: Callable[[], Firma | None] = lambda: None) -> Client | None:
    """Give how to build our PDND client; None where there is none.

    The keys, ours and the one that signs requests (`firma`), are read when it is built.
    """
    i, file = impostazioni, impostazioni.pdnd_chiave_file
    if file is None or not (i.pdnd_client_id and i.pdnd_kid):
        return None
    return lambda: ClientPdnd(
        i.pdnd_url, i.pdnd_client_id, i.pdnd_kid, leggi_chiave(file), i.pdnd_audience, firma=firma()
    )


def chiavi_dalla_pdnd(http: httpx.AsyncClient, impostazioni: Impostazioni) -> ChiaviFruitori:
    """Reach the keys with our own voucher, when we have a client on PDND and a purpose for its API.

    The private key of the client is read at the first request only.
    """
    client, finalita = client_pdnd(impostazioni), impostazioni.pdnd_finalita.get(_ESERVIZIO)
    if client is None or not finalita:
        return ChiaviFruitori(http, impostazioni.pdnd_chiavi_url)
    pdnd = cache(lambda: Pdnd(client(), http))
    return ChiaviFruitori(http, impostazioni.pdnd_chiavi_url, voucher=lambda: pdnd().voucher(finalita))
