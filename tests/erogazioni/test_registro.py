# SPDX-License-Identifier: EUPL-1.2
"""The ledger machine: whatever happens, in any order, INV3, INV4 and INV5 hold after every step, on the real database."""

import asyncio
import os
from collections import defaultdict
from collections.abc import Awaitable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any, TypeVar
from uuid import UUID

import asyncpg
import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from services.erogazioni.commands.apri_lotto import apri_lotto
from services.erogazioni.commands.manda_in_invio import manda_in_invio
from services.erogazioni.commands.prepara_blocco import prepara_blocco
from services.erogazioni.commands.registra_esiti import PaginaEsiti, registra_esiti
from services.erogazioni.commands.registra_restituzioni import Restituzione, registra_restituzioni
from services.erogazioni.commands.registra_risposta import registra_consegna, registra_incertezza, registra_rifiuto
from services.erogazioni.domain.erogazione import PASSAGGI, RigaEsito, StatoErogazione
from services.erogazioni.domain.libro import Causale, causali_attese
from services.erogazioni.handlers import handlers
from services.erogazioni.queries.quadratura import get_quadratura
from shared.contracts.evento import Evento
from shared.db.session import Database, Session
from shared.kernel.identita import id_deterministico
from shared.kernel.mese import mesi_da
from tests.erogazioni.fatti import GENNAIO, cessata, pad, revocata, righe, sospesa, spettanza
from tests.support.archivi import apri_archivio, crea_archivio, svuota

T = TypeVar("T")
_NOW = datetime(2026, 12, 15, 9, 0, tzinfo=UTC)
_DOMANDE, _MESI = 3, 6
# Larger in the long run: `make soak`.
_ESEMPI, _PASSI = int(os.environ.get("REGISTRO_ESEMPI", "40")), int(os.environ.get("REGISTRO_PASSI", "40"))
_chi = st.integers(0, _DOMANDE - 1)
_quale_mese = st.integers(0, _MESI - 1)
_USCITI = {StatoErogazione.IN_INVIO, StatoErogazione.INCERTO, StatoErogazione.ESEGUITO}


@dataclass
class _Nota:
    """What the test itself knows of a domanda."""

    id: UUID
    versione: int = 0
    spettanza: int = 0
    importi: dict[int, int] = field(default_factory=dict)
    cessata: int | None = None
    sospensioni: list[UUID] = field(default_factory=list)

    def prossima(self) -> int:
        self.versione += 1
        return self.versione


