# SPDX-License-Identifier: EUPL-1.2
"""Access to the ISEE system: indicators and nucleo for an accredited client with its purpose, nothing for others."""

from pathlib import Path
from uuid import uuid4

import pytest
from joserfc.jwk import RSAKey

from shared.contracts.verifiche_anagrafiche import FattoIsee, VerificaConclusaV1
from tests.conftest import CreaServizio
from tests.support.orologio import OrologioDiProva
from tests.support.servizio import ServizioInProva
from tests.verifiche_anagrafiche.casi import ISTANTE, fatti_di, presentata, storia
from tests.verifiche_anagrafiche.conftest import Registri

NUCLEO = storia("omocodia-figlio")


async def interroga(crea: CreaServizio, orologio: OrologioDiProva, impostazioni: dict[str, object]) -> ServizioInProva:
    """Let the service ask every registry once about a nucleo."""
    orologio.vai(ISTANTE)
    # A slow machine must not look like a registry that does not answer.
    servizio = await crea("verifiche_anagrafiche", **impostazioni | {"registri_timeout_seconds": 30})
    await servizio.consegna(presentata(NUCLEO))
    await servizio.giro_job()
    return servizio


async def stato_isee(servizio: ServizioInProva) -> tuple[str, str | None]:
    async with servizio.database.connection() as conn:
        riga = await conn.fetchrow("SELECT stato, classe FROM interrogazione WHERE controllo = 'ISEE'")
    assert riga is not None
    return riga["stato"], riga["classe"]


class TestAccesso:
    @pytest.mark.regola("S002-02", "S002-08")
    async def test_gives_indicators_and_nucleo_to_the_accredited_client(
        self, crea_servizio: CreaServizio, registri: Registri, orologio: OrologioDiProva
    ) -> None:
        servizio = await interroga(crea_servizio, orologio, registri.impostazioni)

        (conclusa,) = await servizio.emessi(VerificaConclusaV1)
        isee = next(f for f in fatti_di(conclusa) if isinstance(f, FattoIsee))
        assert NUCLEO.dsu is not None
        assert (isee.isee, isee.reddito_familiare) == (NUCLEO.dsu.isee, NUCLEO.dsu.reddito)
        assert registri.chiamate("isee") > 0
        assert {c.codice_fiscale for c in isee.componenti} == {p.codice_fiscale for p in NUCLEO.persone}

    @pytest.mark.regola("S002-08")
    async def test_is_refused_to_a_key_that_nobody_accredited(
        self, crea_servizio: CreaServizio, registri: Registri, orologio: OrologioDiProva, tmp_path: Path
    ) -> None:
        ignota = tmp_path / "ignota.pem"
        ignota.write_bytes(RSAKey.generate_key(2048).as_pem(private=True))

        servizio = await interroga(crea_servizio, orologio, registri.impostazioni | {"pdnd_chiave_file": ignota})

        assert (await stato_isee(servizio))[0] != "RISPOSTA"
        assert await servizio.emessi(VerificaConclusaV1) == []
        assert registri.chiamate("isee") == 0

    @pytest.mark.regola("S002-09")
    async def test_is_refused_without_a_request_granted_for_the_isee(
        self, crea_servizio: CreaServizio, registri: Registri, orologio: OrologioDiProva
    ) -> None:
        finalita = registri.impostazioni["pdnd_finalita"]
        isee = next(nome for nome in finalita if "isee" in nome)

        servizio = await interroga(
            crea_servizio, orologio, registri.impostazioni | {"pdnd_finalita": finalita | {isee: str(uuid4())}}
        )

        altri = await _risposte(servizio)
        assert (await stato_isee(servizio))[0] != "RISPOSTA"
        assert registri.chiamate("isee") == 0
        assert altri > 0
        assert await servizio.emessi(VerificaConclusaV1) == []


async def _risposte(servizio: ServizioInProva) -> int:
    async with servizio.database.connection() as conn:
        return int(await conn.fetchval("SELECT count(*) FROM interrogazione WHERE stato = 'RISPOSTA'"))
