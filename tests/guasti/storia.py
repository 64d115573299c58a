# SPDX-License-Identifier: EUPL-1.2
"""A run: domande, patti, payments, with the blows of the plan; then quiet, then the accounts."""

import asyncio
import contextlib
import json
import random
import time
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import asyncpg

from deploy.demo.modulo import modulo_di
from deploy.sandbox.modello import Nucleo
from deploy.sandbox.persone import mondo_di
from shared.db.session import CONNESSIONE_PERSA
from shared.kernel.calendario import giorno_legale
from tests.guasti import invarianti
from tests.guasti.carico import Clienti, insieme
from tests.guasti.flotta import Flotta, flotta
from tests.guasti.impianto import Giro, Impianto
from tests.guasti.invarianti import Promesse
from tests.guasti.piano import POSTGRES, RABBITMQ, Colpo, Fase, Piano
from tests.guasti.quiete import arretrato, quiete
from tests.guasti.resoconto import Opzioni, Resoconto

NUCLEI = 184
REPLICHE = {"domande": 2, "verifiche_anagrafiche": 1, "presa_in_carico": 1, "erogazioni": 2, "notifiche": 1}
_PATTI = datetime(2025, 3, 10, 8, tzinfo=UTC)
_PAGAMENTI = datetime(2025, 4, 22, 8, tzinfo=UTC)
_MESE = "2025-04"
_CLIENTI = 12
_RIPETE_SU_CENTO = 5
_RIPRESA_SECONDS = 1.5
_ARRETRATO_MASSIMO = 40
_FRENO_SECONDS = 0.5
_SPENTO_SECONDS = 2.0


