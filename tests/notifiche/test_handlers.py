# SPDX-License-Identifier: EUPL-1.2
"""Facts that arrive in any order, any number of times: one notice each."""

import itertools
import random
from collections.abc import Sequence
from uuid import UUID

import pytest

from shared.contracts.evento import Evento
from shared.kernel.identita import nuovo_id
from tests.conftest import CreaServizio
from tests.notifiche import fatti
from tests.support.servizio import ServizioInProva
from tests.support.token import CITTADINA

_STATO = """
SELECT domanda_id, avviso, fatto, versione_fatto, stato, comune, ente, richiedente FROM notifica ORDER BY avviso, id
"""


@pytest.fixture
async def servizio(crea_servizio: CreaServizio) -> ServizioInProva:
    """The service, with no channel."""
    return await crea_servizio("notifiche")


def _vita(domanda_id: UUID) -> list[Evento]:
    """Make everything that can happen to one domanda."""
    return [
        fatti.presentata(domanda_id),
        fatti.in_evidenza(domanda_id, versione=2),
        fatti.integrata(domanda_id, versione=3),
        fatti.accolta(domanda_id, versione=4),
        fatti.pad(domanda_id),
        fatti.sospesa(domanda_id),
        fatti.ripresa(domanda_id),
        fatti.pagata(domanda_id),
        fatti.scartata(domanda_id),
        fatti.restituita(domanda_id),
        fatti.cessata(domanda_id, versione=7),
    ]


async def _stati(servizio: ServizioInProva) -> dict[str, str]:
    async with servizio.database.connection() as conn:
        return {riga["avviso"]: riga["stato"] for riga in await conn.fetch(_STATO)}


async def _foto(servizio: ServizioInProva) -> list[tuple[object, ...]]:
    async with servizio.database.connection() as conn:
        return [tuple(riga) for riga in await conn.fetch(_STATO)]


class TestUnFattoUnaNotifica:
    async def test_makes_one_notice_per_fact_whatever_the_deliveries(self, servizio: ServizioInProva) -> None:
        eventi = _vita(nuovo_id())

        await servizio.consegna(*eventi, *eventi)
        await servizio.consegna(*[servizio.messaggio(e) for e in eventi])

        assert len(await _foto(servizio)) == len(eventi)

    @pytest.mark.parametrize("seme", range(6))
    async def test_ends_in_the_same_state_in_any_order(self, servizio: ServizioInProva, seme: int) -> None:
        domanda_id = UUID(int=7)
        eventi = _vita(domanda_id)
        random.Random(seme).shuffle(eventi)

        for evento in itertools.chain(eventi, eventi[:4]):
            await servizio.consegna(evento)

        assert await _stati(servizio) == dict.fromkeys(
            (
                "DOMANDA_RICEVUTA", "DOMANDA_INTEGRATA", "DOMANDA_ACCOLTA", "PAD_SOTTOSCRITTO", "SOSPENSIONE_REVOCATA",
                "EROGAZIONE_ESEGUITA", "EROGAZIONE_SCARTATA", "EROGAZIONE_RESTITUITA", "DOMANDA_CESSATA",
            ),
            "DA_INVIARE",
        ) | dict.fromkeys(("DOMANDA_IN_EVIDENZA", "SOSPENSIONE_DISPOSTA"), "SUPERATA")  # fmt: skip

    @pytest.mark.parametrize(
        "fabbrica", [fatti.accolta, fatti.respinta, fatti.in_evidenza, fatti.cessata, fatti.pagata, fatti.restituita]
    )
    async def test_does_not_repeat_a_notice_for_a_newer_version_of_the_same_fact(
        self, servizio: ServizioInProva, fabbrica: object
    ) -> None:
        domanda_id = nuovo_id()
        assert callable(fabbrica)

        await servizio.consegna(fatti.presentata(domanda_id), fabbrica(domanda_id, versione=8))
        await servizio.consegna(fabbrica(domanda_id, versione=9))
        await servizio.consegna(fabbrica(domanda_id, versione=3))

        righe = [riga for riga in await _foto(servizio) if riga[1] != "DOMANDA_RICEVUTA"]
        assert [riga[3] for riga in righe] == [9]

    async def test_tells_two_different_requests_to_complete_apart(self, servizio: ServizioInProva) -> None:
        domanda_id = nuovo_id()
        seconda = fatti.in_evidenza(domanda_id, versione=4).model_copy(update={"codici": ("ADI-R09",)})

        await servizio.consegna(
            fatti.presentata(domanda_id), fatti.in_evidenza(domanda_id), fatti.integrata(domanda_id)
        )
        await servizio.consegna(seconda)

        stati = [(riga[3], riga[4]) for riga in await _foto(servizio) if riga[1] == "DOMANDA_IN_EVIDENZA"]
        assert sorted(stati) == [(2, "SUPERATA"), (4, "DA_INVIARE")]


class TestRecapiti:
    async def test_makes_a_fact_wait_for_the_recapiti(self, servizio: ServizioInProva) -> None:
        domanda_id = nuovo_id()

        await servizio.consegna(fatti.accolta(domanda_id))
        prima = await _stati(servizio)
        await servizio.consegna(fatti.presentata(domanda_id))

        assert prima == {"DOMANDA_ACCOLTA": "IN_ATTESA_RECAPITI"}
        assert (await _stati(servizio))["DOMANDA_ACCOLTA"] == "DA_INVIARE"

    async def test_gives_the_notice_the_visibility_of_its_domanda(self, servizio: ServizioInProva) -> None:
        domanda_id = nuovo_id()

        await servizio.consegna(fatti.pagata(domanda_id), fatti.presentata(domanda_id, comune="L719", ente="PAT-GAMMA"))

        impronta = servizio.database.cifrario.impronta(CITTADINA)
        assert {riga[5:] for riga in await _foto(servizio)} == {("L719", "PAT-GAMMA", impronta)}

    async def test_keeps_nothing_readable_at_rest(self, servizio: ServizioInProva) -> None:
        domanda_id = nuovo_id()

        await servizio.consegna(fatti.presentata(domanda_id), fatti.respinta(domanda_id))

        async with servizio.database.connection() as conn:
            tabelle: Sequence[str] = ("destinatario", "notifica")
            righe = [str(dict(r)) for t in tabelle for r in await conn.fetch(f"SELECT * FROM {t}")]
        assert not [parola for parola in ("ROSSI", CITTADINA, "maria@", "12.345") for r in righe if parola in r]
