# SPDX-License-Identifier: EUPL-1.2
"""The registries as a bench wants them: the documented answers over real HTTP, at almost no cost to the machine.

`python -m deploy.bench.registri --porta 8002`. What they cost is not our capacity, so nothing is computed: the answers
of `deploy.sandbox` about each story are written once, and only the codici fiscali change. The signed headers must be
there and the digest must be that of the body; the signatures are checked by the sandbox, not here.
"""

import argparse
import asyncio
import base64
import hashlib
import itertools
from collections.abc import Callable
from datetime import date
from functools import lru_cache
from typing import Any, cast

import httptools
import orjson
import uvloop

from deploy.bench.nuclei import CODICE, di, storie
from deploy.sandbox import anpr_schede, isee_xml, registri
from deploy.sandbox.modello import Nucleo, Persona
from shared.kernel.calendario import adesso, giorno_legale

PERCORSI = {
    "PDND_URL": "/pdnd/token.oauth2",
    "ANPR_URL": "/anpr",
    "ISEE_URL": "/inps/ConsultazioneISEE/v1",
    "PRA_URL": "/pra/v1",
    "GIUSTIZIA_URL": "/giustizia/v1",
    "UNILAV_URL": "/unilav/v1",
}
_FIRME = (b"digest", b"agid-jwt-signature", b"agid-jwt-trackingevidence")
_NUMERO = b"@NUMERO@"
_ATTESTAZIONE = "ConsultazioneAttestazione"
_VOUCHER = orjson.dumps({"access_token": "v" * 900, "expires_in": 600, "token_type": "Bearer"})
Risposta = tuple[int, bytes]
Storia = Callable[[Nucleo, Persona, date], Any]
_ANPR: dict[bytes, Storia] = {
    b"C018": anpr_schede.cittadinanza,
    b"C020": anpr_schede.residenza,
    b"C021": anpr_schede.famiglia,
}
_ELENCHI: dict[bytes, Callable[[Nucleo, Persona], Any]] = {
    b"pra": registri.veicoli_di,
    b"giustizia": registri.carichi_di,
    b"unilav": registri.rapporti_di,
}


@lru_cache(maxsize=10_000)
def _scheda(servizio: bytes, storia: int, posto: int, oggi: date) -> tuple[bytes, bytes]:
    """Write what a registry says of a person of a story: the text, and what of it travels in base64."""
    nucleo = storie(oggi)[storia]
    persona, numero = nucleo.persone[posto], _NUMERO.decode()
    if servizio in _ANPR:
        soggetti = {"datiSoggetto": _ANPR[servizio](nucleo, persona, oggi)}
        return orjson.dumps({"idOperazioneANPR": numero, "listaSoggetti": soggetti, "listaAnomalie": []}), b""
    if servizio in _ELENCHI:
        voci = _ELENCHI[servizio](nucleo, persona)
        return orjson.dumps({"id_operazione": numero, "codice_fiscale": persona.codice_fiscale, "items": voci}), b""
    if nucleo.dsu is None:
        return isee_xml.risposta(_ATTESTAZIONE, 1, "DATI_NON_TROVATI", None), b""
    documento = isee_xml.attestazione(nucleo, nucleo.dsu, persona.codice_fiscale)
    return isee_xml.risposta(_ATTESTAZIONE, 1, "OK", numero), documento


class Registri(asyncio.Protocol):
    """One connection."""

    _numeri = itertools.count(1)
    _oggi = giorno_legale(adesso())

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        self._uscita = cast("asyncio.Transport", transport)
        self._lettore = httptools.HttpRequestParser(self)
        self._inizia()

    def _inizia(self) -> None:
        self._percorso, self._corpo, self._intestazioni = b"", b"", dict[bytes, bytes]()

    def data_received(self, data: bytes) -> None:
        """Read what has arrived."""
        self._lettore.feed_data(data)

    def on_url(self, url: bytes) -> None:
        """Keep the path."""
        self._percorso += url

    def on_header(self, nome: bytes, valore: bytes) -> None:
        """Keep a header."""
        self._intestazioni[nome.lower()] = valore

    def on_body(self, corpo: bytes) -> None:
        """Keep a piece of the body."""
        self._corpo += corpo

    def on_message_complete(self) -> None:
        """Answer."""
        stato, corpo = self._rispondi()
        self._uscita.write(
            b"HTTP/1.1 %d OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%b"
            % (stato, len(corpo), corpo)
        )
        self._inizia()

    def _rispondi(self) -> Risposta:
        _, sistema, resto, *_ = self._percorso.split(b"/")
        if sistema == b"pdnd":
            return (200, _VOUCHER) if b"client_assertion=" in self._corpo else (400, b"{}")
        if not self._intestazioni.get(b"authorization", b"").startswith(b"Bearer "):
            return 401, b'{"title":"TokenAuthenticationRequired"}'
        if sistema == b"anpr" and not self._firmata():
            return 400, b'{"title":"InteroperabilityInvalidRequest"}'
        return 200, self._scheda(resto[:4] if sistema == b"anpr" else sistema)

    def _firmata(self) -> bool:
        digest = b"SHA-256=" + base64.b64encode(hashlib.sha256(self._corpo).digest())
        return all(nome in self._intestazioni for nome in _FIRME) and self._intestazioni[b"digest"] == digest

    def _scheda(self, servizio: bytes) -> bytes:
        trovato = CODICE.search(self._corpo)
        assert trovato is not None
        suo, posto = di(trovato.group(), self._oggi)
        testo, interno = _scheda(servizio, suo.storia, posto, self._oggi)
        if interno:
            return testo.replace(_NUMERO, base64.b64encode(suo.scrivi(interno)))
        return suo.scrivi(testo).replace(_NUMERO, b"%d" % next(self._numeri))


async def _servi(porta: int) -> None:
    server = await asyncio.get_running_loop().create_server(Registri, "127.0.0.1", porta)
    await server.serve_forever()


def main() -> None:
    """Serve until stopped."""
    lettore = argparse.ArgumentParser(prog="python -m deploy.bench.registri", description="Registri di prova veloci")
    lettore.add_argument("--porta", type=int, default=8002)
    uvloop.run(_servi(lettore.parse_args().porta))


if __name__ == "__main__":
    main()