class Corsa:
    """One run in progress."""

    def __init__(self, giro: Giro, processi: Flotta, clienti: Clienti, piano: Piano, resoconto: Resoconto) -> None:
        self._giro = giro
        self._processi = processi
        self._clienti = clienti
        self._piano = piano
        self._resoconto = resoconto
        self._opzioni = resoconto.opzioni
        self._dado = random.Random(self._opzioni.seme)
        self._fatti = 0.0
        self._blocchi = {nome: asyncio.Lock() for nome in (*REPLICHE, RABBITMQ, POSTGRES)}
        self._via_libera = asyncio.Event()
        self._via_libera.set()
        self.promesse = Promesse({})

    async def fase(self, fase: Fase, cose: Sequence[Any], fai: Callable[[Any], Awaitable[None]]) -> None:
        """Do the work of a phase while the plan strikes, then wait until it is quiet."""
        self._fatti, inizio = 0.0, time.monotonic()
        lento = self._piano.piu_colpito(fase) * _RIPRESA_SECONDS

        async def una(cosa: Any) -> None:
            await self._via_libera.wait()
            await fai(cosa)
            self._fatti += 1 / len(cose)

        freno = asyncio.create_task(self._frena())
        colpi = [asyncio.create_task(self._colpisci(colpo)) for colpo in self._piano.di(fase)]
        await insieme(cose, una, quanti=_CLIENTI, al_secondo=len(cose) / lento if lento else 0.0)
        self._fatti = 1.0
        await asyncio.gather(*colpi)
        freno.cancel()
        await self._processi.pronte()
        self._resoconto.carico_seconds[fase] = time.monotonic() - inizio
        await self.svuota(fase)

    async def _frena(self) -> None:
        """Hold the callers back while too much waits: what is measured afterwards is the drain, not the backlog."""
        while True:
            with contextlib.suppress(asyncpg.PostgresError, *CONNESSIONE_PERSA):
                libera = await arretrato(self._giro) < _ARRETRATO_MASSIMO
                self._via_libera.set() if libera else self._via_libera.clear()
            await asyncio.sleep(_FRENO_SECONDS)

    async def svuota(self, fase: Fase) -> None:
        """Wait for quiet; the notices may go on until the end."""
        ultima = fase is self._opzioni.fino_a
        attesa = await quiete(
            self._giro,
            pazienza_seconds=self._opzioni.pazienza_seconds,
            avvisi=ultima,
        )
        self._resoconto.svuotamento_seconds[fase] = attesa.secondi
        if attesa.mancano:
            self._resoconto.violazioni.append(f"INV9: dopo {attesa.secondi:.0f} s restano {attesa.mancano}")
        elif attesa.secondi > self._opzioni.svuotamento_seconds:
            self._resoconto.violazioni.append(f"INV9: quieto solo dopo {attesa.secondi:.0f} s")

    async def _colpisci(self, colpo: Colpo) -> None:
        while self._fatti < colpo.quando:
            await asyncio.sleep(0.01)
        async with self._blocchi[colpo.a_chi]:
            if colpo.a_chi in (RABBITMQ, POSTGRES):
                await self._spegni(colpo.a_chi)
                return
            if colpo.punto:
                self._resoconto.nei_punti += await self._processi.uccidi_nel_punto(colpo.a_chi, colpo.punto)
            else:
                await self._processi.uccidi(colpo.a_chi)
            await asyncio.sleep(0.1)
            await self._processi.pronte(colpo.a_chi)

    async def _spegni(self, server: str) -> None:
        impianto = self._giro.impianto
        giu, su = (
            (impianto.nodo.uccidi, impianto.nodo.riavvia)
            if server == RABBITMQ
            else (impianto.ferma_postgres, impianto.riavvia_postgres)
        )
        await asyncio.to_thread(giu)
        self._processi.morti[server] += 1
        await asyncio.sleep(_SPENTO_SECONDS)
        await asyncio.to_thread(su)

    async def presenta(self, nucleo: Nucleo) -> None:
        """Present a domanda as a CAF; sometimes the receipt is asked for again."""
        corpo, chiave = modulo_di(nucleo), f"guasti-{self._opzioni.seme}-{nucleo.numero:05d}"
        volte = 2 if self._dado.randrange(100) < _RIPETE_SU_CENTO else 1
        ricevute = set()
        for _ in range(volte):
            risposta = await self._clienti.post(
                "domande", "/v1/domande", await self._clienti.caf(), corpo, chiave=chiave
            )
            if risposta.status_code != 201:
                self._imprevisto(f"INV1: {nucleo.nome} ha ricevuto {risposta.status_code}: {risposta.text[:200]}")
                return
            ricevute.add(risposta.text)
            self.promesse.ricevute[risposta.json()["id"]] = nucleo
        if len(ricevute) > 1:
            self._imprevisto(f"INV2: {nucleo.nome} ha due ricevute diverse per la stessa chiave")

    async def firma(self, caso: tuple[str, str]) -> None:
        """Register on SIISL and sign the PAD, as the citizen."""
        caso_id, codice_fiscale = caso
        token, radice = await self._clienti.cittadino(codice_fiscale), f"/v1/casi/{caso_id}"
        pad = {"sottoscritto_il": giorno_legale(self._giro.orologio()).isoformat(), "recapiti_confermati": True,
               "consenso_trasmissione_dati": True, "impegno_primo_incontro": True}  # fmt: skip
        for atto, corpo in (("registrazione-siisl", {}), ("pad", pad)):
            risposta = await self._clienti.post(
                "presa_in_carico", f"{radice}/{atto}", token, corpo, chiave=f"{atto}-{caso_id}"
            )
            if risposta.status_code != 201:
                self._imprevisto(f"{atto} ha ricevuto {risposta.status_code}: {risposta.text[:200]}")

    async def paga(self, _mese: str) -> None:
        """Run the month, and wait for its end."""
        token = await self._clienti.inps()
        corpo = {"misura": "ADI", "mese": _MESE}
        risposta = await self._clienti.post("erogazioni", "/v1/lotti", token, corpo, chiave=f"lotto-{_MESE}")
        lotto, fine = risposta.json(), time.monotonic() + self._opzioni.pazienza_seconds
        while lotto.get("stato") != "CONCLUSO" and time.monotonic() < fine:
            await asyncio.sleep(0.1)
            lotto = await self._clienti.get("erogazioni", f"/v1/lotti/{lotto['id']}", token)
            self._fatti = min(0.9, self._fatti + 0.05)
            if self._fatti >= 0.9:
                return

    async def quadratura(self) -> list[str]:
        """Ask the service itself for the proof of the lotto."""
        token = await self._clienti.inps()
        lotti = (await self._clienti.get("erogazioni", "/v1/lotti", token))["items"]
        violazioni = []
        for lotto in lotti:
            prova = await self._clienti.get("erogazioni", f"/v1/lotti/{lotto['id']}/quadratura", token)
            self._resoconto.figure["mensilità pagate"] = prova["eseguite"]["numero"]
            if not prova["quadra"] or prova["doppie"]:
                violazioni.append(f"la quadratura non torna: {json.dumps(prova['controlli'])}")
        return violazioni

    def _imprevisto(self, testo: str) -> None:
        self._resoconto.violazioni.append(testo)

    async def casi(self) -> list[tuple[str, str]]:
        """Give the casi to sign, with the codice fiscale of who signs."""
        letti = await invarianti.leggi(
            self._giro,
            {"casi": ("presa_in_carico", "SELECT id, domanda_id FROM caso WHERE stato = 'APERTO' ORDER BY id")},
        )
        di = self.promesse.ricevute
        return [
            (str(riga["id"]), di[str(riga["domanda_id"])].richiedente.codice_fiscale)
            for riga in letti["casi"] if str(riga["domanda_id"]) in di
        ]  # fmt: skip