class Registro(RuleBasedStateMachine):
    """Facts arrive, lotti are prepared, files leave, the payer answers as it likes."""

    def __init__(self) -> None:
        super().__init__()
        # Not a Runner: it looks at the signal handlers, which belong to pytest.
        self.ciclo = asyncio.new_event_loop()
        self.note = [_Nota(id_deterministico("prova", n)) for n in range(_DOMANDE)]
        self.visti: dict[UUID, StatoErogazione] = {}
        self.flussi: set[str] = set()
        self.lotti = 0

    def fai(self, lavoro: Awaitable[T]) -> T:
        async def aspetta() -> T:
            return await lavoro

        return self.ciclo.run_until_complete(aspetta())

    @initialize()
    def apri(self) -> None:
        url = crea_archivio("erogazioni")
        self.fai(svuota(url))
        self.database: Database = self.fai(apri_archivio(url, connessioni=2))
        for chi in range(_DOMANDE - 1):
            self.determina(chi, [2] * _MESI, vecchia=False)
            self.firma(chi)

    def teardown(self) -> None:
        if hasattr(self, "database"):
            self.fai(self.database.close())
        self.ciclo.close()

    async def _comando(self, comando: Any, *parti: Any, **altre: Any) -> Any:
        async with self.database.transaction() as session:
            return await comando(session, *parti, **altre)

    async def _arriva(self, evento: Evento) -> None:
        async with self.database.transaction() as session:
            await handlers.applica(session, evento.tipo, [evento, evento], now=_NOW)

    async def _primo_flusso(self, stati: set[str], sorte: int) -> UUID | None:
        trovati = await righe(self.database, "SELECT id FROM flusso WHERE stato = ANY($1) ORDER BY id", list(stati))
        return trovati[sorte % len(trovati)]["id"] if trovati else None

    # Facts

    @rule(chi=_chi, importi=st.lists(st.integers(1, 3), min_size=_MESI, max_size=_MESI), vecchia=st.booleans())
    def determina(self, chi: int, importi: list[int], vecchia: bool) -> None:
        nota = self.note[chi]
        nuovi = {n: 10_000 * importo for n, importo in enumerate(importi)}
        # A version that is not newer must change nothing, whatever it says.
        if not (vecchia and nota.importi):
            nota.importi, nota.spettanza = nuovi, nota.prossima()
        testo = {GENNAIO + n: f"{cent // 100}.00" for n, cent in nuovi.items()}
        self.fai(self._arriva(spettanza(nota.id, testo, versione=nota.spettanza, decorre_dal=GENNAIO)))

    @rule(chi=_chi)
    def firma(self, chi: int) -> None:
        self.fai(self._arriva(pad(self.note[chi].id, versione=self.note[chi].prossima())))

    @rule(chi=_chi, mese=_quale_mese)
    def sospende(self, chi: int, mese: int) -> None:
        nota = self.note[chi]
        versione = nota.prossima()
        nuova = id_deterministico(nota.id, versione)
        nota.sospensioni.append(nuova)
        self.fai(self._arriva(sospesa(nota.id, nuova, dal=GENNAIO + mese, versione=versione)))

    @rule(chi=_chi)
    def revoca(self, chi: int) -> None:
        nota = self.note[chi]
        for sospensione_id in nota.sospensioni:
            self.fai(self._arriva(revocata(nota.id, sospensione_id, versione=nota.prossima())))

    @rule(chi=_chi, mese=_quale_mese)
    def cessa(self, chi: int, mese: int) -> None:
        nota = self.note[chi]
        nota.cessata = mese
        self.fai(self._arriva(cessata(nota.id, dal=GENNAIO + mese, versione=nota.prossima())))

    # The run

    @precondition(lambda self: self.lotti < _MESI)
    @rule()
    def avvia(self) -> None:
        self.lotti += 1

        async def lavoro() -> None:
            lotto = await self._comando(apri_lotto, "ADI", GENNAIO + (self.lotti - 1), now=_NOW)
            while await self._comando(prepara_blocco, lotto.id, quante=2, per_flusso=2, now=_NOW):
                pass

        self.fai(lavoro())

    @precondition(lambda self: "DA_INVIARE" in self.flussi)
    @rule(sorte=st.integers(0, 9))
    def parte(self, sorte: int) -> None:
        async def lavoro() -> None:
            if flusso_id := await self._primo_flusso({"DA_INVIARE"}, sorte):
                await self._comando(manda_in_invio, flusso_id, now=_NOW)

        self.fai(lavoro())

    @precondition(lambda self: self.flussi & {"IN_INVIO", "INCERTO"})
    @rule(sorte=st.integers(0, 9), risposta=st.sampled_from(["CONSEGNATO", "CONSEGNATO", "SILENZIO", "RIFIUTO"]))
    def risponde(self, sorte: int, risposta: str) -> None:
        async def lavoro() -> None:
            if flusso_id := await self._primo_flusso({"IN_INVIO", "INCERTO"}, sorte):
                match risposta:
                    case "CONSEGNATO":
                        await self._comando(registra_consegna, flusso_id, now=_NOW)
                    case "SILENZIO":
                        await self._comando(registra_incertezza, flusso_id)
                    case _:
                        await self._comando(registra_rifiuto, flusso_id, "FLUSSO_RIFIUTATO_422", now=_NOW)

        self.fai(lavoro())

    @precondition(lambda self: "INVIATO" in self.flussi)
    @rule(
        sorte=st.integers(0, 9),
        scarti=st.lists(st.booleans(), min_size=2, max_size=2),
        posti=st.lists(st.integers(0, 1), max_size=5),
    )
    def esita(self, sorte: int, scarti: list[bool], posti: list[int]) -> None:
        async def lavoro() -> None:
            flusso_id = await self._primo_flusso({"INVIATO"}, sorte)
            if flusso_id is None:
                return
            sue = await righe(self.database, "SELECT id FROM erogazione WHERE flusso_id = $1 ORDER BY id", flusso_id)
            esiti = [
                RigaEsito(str(r["id"]), "SCARTATO", "CARTA_BLOCCATA")
                if scarto
                else RigaEsito(str(r["id"]), "ESEGUITO", None, date(2026, 12, 16))
                for r, scarto in zip(sue, scarti, strict=False)
            ]
            arrivati = [esiti[posto % len(esiti)] for posto in posti]
            await self._comando(registra_esiti, flusso_id, PaginaEsiti(arrivati, None, conclusa=True), now=_NOW)

        self.fai(lavoro())

    @precondition(lambda self: self.flussi & {"INVIATO", "CONCLUSO", "IN_INVIO", "INCERTO"})
    @rule(
        sorte=st.integers(0, 99),
        posti=st.lists(st.integers(0, 9), min_size=1, max_size=4),
        motivo=st.sampled_from(["CARTA_NON_RITIRATA", "CONTO_CHIUSO"]),
    )
    def restituisce(self, sorte: int, posti: list[int], motivo: str) -> None:
        """The payer gives back what it has, days later or before it has said that it had paid; also twice."""

        async def lavoro() -> None:
            partite = await righe(
                self.database,
                "SELECT id, flusso_id FROM erogazione WHERE stato IN ('IN_INVIO', 'INCERTO', 'ESEGUITO', 'RESTITUITO') ORDER BY id",
            )
            scelte = [partite[(sorte + posto) % len(partite)] for posto in posti if partite]
            restituite = [
                Restituzione(str(r["flusso_id"]), RigaEsito(str(r["id"]), "RESTITUITO", motivo, date(2026, 12, 20)))
                for r in scelte
            ]
            await self._comando(registra_restituzioni, restituite, cursore=None, now=_NOW)

        self.fai(lavoro())

    @precondition(lambda self: "DA_INVIARE" in self.flussi)
    @rule()
    def paga(self) -> None:
        """A good day: all that is ready leaves and is executed."""
        while "DA_INVIARE" in self.flussi:
            self.parte(0)
            self.fai(self._controlla())
        while self.flussi & {"IN_INVIO", "INCERTO"}:
            self.risponde(0, "CONSEGNATO")
            self.fai(self._controlla())
        while "INVIATO" in self.flussi:
            self.esita(0, [False, False], [0, 1])
            self.fai(self._controlla())

    # What must always hold

    @invariant()
    def regge(self) -> None:
        if hasattr(self, "database"):
            self.fai(self._controlla())

    async def _controlla(self) -> None:
        ordini = await righe(
            self.database, "SELECT e.*, p.domanda_id FROM erogazione e JOIN posizione p ON p.id = e.posizione_id"
        )
        movimenti = await righe(self.database, "SELECT * FROM movimento")
        self.flussi = {r["stato"] for r in await righe(self.database, "SELECT DISTINCT stato FROM flusso")}
        partite = await righe(
            self.database, "SELECT r.*, p.domanda_id FROM partita_recupero r JOIN posizione p ON p.id = r.posizione_id"
        )
        self._inv3(ordini)
        self._inv4(ordini, movimenti)
        self._inv5(ordini, partite)
        await self._quadrature()

    def _inv3(self, ordini: list[dict[str, Any]]) -> None:
        chiavi = [(o["posizione_id"], o["mese"], o["componente"], o["progressivo"]) for o in ordini]
        assert len(set(chiavi)) == len(chiavi)
        for o in ordini:
            stato, prima = StatoErogazione(o["stato"]), self.visti.get(o["id"], StatoErogazione.DA_INVIARE)
            assert stato is prima or stato in _raggiungibili(prima), f"{prima} -> {stato}"
            self.visti[o["id"]] = stato

    def _inv4(self, ordini: list[dict[str, Any]], movimenti: list[dict[str, Any]]) -> None:
        somme: dict[tuple[UUID, str], int] = defaultdict(int)
        causali: dict[UUID, set[Causale]] = defaultdict(set)
        for m in movimenti:
            somme[m["erogazione_id"], m["causale"]] += m["importo_cent"]
            causali[m["erogazione_id"]].add(Causale(m["causale"]))
        assert not any(somme.values())
        assert {o["id"]: causali_attese(StatoErogazione(o["stato"])) for o in ordini} == dict(causali)

    def _inv5(self, ordini: list[dict[str, Any]], partite: list[dict[str, Any]]) -> None:
        """The sums to recover are exactly what has left beyond what the facts say is due."""
        note = {nota.id: nota for nota in self.note}
        mesi = {str(m): n for n, m in enumerate(mesi_da(GENNAIO, _MESI))}
        usciti: dict[tuple[UUID, str], int] = defaultdict(int)
        for o in ordini:
            if StatoErogazione(o["stato"]) in _USCITI:
                usciti[o["domanda_id"], o["mese"]] += o["importo_cent"]
        attese = {}
        for (domanda_id, mese), uscito in usciti.items():
            nota, n = note[domanda_id], mesi[mese]
            dovuto = 0 if nota.cessata is not None and n >= nota.cessata else nota.importi[n]
            if uscito > dovuto:
                attese[domanda_id, mese] = uscito - dovuto
        aperte = {(p["domanda_id"], p["mese"]): p["importo_cent"] for p in partite if p["stato"] == "APERTA"}
        assert aperte == attese

    async def _quadrature(self) -> None:
        for lotto in await righe(self.database, "SELECT id, stato FROM lotto"):
            async with self.database.transaction() as session:
                prova = await get_quadratura(session, lotto["id"])
            controlli = {c.controllo: c.quadra for c in prova.controlli}
            assert (prova.somma_registro, prova.doppie) == ("0.00", 0)
            assert controlli["DECISO_DISPOSTO"]
            assert controlli["REGISTRO"]
            conclusa = lotto["stato"] == "CONCLUSO"
            # Returns may say the last outcome before the file is read to its end: it closes at the next look.
            anzitempo = not conclusa and "RESTITUITE" in {d.motivo for d in prova.differenze}
            assert all(controlli.values()) is conclusa or anzitempo
            assert prova.quadra is (conclusa and prova.esiti_in_quarantena == 0)


