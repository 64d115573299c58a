# SPDX-License-Identifier: EUPL-1.2
"""What people do in a run: they present, sign, renounce, pay, and come back when nobody answers."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, TypeVar
from uuid import UUID

import asyncpg
import orjson
from starlette.responses import Response

from deploy.demo.modulo import modulo_di
from deploy.sandbox.modello import Nucleo
from services.domande.api.domande import create_domanda, create_rinuncia
from services.domande.schemas.modulo import DomandaIn
from services.domande.schemas.risposte import RinunciaIn
from services.erogazioni.api.lotti import create_lotto, show_quadratura
from services.erogazioni.schemas import LottoIn
from services.presa_in_carico.api import create_pad, create_registrazione_siisl
from services.presa_in_carico.schemas import PadIn, RegistrazioneSiislIn
from shared.db.session import CONNESSIONE_PERSA
from shared.errors import InclusioneError
from shared.kernel.calendario import giorno_legale
from shared.kernel.codice_fiscale import CodiceFiscale
from shared.kernel.mese import Mese
from shared.web.contesto import Contesto, Ingresso, Risorse
from shared.web.enti import Ruolo
from shared.web.permessi import permesso
from shared.web.token import Chiamante
from tests.guasti.invarianti import Promesse
from tests.guasti.quiete import mancano
from tests.simulazione.mondo import Mondo, NessunaRisposta
from tests.support.token import ENTI

T = TypeVar("T")
PRESENTAZIONI = datetime(2025, 3, 3, 8, tzinfo=UTC)
_PATTI = datetime(2025, 3, 10, 8, tzinfo=UTC)
# One minute before April in Rome: who renounces before midnight is not owed the month that is about to be paid.
_PAGAMENTI = datetime(2025, 3, 31, 21, 59, tzinfo=UTC)
_MESE = Mese(2025, 4)
_PERSE = 0.10
_PASSEGGERI = (*CONNESSIONE_PERSA, asyncpg.LockNotAvailableError, asyncpg.TransactionRollbackError)
# Longer than any wait that the services choose by themselves.
_FERMO_SECONDS = 1500.0
# Faults go on this long after the last act of a phase; then they stop, and everything must come to rest.
_GUASTI_SECONDS = 90.0


@dataclass
class Storia:
    """The acts of the people of one seed."""

    mondo: Mondo
    nuclei: Sequence[Nucleo]
    rinuncia: frozenset[str]
    promesse: Promesse = field(default_factory=lambda: Promesse({}))
    violazioni: list[str] = field(default_factory=list)
    # When each renounced domanda was told that it is closed.
    rinunciate_il: dict[str, datetime] = field(default_factory=dict)

    async def percorri(self) -> None:
        """Live through everything, from the presentation to the payment."""
        await self.mondo.avvia_tutti()
        await self._fase(None, [self._presenta(n) for n in self.nuclei])
        await self._fase(_PATTI, [self._firma(*caso) for caso in await self._casi()])
        await self._fase(_PAGAMENTI, [self._paga("uno"), self._paga("due"), self._torna()], ultima=True)
        self.promesse.pagati = True
        await self._quadra()

    async def _fase(self, istante: datetime | None, atti: Sequence[Awaitable[None]], *, ultima: bool = False) -> None:
        mondo, dado = self.mondo, self.mondo.dado
        if istante is not None:
            mondo.orologio.salta_a(istante)
        mondo.riarma()
        entro = (40.0, 75.0) if ultima else (0.0, 120.0)
        rinunce = [self._rinuncia(d, fra=dado.uniform(*entro)) for d, n in self.promesse.ricevute.items()
                   if n.nome in self.rinuncia and (ultima or dado.random() < 0.5)]  # fmt: skip
        await asyncio.gather(*atti, *rinunce)
        await asyncio.sleep(dado.uniform(0, _GUASTI_SECONDS))
        mondo.guasti = False
        await self._quiete(avvisi=ultima)

    async def _quiete(self, *, avvisi: bool) -> None:
        """INV9: when the faults stop, the system becomes quiet; what does not move for so long never will."""
        mondo = self.mondo
        fermo_da, pausa, prima = mondo.ciclo.adesso, 20.0, {"": 0}
        while aperti := await self._aperti(avvisi=avvisi):
            if aperti != prima:
                fermo_da, prima = mondo.ciclo.adesso, aperti
            if mondo.ciclo.adesso - fermo_da > _FERMO_SECONDS:
                self.violazioni.append(f"INV9: dopo {_FERMO_SECONDS:.0f} s senza guasti restano {aperti}")
                return
            await asyncio.sleep(pausa)
            pausa = min(pausa * 1.5, 120.0)

    async def _aperti(self, *, avvisi: bool) -> dict[str, int]:
        aperti = await mancano(self.mondo.archivi, avvisi=avvisi)
        if restituzioni := self.mondo.esterni.stato.carte.restituzioni:
            righe = await self.mondo.archivi.righe("erogazioni", "SELECT id FROM erogazione WHERE stato = 'RESTITUITO'")
            if da_leggere := set(restituzioni) - {str(r["id"]) for r in righe}:
                aperti = {**aperti, "restituzioni": len(da_leggere)}
        return aperti if aperti or not self.mondo.broker.in_viaggio else {"messaggi": self.mondo.broker.in_viaggio}

    # The acts, each repeated with the same key until somebody answers.

    async def _presenta(self, nucleo: Nucleo) -> None:
        dado = self.mondo.dado
        await asyncio.sleep(dado.uniform(0, 20))
        modulo, chiave = DomandaIn.model_validate_json(orjson.dumps(modulo_di(nucleo))), f"presenta-{nucleo.numero:05d}"
        caf = Chiamante(Ruolo.CAF, ENTI.per_codice("CAF-ALFA"), "caf", "", "")

        async def presenta(risorse: Risorse) -> Response:
            return await create_domanda(_ingresso(risorse, "create_domanda", caf), chiave, modulo)

        volte = 2 if dado.random() < 0.15 else 1
        risposte = await asyncio.gather(*(self._insisti("domande", presenta) for _ in range(volte)))
        if len({bytes(r.body) for r in risposte}) > 1 or risposte[0].status_code != 201:
            self.violazioni.append(f"INV2: {nucleo.nome} ha ricevute diverse per la stessa chiave")
        domanda_id = orjson.loads(risposte[0].body)["id"]
        self.promesse.ricevute[domanda_id] = nucleo
        if nucleo.nome in self.rinuncia and dado.random() < 0.5:
            if decisa := dado.random() < 0.8:
                await self._decisa(domanda_id)
            await self._rinuncia(domanda_id, fra=dado.uniform(0, 0.5 if decisa else 5))

    async def _decisa(self, domanda_id: str) -> None:
        """Wait, not for ever, until the domanda has its decision: the act that follows will be on its heels."""
        for _ in range(1200):
            righe = await self.mondo.archivi.righe("domande", f"SELECT stato FROM domanda WHERE id = '{domanda_id}'")
            if righe[0]["stato"] != "ACQUISITA":
                return
            await asyncio.sleep(0.5)

    async def _rinuncia(self, domanda_id: str, *, fra: float) -> None:
        """Renounce, unless it is done already or there is nothing left to renounce."""
        if domanda_id in self.promesse.rinunciate:
            return
        await asyncio.sleep(fra)
        nucleo = self.promesse.ricevute[domanda_id]
        chiave = f"rinuncia-{nucleo.numero:05d}-{self.mondo.orologio():%m}"

        async def rinuncia(risorse: Risorse) -> Response:
            async with _contesto(risorse, "create_rinuncia", _cittadino(nucleo)) as ctx:
                return await create_rinuncia(ctx, UUID(domanda_id), chiave, RinunciaIn())

        try:
            await self._insisti("domande", rinuncia)
        except InclusioneError as errore:
            if errore.tipo != "domanda-chiusa":
                raise
            return
        self.promesse.rinunciate.add(domanda_id)
        self.rinunciate_il[domanda_id] = self.mondo.orologio()

    async def _firma(self, caso_id: UUID, domanda_id: str) -> None:
        nucleo, giorno = self.promesse.ricevute[domanda_id], giorno_legale(self.mondo.orologio())
        await asyncio.sleep(self.mondo.dado.uniform(0, 60))
        pad = PadIn(sottoscritto_il=giorno, recapiti_confermati=True, consenso_trasmissione_dati=True,
                    impegno_primo_incontro=True)  # fmt: skip

        async def registra(risorse: Risorse) -> Response:
            async with _contesto(risorse, "create_registrazione_siisl", _cittadino(nucleo)) as ctx:
                return await create_registrazione_siisl(ctx, caso_id, f"siisl-{caso_id}", RegistrazioneSiislIn())

        async def sottoscrivi(risorse: Risorse) -> Response:
            async with _contesto(risorse, "create_pad", _cittadino(nucleo)) as ctx:
                return await create_pad(ctx, caso_id, f"pad-{caso_id}", pad)

        try:
            for atto in (registra, sottoscrivi):
                await self._insisti("presa_in_carico", atto)
        except InclusioneError:
            if nucleo.nome not in self.rinuncia:  # the caso may have been closed in the meantime
                raise

    async def _paga(self, chi: str) -> None:
        """Start the run of the month: two schedulers do."""
        await asyncio.sleep(self.mondo.dado.uniform(61, 90))
        inps = Chiamante(Ruolo.INPS, ENTI.per_codice("INPS"), f"op-{chi}", "", "")

        async def avvia(risorse: Risorse) -> Response:
            async with _contesto(risorse, "create_lotto", inps) as ctx:
                return await create_lotto(ctx, LottoIn(misura="ADI", mese=_MESE), f"lotto-{chi}-{_MESE}")

        await self._insisti("erogazioni", avvia)

    async def _torna(self) -> None:
        """Give money back, in some runs: the payer may do it before it has said that it had paid."""
        dado, carte = self.mondo.dado, self.mondo.esterni.stato.carte
        if not self.mondo.piano.perdite or dado.random() < 0.3:
            return
        for _ in range(600):
            if carte.accrediti:
                break
            await asyncio.sleep(0.5)
        await asyncio.sleep(dado.uniform(0, 20))
        motivo = dado.choice(("CARTA_NON_RITIRATA", "CONTO_CHIUSO"))
        for codice in sorted({a.codice_fiscale for a in carte.accrediti.values()}):
            if dado.random() < 0.7 and carte.restituisci(codice, motivo):
                self.promesse.restituiti.add(codice)

    async def _quadra(self) -> None:
        inps = Chiamante(Ruolo.INPS, ENTI.per_codice("INPS"), "op-conti", "", "")
        for riga in await self.mondo.archivi.righe("erogazioni", "SELECT id FROM lotto"):

            async def prova(risorse: Risorse, lotto_id: UUID = riga["id"]) -> Any:
                async with _contesto(risorse, "show_quadratura", inps) as ctx:
                    return await show_quadratura(ctx, lotto_id)

            quadratura = await self._insisti("erogazioni", prova)
            if not quadratura.quadra or quadratura.doppie:
                self.violazioni.append(f"la quadratura non torna: {quadratura.model_dump_json()[:600]}")

    async def _insisti(self, servizio: str, fai: Callable[[Risorse], Awaitable[T]]) -> T:
        """Ask until an answer arrives; some requests never do, nor some answers."""
        mondo = self.mondo
        while True:
            persa = mondo.dado.random() if mondo.guasti and mondo.piano.perdite else 1.0
            try:
                if persa > _PERSE / 2:
                    risposta = await mondo.chiedi(servizio, fai)
                    if persa > _PERSE:
                        return risposta
            except NessunaRisposta:
                pass
            except InclusioneError as errore:
                if errore.status not in (429, 503) and errore.tipo != "richiesta-in-corso":
                    raise
            except _PASSEGGERI:  # what shared/web/problemi.py answers 503 or 409 to
                pass
            await asyncio.sleep(mondo.dado.uniform(0.2, 2.0))

    async def _casi(self) -> list[tuple[UUID, str]]:
        righe = await self.mondo.archivi.righe(
            "presa_in_carico", "SELECT id, domanda_id FROM caso WHERE stato = 'APERTO' ORDER BY domanda_id"
        )
        return [(r["id"], str(r["domanda_id"])) for r in righe if str(r["domanda_id"]) in self.promesse.ricevute]


def _ingresso(risorse: Risorse, operazione: str, chi: Chiamante) -> Ingresso:
    return Ingresso(permesso(risorse.matrice, operazione, chi), risorse.orologio(), risorse)


class _contesto:  # noqa: N801 - read as a verb
    """The transaction of a request, as shared/web/contesto.py opens it."""

    def __init__(self, risorse: Risorse, operazione: str, chi: Chiamante) -> None:
        self._ingresso = _ingresso(risorse, operazione, chi)
        self._transazione = risorse.database.transaction()

    async def __aenter__(self) -> Contesto:
        return Contesto(await self._transazione.__aenter__(), self._ingresso)

    async def __aexit__(self, *errore: object) -> None:
        await self._transazione.__aexit__(*errore)  # type: ignore[arg-type]


def _cittadino(nucleo: Nucleo) -> Chiamante:
    codice = CodiceFiscale(nucleo.richiedente.codice_fiscale)
    return Chiamante(Ruolo.CITTADINO, None, f"cittadino-{nucleo.numero}", "", "", codice_fiscale=codice)