async def percorri(impianto: Impianto, opzioni: Opzioni, piano: Piano) -> Resoconto:
    """Run everything on empty databases and judge it."""
    inizio, resoconto = time.monotonic(), Resoconto(opzioni)
    repliche_mondo = -(-opzioni.domande // NUCLEI)
    nuclei = mondo_di(repliche_mondo).nuclei[: opzioni.domande]
    giro = await impianto.giro(repliche_mondo=repliche_mondo)
    piccoli = {"EROGAZIONI_DISPOSIZIONI_PER_FLUSSO": "20", "EROGAZIONI_POSIZIONI_PER_BLOCCO": "50"}
    async with (
        flotta(giro, REPLICHE, seme=opzioni.seme, difetti=opzioni.difetti, **piccoli) as processi,
        Clienti.di(processi) as clienti,
    ):
        corsa = Corsa(giro, processi, clienti, piano, resoconto)
        await corsa.fase(Fase.DOMANDE, nuclei, corsa.presenta)
        resoconto.violazioni += await invarianti.domande(giro, corsa.promesse)
        if opzioni.fino_a is not Fase.DOMANDE:
            giro.orologio.imposta(_PATTI)
            await corsa.fase(Fase.PATTI, await corsa.casi(), corsa.firma)
        if opzioni.fino_a is Fase.PAGAMENTI:
            giro.orologio.imposta(_PAGAMENTI)
            await corsa.fase(Fase.PAGAMENTI, [_MESE], corsa.paga)
            corsa.promesse.pagati = True
            resoconto.violazioni += await corsa.quadratura()
        await _giudica(giro, processi, clienti, corsa.promesse, resoconto)
    resoconto.durata_seconds = time.monotonic() - inizio
    _conserva(giro.cartella / "resoconto.txt", resoconto)
    return resoconto


async def _giudica(giro: Giro, processi: Flotta, clienti: Clienti, promesse: Promesse, resoconto: Resoconto) -> None:
    sandbox = processi.indirizzi.sandbox
    pagatore = (await clienti.http.get(f"{sandbox}/guasti/pagatore")).json()
    inviati = (await clienti.http.get(f"{sandbox}/guasti/avvisi")).json()
    resoconto.violazioni += await invarianti.messaggi(giro)
    resoconto.violazioni += await invarianti.denaro(giro, promesse, pagatore)
    resoconto.violazioni += await invarianti.avvisi(giro, promesse, inviati)
    resoconto.violazioni += clienti.imprevisti + processi.imprevisti
    resoconto.violazioni += [f"gestore interrotto: {nome}" for nome in processi.annullati()]
    resoconto.morti, resoconto.ripetute = dict(processi.morti), clienti.ripetute
    resoconto.figure |= {
        "domande": len(promesse.ricevute),
        "e-mail": len(inviati["email"]),
        "App IO": len(inviati["app_io"]),
    }


def _conserva(percorso: Path, resoconto: Resoconto) -> None:
    percorso.write_text(resoconto.in_testo() + "\n")
