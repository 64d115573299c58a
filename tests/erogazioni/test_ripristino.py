# SPDX-License-Identifier: EUPL-1.2
"""The payments database restored to before a file was sent: nothing leaves until the payer has been asked, then all goes on."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from structlog.testing import capture_logs

from deploy.locale.postgres import Server
from shared.db.session import Database
from tests.conftest import CreaServizio
from tests.erogazioni.conftest import Poste
from tests.erogazioni.fatti import aperte, righe
from tests.support.archivi import crea_archivio
from tests.support.attese import entro
from tests.support.servizio import ServizioInProva

_PASSI = ("aperto", "preparato", "a meta")


@dataclass
class Copia:
    """A backup of the database of this worker."""

    server: Server
    nome: str

    async def scatta(self, database: Database) -> None:
        """Copy the database: nobody may be connected to it."""
        await database.close()
        self.server.esegui(f"CREATE DATABASE {self.nome}_copia TEMPLATE {self.nome}")
        await database.open()

    async def ripristina(self, database: Database) -> None:
        """Put the copy back in the place of the database."""
        await database.close()
        self.server.esegui(f"DROP DATABASE {self.nome} WITH (FORCE)")
        self.server.esegui(f"ALTER DATABASE {self.nome}_copia RENAME TO {self.nome}")
        await database.open()

    def getta(self) -> None:
        """Leave nothing behind."""
        self.server.esegui(f"DROP DATABASE IF EXISTS {self.nome}_copia WITH (FORCE)")


@pytest.fixture
async def copia(server_postgres: Server) -> AsyncIterator[Copia]:
    """Backups of the database of `erogazioni`."""
    copia = Copia(server_postgres, crea_archivio("erogazioni").partition("?")[0].rpartition("/")[2])
    copia.getta()
    yield copia
    copia.getta()


@pytest.fixture
def cartella(tmp_path: Path) -> Path:
    """Where the journal is."""
    return tmp_path / "invii"


async def _crea(crea_servizio: CreaServizio, poste: Poste, cartella: Path | None) -> ServizioInProva:
    return await crea_servizio(
        "erogazioni", **poste.impostazioni, disposizioni_per_flusso=3, posizioni_per_blocco=4, invii_cartella=cartella
    )


async def _perde_la_memoria(servizio: ServizioInProva, copia: Copia, quando: str) -> str:
    """Run a lotto, and restore the database as it was at one of the steps before the files left; give the lotto."""
    await aperte(servizio, 10)
    risposta = await servizio.come("INPS").post(
        "/v1/lotti", json={"misura": "ADI", "mese": "2026-03"}, headers={"Idempotency-Key": f"lotto-{uuid4()}"}
    )
    lotto_id = str(risposta.json()["id"])
    if quando == "a meta":
        (job,) = servizio._lavori("prepara_lotto")
        async with servizio.database.transaction() as session:
            (preso,) = await job.prendi(session, servizio.orologio(), 1)
        await job.esegui(preso, servizio.orologio())
    elif quando == "preparato":
        await servizio.giro_job("prepara_lotto")
    await copia.scatta(servizio.database)
    await servizio.giro_job("prepara_lotto")
    await servizio.giro_job("invia_flussi")
    await copia.ripristina(servizio.database)
    return lotto_id


def _invii(poste: Poste) -> int:
    return sum(v.operazione == "flusso" for v in poste.sandbox.giornale.leggi(sistema="carte", limite=1000))


async def _concludi(servizio: ServizioInProva, lotto_id: str) -> dict[str, Any]:
    async def concluso() -> bool:
        await servizio.giro_job()
        return str((await servizio.come("INPS").get(f"/v1/lotti/{lotto_id}")).json()["stato"]) == "CONCLUSO"

    await entro(20, concluso)
    prova: dict[str, Any] = (await servizio.come("INPS").get(f"/v1/lotti/{lotto_id}/quadratura")).json()
    return prova


class TestArchivioDiIeri:
    @pytest.mark.parametrize("quando", _PASSI)
    async def test_sends_nothing_until_the_payer_has_been_asked_then_goes_on_to_the_cent(
        self, crea_servizio: CreaServizio, poste: Poste, copia: Copia, cartella: Path, quando: str
    ) -> None:
        servizio = await _crea(crea_servizio, poste, cartella)
        lotto_id = await _perde_la_memoria(servizio, copia, quando)
        partiti = _invii(poste)

        with capture_logs() as voci:
            await servizio.giro_job("invia_flussi")
            await servizio.giro_job("prepara_lotto")

        assert partiti == 4
        assert _invii(poste) == partiti
        assert {v["flussi"] for v in voci if v["event"] == "invii_fermi"} == {4}
        assert "inclusione_invii_fermi 4.0" in (await servizio.client.get("/metrics")).text
        assert len(await righe(servizio.database, "SELECT 1 FROM fermo_invii WHERE chiuso_il IS NULL")) == 1

        prova = await _concludi(servizio, lotto_id)

        assert _invii(poste) == partiti
        assert len(poste.sandbox.carte.accrediti) == 10
        assert (prova["quadra"], prova["eseguite"]) == (True, {"numero": 10, "importo": "4800.00"})
        (fermo,) = await righe(servizio.database, "SELECT * FROM fermo_invii")
        assert (fermo["ritrovati"], fermo["mai_arrivati"], fermo["chiuso_il"] is None) == (4, 0, False)
        assert "inclusione_invii_fermi 0.0" in (await servizio.client.get("/metrics")).text

    async def test_sends_what_the_payer_says_it_has_never_had(
        self, crea_servizio: CreaServizio, poste: Poste, copia: Copia, cartella: Path
    ) -> None:
        servizio = await _crea(crea_servizio, poste, cartella)
        lotto_id = await _perde_la_memoria(servizio, copia, "preparato")
        poste.sandbox.carte.azzera()

        prova = await _concludi(servizio, lotto_id)

        assert (prova["quadra"], len(poste.sandbox.carte.accrediti)) == (True, 10)
        (fermo,) = await righe(servizio.database, "SELECT * FROM fermo_invii")
        assert (fermo["ritrovati"], fermo["mai_arrivati"]) == (0, 4)

    async def test_would_send_again_without_the_journal(
        self, crea_servizio: CreaServizio, poste: Poste, copia: Copia
    ) -> None:
        servizio = await _crea(crea_servizio, poste, None)
        await _perde_la_memoria(servizio, copia, "preparato")
        partiti = _invii(poste)

        await servizio.giro_job("invia_flussi")

        assert _invii(poste) > partiti

    async def test_does_not_stop_a_service_whose_database_remembers(
        self, crea_servizio: CreaServizio, poste: Poste, cartella: Path
    ) -> None:
        servizio = await _crea(crea_servizio, poste, cartella)
        await aperte(servizio, 4)
        risposta = await servizio.come("INPS").post(
            "/v1/lotti", json={"misura": "ADI", "mese": "2026-03"}, headers={"Idempotency-Key": "lotto-2026-03"}
        )

        prova = await _concludi(servizio, risposta.json()["id"])

        assert prova["quadra"] is True
        assert not await righe(servizio.database, "SELECT 1 FROM fermo_invii")
