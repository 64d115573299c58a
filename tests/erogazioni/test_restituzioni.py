# SPDX-License-Identifier: EUPL-1.2
"""Money that comes back after it was paid: the month is due again, the ledger says where the money is, nothing counts twice."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from itertools import permutations
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from deploy.sandbox.carte import Restituzione as InElenco
from deploy.sandbox.guasti import Guasto
from services.erogazioni.commands.apri_lotto import apri_lotto
from services.erogazioni.commands.manda_in_invio import manda_in_invio
from services.erogazioni.commands.registra_esiti import PaginaEsiti, registra_esiti
from services.erogazioni.commands.registra_restituzioni import Restituzione, registra_restituzioni
from services.erogazioni.commands.registra_risposta import registra_consegna
from services.erogazioni.domain import erogazione
from services.erogazioni.domain.erogazione import RigaEsito
from shared.contracts.erogazioni import ErogazioneEseguitaV1, ErogazioneRestituitaV1
from shared.db.session import Database
from shared.errors import UpstreamUnavailable
from tests.erogazioni.conftest import Poste
from tests.erogazioni.fatti import APRILE, IBAN, MARZO, aperte, cessata, erogazioni, pad, righe, spettanza
from tests.erogazioni.passi import ADESSO, apri, blocco, flussi, paga, prepara
from tests.erogazioni.test_invio import _avvia, _concludi, _richieste
from tests.support.servizio import ServizioInProva

_ALTRO_IBAN = "IT40S0542811101000000654321"
_ARRIVATO, _TORNATO = date(2026, 4, 16), date(2026, 5, 4)


def _restituita(riga: dict[str, Any], motivo: str = "CARTA_NON_RITIRATA") -> Restituzione:
    return Restituzione(str(riga["flusso_id"]), RigaEsito(str(riga["id"]), "RESTITUITO", motivo, _TORNATO))


async def _torna(database: Database, *restituite: Restituzione) -> None:
    async with database.transaction() as session:
        await registra_restituzioni(session, restituite, cursore=None, now=ADESSO)


async def _esito(database: Database, riga: dict[str, Any]) -> None:
    """The outcome of the file, as if it came now."""
    esito = RigaEsito(str(riga["id"]), "ESEGUITO", None, _ARRIVATO)
    async with database.transaction() as session:
        await registra_esiti(session, riga["flusso_id"], PaginaEsiti([esito], None, conclusa=False), now=ADESSO)


async def _rileggi(servizio: ServizioInProva) -> Sequence[Exception]:
    """Read the list of returns now, whenever it was to be read."""
    async with servizio.database.connection() as conn:
        await conn.execute("UPDATE lettura_restituzioni SET prossimo_il = clock_timestamp()")
    return await servizio.giro_job("ricevi_restituzioni")


async def _maggio(database: Database) -> None:
    """Prepare the lotto of the month after, when it has come."""
    async with database.transaction() as session:
        lotto = await apri_lotto(session, "ADI", MARZO + 2, now=ADESSO + timedelta(days=30))
    while await blocco(database, lotto.id):
        pass


async def _recuperi(database: Database) -> list[tuple[str, str, int]]:
    trovati = await righe(database, "SELECT mese, stato, importo_cent FROM partita_recupero ORDER BY mese")
    return [(r["mese"], r["stato"], r["importo_cent"]) for r in trovati]


class TestDalPagatore:
    async def test_is_paid_again_by_the_next_lotto_and_told_apart_in_the_proof(
        self, pagante: ServizioInProva, poste: Poste
    ) -> None:
        nucleo = poste.sandbox.mondo.storia("T3")
        chi, altri = uuid4(), await aperte(pagante, 3)
        codice = nucleo.richiedente.codice_fiscale
        await pagante.consegna(spettanza(chi, {MARZO: "480.00"}, codice_fiscale=codice), pad(chi))
        lotto_id = await _avvia(pagante)
        prima = await _concludi(pagante, lotto_id)
        sandbox = poste.sandbox.impostazioni.url_pubblico
        async with httpx.AsyncClient(base_url=sandbox) as http:
            detta = {"codice_fiscale": codice, "motivo": "CARTA_NON_RITIRATA", "mese": "2026-03"}
            risposta = await http.post("/sandbox/v1/restituzioni", json=detta)
            ripetuta = await http.post("/sandbox/v1/restituzioni", json=detta)

        await _rileggi(pagante)

        assert (risposta.status_code, ripetuta.status_code) == (201, 404)
        dopo = (await pagante.come("INPS").get(f"/v1/lotti/{lotto_id}/quadratura")).json()
        assert (prima["quadra"], dopo["quadra"], dopo["doppie"]) == (True, True, 0)
        assert [(d["motivo"], d["totale"]) for d in dopo["differenze"]] == [
            ("RESTITUITE", {"numero": 1, "importo": "480.00"})
        ]
        assert dopo["inviate"] == dopo["ricevute"] == {"numero": 4, "importo": "1920.00"}
        assert dopo["eseguite"] == {"numero": 3, "importo": "1440.00"}
        saldi = {s["conto"]: s["saldo"] for s in dopo["saldi"]}
        assert (saldi["EROGATO"], saldi["RESTITUITO"], dopo["somma_registro"]) == ("1440.00", "480.00", "0.00")
        (evento,) = await pagante.emessi(ErogazioneRestituitaV1)
        (prima_riga,) = await erogazioni(pagante.database, chi)
        assert (evento.domanda_id, evento.erogazione_id, evento.versione) == (chi, prima_riga["id"], 3)
        assert (evento.motivo, str(evento.importo), evento.restituita_il) == (
            "CARTA_NON_RITIRATA", "480.00", prima_riga["restituita_il"],
        )  # fmt: skip
        pagante.orologio.vai(pagante.orologio().replace(month=4))
        aprile = await _concludi(pagante, await _avvia(pagante, "2026-04"))
        assert (aprile["quadra"], aprile["eseguite"]["numero"]) == (True, 1 + len(altri))
        sue = await erogazioni(pagante.database, chi)
        assert [(e["mese"], e["progressivo"], e["stato"], e["sostituisce"]) for e in sue] == [
            ("2026-03", 1, "RESTITUITO", None),
            ("2026-03", 2, "ESEGUITO", prima_riga["id"]),
        ]
        assert poste.sandbox.carte.totali()[codice] == (1, Decimal("480.00"))

    async def test_is_read_page_by_page_and_only_once(
        self, pagante: ServizioInProva, poste: Poste, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("deploy.sandbox.carte_rotte.PAGINA", 2)
        await aperte(pagante, 5)
        await _concludi(pagante, await _avvia(pagante))
        carte = poste.sandbox.carte
        carte.restituisci(next(iter(carte.accrediti.values())).codice_fiscale, "CARTA_NON_RITIRATA")
        prima = _richieste(poste, "restituzioni")

        await _rileggi(pagante)
        lette = _richieste(poste, "restituzioni") - prima
        await _rileggi(pagante)
        async with pagante.database.connection() as conn:
            # As a database restored from a backup: the list is read again from the beginning.
            await conn.execute("UPDATE lettura_restituzioni SET cursore = NULL")
        await _rileggi(pagante)

        assert lette == 4
        assert {e["stato"] for e in await erogazioni(pagante.database)} == {"RESTITUITO"}
        assert len(await pagante.emessi(ErogazioneRestituitaV1)) == 5
        (riga,) = await righe(pagante.database, "SELECT cursore FROM lettura_restituzioni")
        assert riga["cursore"] == "5"

    async def test_waits_for_a_payer_that_does_not_answer(self, pagante: ServizioInProva, poste: Poste) -> None:
        await aperte(pagante, 1)
        await _concludi(pagante, await _avvia(pagante))
        carte = poste.sandbox.carte
        carte.restituisci(next(iter(carte.accrediti.values())).codice_fiscale, "CARTA_NON_RITIRATA")
        poste.sandbox.guasti.imposta("carte", Guasto("ERRORE", volte=1))

        errori = await _rileggi(pagante)
        (attesa,) = await righe(pagante.database, "SELECT tentativi FROM lettura_restituzioni")
        await _rileggi(pagante)

        assert [type(e) for e in errori] == [UpstreamUnavailable]
        assert attesa["tentativi"] == 1
        assert [e["stato"] for e in await erogazioni(pagante.database)] == ["RESTITUITO"]

    async def test_is_not_read_while_files_are_in_doubt(self, pagante: ServizioInProva, poste: Poste) -> None:
        await aperte(pagante, 1)
        await _concludi(pagante, await _avvia(pagante))
        async with pagante.database.connection() as conn:
            await conn.execute("INSERT INTO fermo_invii (aperto_il) VALUES (now())")
        prima = _richieste(poste, "restituzioni")

        await _rileggi(pagante)

        assert _richieste(poste, "restituzioni") == prima

    async def test_of_files_and_orders_that_nobody_knows_is_set_aside(
        self, pagante: ServizioInProva, poste: Poste
    ) -> None:
        await aperte(pagante, 1)
        await _concludi(pagante, await _avvia(pagante))
        (riga,) = await erogazioni(pagante.database)
        ignoto = str(uuid4())
        coppie = [("FILE-9", str(riga["id"])), (ignoto, "ID-9"), (str(riga["flusso_id"]), ignoto)]
        poste.sandbox.carte.restituzioni = {
            f"{flusso}/{id_}": InElenco(flusso, id_, "CONTO_CHIUSO", _TORNATO) for flusso, id_ in coppie
        }

        await _rileggi(pagante)

        trovati = await righe(pagante.database, "SELECT flusso_id, id_disposizione, causa FROM esito_in_quarantena")
        assert {(r["flusso_id"], r["id_disposizione"]) for r in trovati} == {
            (UUID(int=0), str(riga["id"])), (UUID(ignoto), "ID-9"), (riga["flusso_id"], ignoto),
        }  # fmt: skip
        assert {r["causa"] for r in trovati} == {"DISPOSIZIONE_SCONOSCIUTA"}
        assert [e["stato"] for e in await erogazioni(pagante.database)] == ["ESEGUITO"]


async def _finali(servizio: ServizioInProva, ordini: Sequence[Sequence[str]]) -> list[tuple[object, ...]]:
    """Pay a month to one domanda for each order of the outcomes; give all that is left of each."""
    domande = await aperte(servizio, len(ordini), {MARZO: "480.00"})
    for flusso_id in await flussi(servizio.database, await prepara(servizio.database, MARZO)):
        await _consegna(servizio.database, flusso_id)
    finali = []
    for domanda_id, ordine in zip(domande, ordini, strict=True):
        (riga,) = await erogazioni(servizio.database, domanda_id)
        for fatto in ordine:
            await (
                _esito(servizio.database, riga) if fatto == "ESEGUITO" else _torna(servizio.database, _restituita(riga))
            )
        finali.append(await _finale(servizio.database, domanda_id))
    return finali


async def _finale(database: Database, domanda_id: UUID) -> tuple[object, ...]:
    (riga,) = await erogazioni(database, domanda_id)
    movimenti = await righe(
        database,
        "SELECT causale, conto, importo_cent FROM movimento WHERE erogazione_id = $1 ORDER BY 1, 2, 3",
        riga["id"],
    )
    quarantena = await righe(
        database, "SELECT causa FROM esito_in_quarantena WHERE id_disposizione = $1", str(riga["id"])
    )
    campi = ("stato", "motivo", "data_valuta", "restituita_il", "version")
    return (*(riga[c] for c in campi), *(tuple(m.values()) for m in movimenti), len(quarantena))


async def _consegna(database: Database, flusso_id: UUID) -> None:
    async with database.transaction() as session:
        await manda_in_invio(session, flusso_id, now=ADESSO)
    async with database.transaction() as session:
        await registra_consegna(session, flusso_id, now=ADESSO)


class TestOrdine:
    async def test_of_execution_and_return_does_not_matter_nor_their_number(self, servizio: ServizioInProva) -> None:
        ordini = sorted(set(permutations(["ESEGUITO", "RESTITUITO", "ESEGUITO", "RESTITUITO"])))

        (finale, *altri) = await _finali(servizio, ordini)

        assert set(altri) == {finale}
        assert finale[:5] == ("RESTITUITO", "CARTA_NON_RITIRATA", _ARRIVATO, _TORNATO, 3)
        assert len(finale) == 5 + 6 + 1
        assert finale[-1] == 0
        # Announced once each; that money had arrived is not news after it came back.
        assert len(await servizio.emessi(ErogazioneRestituitaV1)) == len(ordini)
        assert len(await servizio.emessi(ErogazioneEseguitaV1)) == len([o for o in ordini if o[0] == "ESEGUITO"])

    async def test_would_matter_if_a_late_execution_were_a_contradiction(
        self, servizio: ServizioInProva, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(erogazione, "_tardivo", lambda *_: False)

        dritta, rovescia = await _finali(servizio, [["ESEGUITO", "RESTITUITO"], ["RESTITUITO", "ESEGUITO"]])

        assert dritta != rovescia

    async def test_of_a_lotto_already_open_is_left_alone(self, servizio: ServizioInProva) -> None:
        domanda_id, _ = await aperte(servizio, 2)
        await paga(servizio.database, await prepara(servizio.database, MARZO))
        (marzo,) = [e for e in await erogazioni(servizio.database, domanda_id) if e["mese"] == "2026-03"]
        aprile = await apri(servizio.database, APRILE)

        await _torna(servizio.database, _restituita(marzo))
        while await blocco(servizio.database, aprile, quante=1):
            pass

        sue = await erogazioni(servizio.database, domanda_id)
        assert [(e["mese"], e["stato"]) for e in sue] == [("2026-03", "RESTITUITO"), ("2026-04", "DA_INVIARE")]
        await _maggio(servizio.database)
        assert [e["progressivo"] for e in await erogazioni(servizio.database, domanda_id)] == [1, 2, 1]


class TestRecupero:
    async def test_is_closed_by_the_return_of_a_month_that_was_not_due(self, servizio: ServizioInProva) -> None:
        (domanda_id,) = await aperte(servizio, 1)
        await paga(servizio.database, await prepara(servizio.database, MARZO))
        await servizio.consegna(cessata(domanda_id, dal=MARZO))
        aperti = await _recuperi(servizio.database)
        (riga,) = await erogazioni(servizio.database)

        await _torna(servizio.database, _restituita(riga))
        await _torna(servizio.database, _restituita(riga))

        assert aperti == [("2026-03", "APERTA", 48_000)]
        assert await _recuperi(servizio.database) == [("2026-03", "CHIUSA", 0)]
        await prepara(servizio.database, APRILE)
        assert len(await erogazioni(servizio.database)) == 1

    async def test_does_not_begin_for_a_month_that_came_back_before(self, servizio: ServizioInProva) -> None:
        (domanda_id,) = await aperte(servizio, 1)
        await paga(servizio.database, await prepara(servizio.database, MARZO))
        (riga,) = await erogazioni(servizio.database)
        await _torna(servizio.database, _restituita(riga))

        await servizio.consegna(cessata(domanda_id, dal=MARZO))

        assert await _recuperi(servizio.database) == []


class TestStrumento:
    async def _pagato(self, servizio: ServizioInProva) -> tuple[UUID, dict[str, Any]]:
        domanda_id = uuid4()
        await servizio.consegna(spettanza(domanda_id, iban=IBAN), pad(domanda_id))
        await paga(servizio.database, await prepara(servizio.database, MARZO))
        (riga,) = await erogazioni(servizio.database)
        return domanda_id, riga

    async def test_lost_for_good_stops_the_payments_until_there_is_another(self, servizio: ServizioInProva) -> None:
        domanda_id, riga = await self._pagato(servizio)

        await _torna(servizio.database, _restituita(riga, "CONTO_CHIUSO"))
        lotto_id = await prepara(servizio.database, APRILE)

        (posizione,) = await righe(servizio.database, "SELECT stato, strumento_respinto FROM posizione")
        assert posizione == {"stato": "IN_ATTESA", "strumento_respinto": True}
        (lotto,) = await righe(servizio.database, "SELECT disposte, in_attesa FROM lotto WHERE id = $1", lotto_id)
        assert lotto == {"disposte": 0, "in_attesa": 2}
        await servizio.consegna(spettanza(domanda_id, iban=IBAN, versione=2))
        assert (await righe(servizio.database, "SELECT stato FROM posizione")) == [{"stato": "IN_ATTESA"}]
        await servizio.consegna(spettanza(domanda_id, iban=_ALTRO_IBAN, versione=4))
        assert (await righe(servizio.database, "SELECT stato FROM posizione")) == [{"stato": "APERTA"}]
        await _maggio(servizio.database)
        assert [(e["mese"], e["progressivo"]) for e in await erogazioni(servizio.database)] == [
            ("2026-03", 1), ("2026-03", 2), ("2026-04", 1),
        ]  # fmt: skip

    async def test_lost_before_a_file_leaves_takes_its_order_out(self, servizio: ServizioInProva) -> None:
        _, riga = await self._pagato(servizio)
        aprile = await prepara(servizio.database, APRILE)

        await _torna(servizio.database, _restituita(riga, "CONTO_CHIUSO"))
        await paga(servizio.database, aprile)

        sue = await erogazioni(servizio.database)
        assert [(e["mese"], e["stato"], e["motivo"]) for e in sue] == [
            ("2026-03", "RESTITUITO", "CONTO_CHIUSO"), ("2026-04", "ANNULLATO", "STRUMENTO"),
        ]  # fmt: skip

    async def test_changed_before_the_return_is_paid_at_once(self, servizio: ServizioInProva) -> None:
        domanda_id, riga = await self._pagato(servizio)
        await servizio.consegna(spettanza(domanda_id, iban=_ALTRO_IBAN, versione=2))

        await _torna(servizio.database, _restituita(riga, "CONTO_CHIUSO"))
        await prepara(servizio.database, APRILE)

        assert [(e["mese"], e["progressivo"]) for e in await erogazioni(servizio.database)] == [
            ("2026-03", 1), ("2026-03", 2), ("2026-04", 1),
        ]  # fmt: skip

    async def test_that_may_work_next_time_is_tried_again(self, servizio: ServizioInProva) -> None:
        _, riga = await self._pagato(servizio)

        await _torna(servizio.database, _restituita(riga, "CARTA_NON_RITIRATA"))
        await prepara(servizio.database, APRILE)

        assert [(e["mese"], e["progressivo"]) for e in await erogazioni(servizio.database)] == [
            ("2026-03", 1), ("2026-03", 2), ("2026-04", 1),
        ]  # fmt: skip
