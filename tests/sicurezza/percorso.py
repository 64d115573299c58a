# SPDX-License-Identifier: EUPL-1.2
"""One domanda through the five services, whose data are canaries: from the form to the payment and the letters."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import httpx
import orjson

from deploy.demo.modulo import modulo_di
from deploy.sandbox.anagrafe import iban
from deploy.sandbox.persone import mondo
from shared.messaging.bus import Messaggio
from tests.support.attese import entro
from tests.support.orologio import OrologioDiProva
from tests.support.servizio import ServizioInProva
from tests.support.token import cittadino

NUCLEO = mondo().storia("svantaggio-confermato")
CHI = NUCLEO.richiedente.codice_fiscale
GIORNO = datetime(2025, 3, 3, 9, 0, tzinfo=UTC)
# What nobody else is called, lives at, owns: found anywhere, it comes from this domanda.
CANARINI = {
    "codice fiscale": CHI,
    "codice fiscale del coniuge": NUCLEO.persone[1].codice_fiscale,
    "cognome": "Zqcanaricognome",
    "nome": "Zqcanarinome",
    "nome del coniuge": "Zqcanariconiuge",
    "indirizzo": "Via Zqcanarivia 77",
    "e-mail": "zqcanarino@posta.example",
    "telefono": "+397777123456",
    "iban": iban(777_123_456),
    "ente dello svantaggio": "Zqcanari ASL",
    "certificazione": "ZQCANARI-2024-417",
    "mandato": "ZQMANDATO-417",
}
_GIRI = 60
_SCARTO = """
INSERT INTO scarto (id, tipo, soggetto, versione, corpo, correlazione, stato, tentativi, motivo, traccia, istante, prossimo_il)
VALUES (gen_random_uuid(), 'prova', gen_random_uuid(), 1, '{}', 'prova', 'PARCHEGGIATO', 1, 'prova', gen_random_uuid(),
        now(), now())
