# SPDX-License-Identifier: EUPL-1.2
"""The door of one e-service: voucher, signed headers where they are asked for, one renewal when it is refused."""

from collections.abc import Mapping
from dataclasses import dataclass

import httpx

from shared.web.pdnd import Operatore, Pdnd
from shared.web.trasporto import Postino

# Nobody stands behind these calls: they are the office's own checks on a domanda.
_SERVIZIO = Operatore(utente="inclusione-verifiche", postazione="inclusione-verifiche-anagrafiche")


@dataclass(frozen=True, slots=True)
class EServizio:
    """An e-service: its address, its audience and the purpose under which we call it.

    `tracciato`: INTEGRITY_REST_02 and AUDIT_REST_02 are asked for, so each call needs its own voucher.
    """

    audience: str
    finalita: str
    tracciato: bool = False


class Porta:
    """Sends bodies to one e-service."""

    def __init__(self, eservizio: EServizio, pdnd: Pdnd, http: Postino) -> None:
        self._eservizio = eservizio
        self._pdnd = pdnd
        self._http = http

    async def invia(self, url: str, corpo: bytes, intestazioni: Mapping[str, str]) -> httpx.Response:
        """Send a body; a refused voucher is renewed once.

        :raises InclusioneError: if PDND gives no voucher.
        :raises httpx.HTTPError: if the e-service does not answer.
        """
        risposta = await self._http.post(url, content=corpo, headers=await self._complete(corpo, intestazioni))
        if risposta.status_code in (401, 403):
            self._pdnd.dimentica(self._eservizio.finalita)
            risposta = await self._http.post(url, content=corpo, headers=await self._complete(corpo, intestazioni))
        return risposta

    async def _complete(self, corpo: bytes, intestazioni: Mapping[str, str]) -> dict[str, str]:
        servizio = self._eservizio
        if not servizio.tracciato:
            return {**intestazioni, "Authorization": f"Bearer {await self._pdnd.voucher(servizio.finalita)}"}
        traccia = self._pdnd.traccia(servizio.finalita, _SERVIZIO, audience=servizio.audience)
        firmate = self._pdnd.firma_corpo(corpo, intestazioni, audience=servizio.audience)
        voucher = await self._pdnd.voucher_per(servizio.finalita, traccia)
        return {**firmate, "Agid-JWT-TrackingEvidence": traccia, "Authorization": f"Bearer {voucher}"}