def _raggiungibili(stato: StatoErogazione) -> set[StatoErogazione]:
    """States that can be reached forward, in more than one step: a rule may take several."""
    trovati: set[StatoErogazione] = set()
    da_vedere = set(PASSAGGI[stato])
    while da_vedere:
        trovati |= da_vedere
        da_vedere = {s for visto in da_vedere for s in PASSAGGI[visto]} - trovati
    return trovati


class TestRegistro:
    @pytest.mark.timeout(120 + _ESEMPI * _PASSI // 20)
    def test_keeps_its_invariants_in_any_sequence_of_facts_and_answers(self) -> None:
        limiti = settings(
            max_examples=_ESEMPI, stateful_step_count=_PASSI, deadline=None, derandomize=True, print_blob=True,
            suppress_health_check=list(HealthCheck), phases=[Phase.generate],
        )  # fmt: skip

        run_state_machine_as_test(Registro, settings=limiti)


class TestMovimento:
    async def test_refuses_an_operation_that_does_not_sum_to_zero(self, database: Any) -> None:
        archivio = await database("erogazioni")

        async def sbilancia(session: Session) -> None:
            await session.execute(
                "INSERT INTO movimento SELECT gen_random_uuid(), i, 'DISPOSTA', c, v, i, now() FROM (VALUES "
                "('6f0a3f5e-1c55-5d0e-9f0c-2a0c5d1e7b01'::uuid, 'EROGATO', 5), "
                "('6f0a3f5e-1c55-5d0e-9f0c-2a0c5d1e7b01'::uuid, 'SCARTATO', -4)) AS r (i, c, v)"
            )

        with pytest.raises(asyncpg.CheckViolationError):
            async with archivio.transaction() as session:
                await sbilancia(session)

    @pytest.mark.parametrize(
        "istruzione", ["DELETE FROM movimento", "UPDATE movimento SET importo_cent = 0", "TRUNCATE movimento"]
    )
    async def test_only_grows(self, database: Any, istruzione: str) -> None:
        archivio = await database("erogazioni")

        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            async with archivio.transaction() as session:
                await session.execute(istruzione)