"""
_QUARANTENA = """
INSERT INTO esito_in_quarantena (id, flusso_id, id_disposizione, esito, motivo, causa, ricevuto_il, stato)
SELECT gen_random_uuid(), flusso_id, id::text, 'SCARTATO', '', 'ESITO_CONTRADDITTORIO', now(), 'APERTO' FROM erogazione
"""


def modulo() -> dict[str, Any]:
    """Fill in the form of a nucleo that the registries know, with canaries wherever they do not look."""
    corpo, c = modulo_di(NUCLEO), CANARINI
    corpo["mandato"]["numero"] = c["mandato"]
    corpo["richiedente"] |= {"cognome": c["cognome"], "nome": c["nome"]}
    corpo["richiedente"]["residenza"]["indirizzo"] = c["indirizzo"]
    corpo["componenti"][0] |= {"cognome": c["cognome"], "nome": c["nome del coniuge"]}
    svantaggio = {"amministrazione": c["ente dello svantaggio"], "numero_certificazione": c["certificazione"]}
    corpo["componenti"][0]["svantaggio"] |= svantaggio
    corpo["recapiti"] = {"email": c["e-mail"], "telefono": c["telefono"]}
    corpo["pagamento"] = {"strumento": "BONIFICO", "iban": c["iban"]}
    return corpo


@dataclass
class Percorso:
    """The five services, the messages that went between them, and what the APIs refused."""

    servizi: dict[str, ServizioInProva]
    orologio: OrologioDiProva
    messaggi: list[bytes] = field(default_factory=list)
    rifiuti: list[bytes] = field(default_factory=list)
    presentata: dict[str, Any] = field(default_factory=dict)

    async def tutto(self) -> None:
        """Walk from the form to the payment."""
        self.orologio.vai(GIORNO)
        self.presentata = await self.chiedi("domande", "POST", "/v1/domande", "CAF-ALFA", modulo())
        await self.smista()
        await self._accerta()
        await self._attiva()
        await self._paga()

    async def scarta(self) -> None:
        """Leave a message that could not be applied in each service."""
        for servizio in self.servizi.values():
            async with servizio.database.connection() as conn:
                await conn.execute(_SCARTO)

    async def _accerta(self) -> None:
        (aperto,) = (await self.chiedi("verifiche_anagrafiche", "GET", "/v1/accertamenti", "INPS"))["items"]
        percorso = f"/v1/accertamenti/{aperto['id']}"
        letto = await self.chiedi("verifiche_anagrafiche", "GET", percorso, "INPS")
        esiti = [{"codice_fiscale": s["codice_fiscale"], "confermato": True} for s in letto["svantaggi"]]
        await self.chiedi(
            "verifiche_anagrafiche", "POST", f"{percorso}/esito", "INPS", {"svantaggio": {"esiti": esiti}}
        )
        await self.smista()

    async def _attiva(self) -> None:
        chi = cittadino(CHI)
        (caso,) = (await self.chiedi("presa_in_carico", "GET", "/v1/casi", chi))["items"]
        await self.chiedi("presa_in_carico", "POST", f"/v1/casi/{caso['id']}/registrazione-siisl", chi, {})
        pad = {"sottoscritto_il": "2025-03-03", "recapiti_confermati": True, "consenso_trasmissione_dati": True,
               "impegno_primo_incontro": True}  # fmt: skip
        await self.chiedi("presa_in_carico", "POST", f"/v1/casi/{caso['id']}/pad", chi, pad)
        await self.smista()

    async def _paga(self) -> None:
        self.orologio.vai(datetime(2025, 4, 22, 8, 0, tzinfo=UTC))
        await self.smista()
        lotto = await self.chiedi("erogazioni", "POST", "/v1/lotti", "INPS", {"misura": "ADI", "mese": "2025-04"})

        async def concluso() -> bool:
            await self.smista()
            letto = await self.chiedi("erogazioni", "GET", f"/v1/lotti/{lotto['id']}", "INPS")
            return bool(letto["stato"] == "CONCLUSO")

        await entro(30, concluso)

    async def contraddice(self) -> None:
        """Let the payer say of each payment something that cannot be applied."""
        async with self.servizi["erogazioni"].database.connection() as conn:
            await conn.execute(_QUARANTENA)

    async def smista(self) -> None:
        """Carry the events and run the jobs until nothing is left to do."""
        for _ in range(_GIRI):
            mossi = sum([await self._consegna_di(servizio) for servizio in self.servizi.values()])
            for servizio in self.servizi.values():
                await servizio.giro_job()
            if not mossi and not sum([await self._in_uscita(s) for s in self.servizi.values()]):
                return
        raise AssertionError("gli eventi non finiscono")

    async def _consegna_di(self, servizio: ServizioInProva) -> int:
        async with servizio.database.connection() as conn:
            righe = await conn.fetch("DELETE FROM outbox RETURNING *")
        for riga in sorted(righe, key=lambda r: r["id"]):
            campi = ("id", "tipo", "soggetto", "versione", "corpo", "correlazione", "istante")
            messaggio = Messaggio(**{campo: riga[campo] for campo in campi})
            self.messaggi.append(riga["corpo"])
            for altro in self.servizi.values():
                if messaggio.tipo in altro.motore.definizione.handlers.tipi:
                    await altro.consegna(messaggio)
        return len(righe)

    async def _in_uscita(self, servizio: ServizioInProva) -> int:
        async with servizio.database.connection() as conn:
            return int(await conn.fetchval("SELECT count(*) FROM outbox"))

    async def chiedi(self, servizio: str, metodo: str, percorso: str, chi: str, corpo: Any = None) -> dict[str, Any]:
        """Ask a service for something that it must give."""
        risposta = await self.manda(servizio, metodo, percorso, chi, corpo)
        assert risposta.is_success, (percorso, risposta.status_code, risposta.text)
        letto: dict[str, Any] = risposta.json()
        return letto

    async def manda(self, servizio: str, metodo: str, percorso: str, chi: str, corpo: Any = None) -> httpx.Response:
        """Ask a service for anything; what it refuses is kept."""
        parti: dict[str, Any] = {"headers": {"Idempotency-Key": f"prova-{uuid4()}"}}
        if corpo is not None:
            grezzo = corpo if isinstance(corpo, bytes) else orjson.dumps(corpo)
            parti["content"] = grezzo
            parti["headers"]["Content-Type"] = "application/json"
        risposta = await self.servizi[servizio].come(chi).request(metodo, percorso, **parti)
        if risposta.is_error:
            self.rifiuti.append(risposta.content + repr(sorted(risposta.headers.items())).encode())
        return risposta

    async def righe(self, servizio: str, istruzione: str, *valori: object) -> Sequence[Any]:
        """Read the database of a service."""
        async with self.servizi[servizio].database.connection() as conn:
            righe: Sequence[Any] = await conn.fetch(istruzione, *valori)
            return righe
