# SPDX-License-Identifier: EUPL-1.2
"""Decisions recomputed from what was kept: the same bytes, or the first place where they differ."""

import asyncio
import os
import sys
from base64 import b64encode
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from io import StringIO
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from deploy.locale.decisioni import ridecidi_domanda, ridecidi_tutte
from services.domande import store
from services.domande.commands.ridecidi import ridecidi
from services.domande.domain.canonico import NonCanonico, canonico, impronta, prima_differenza
from services.domande.schemas import archivio
from shared.errors import NotFound
from shared.misure import misura as modulo_misura
from shared.misure.archivio import rileggi, scrivi
from shared.misure.catalogo import get_misura
from shared.misure.parametri import ParametriNonValidi, leggi
from tests.conftest import CreaServizio
from tests.domande.casi import conclusa, fatti, presenta
from tests.support.archivi import CHIAVE_ARCHIVIO, CHIAVE_EVENTI
from tests.support.servizio import ServizioInProva

PRESENTATA = datetime(2025, 3, 3, 9, tzinfo=UTC)


@pytest.fixture
async def domande(crea_servizio: CreaServizio) -> ServizioInProva:
    servizio = await crea_servizio("domande")
    servizio.orologio.vai(PRESENTATA)
    return servizio


@pytest.fixture
async def decisa(domande: ServizioInProva) -> UUID:
    domanda = UUID((await presenta(domande.come("CAF-ALFA"))).json()["id"])
    await domande.consegna(conclusa(domanda))
    return domanda


@pytest.fixture
def ambiente(domande: ServizioInProva, monkeypatch: pytest.MonkeyPatch) -> Console:
    monkeypatch.setitem(os.environ, "DOMANDE_DATABASE_URL", domande.database.url)
    monkeypatch.setitem(os.environ, "DOMANDE_CHIAVE", b64encode(CHIAVE_ARCHIVIO).decode())
    monkeypatch.setitem(os.environ, "EVENTI_CHIAVE", b64encode(CHIAVE_EVENTI).decode())
    return Console(record=True, width=200, file=StringIO())


async def manometti(domande: ServizioInProva, domanda: UUID, prima: bytes, dopo: bytes) -> None:
    """Rewrite the kept dossier and seal it again, as an insider would."""
    async with domande.database.transaction() as session:
        (decisione,) = await store.decisioni(session, domanda)
        falso = replace(decisione, dossier=decisione.dossier.replace(prima, dopo))
        cifrato = session.cifrario.cifra(falso.dossier)
        await session.execute(
            "UPDATE decisione SET dossier = $2, impronta = $3 WHERE domanda_id = $1",
            domanda,
            cifrato,
            impronta(falso.dossier),
        )


class TestRidecidi:
    @pytest.mark.parametrize(
        "verificati",
        [
            fatti(),
            fatti(isee=Decimal("10140.01"), reddito=Decimal("30000.00")),
            fatti(difformita=("PatrimoniMobiliari",)),
        ],
        ids=["accolta", "respinta", "in evidenza"],
    )
    async def test_gives_the_same_bytes(self, domande: ServizioInProva, verificati: object) -> None:
        domanda = UUID((await presenta(domande.come("CAF-ALFA"))).json()["id"])
        await domande.consegna(conclusa(domanda, verificati))  # type: ignore[arg-type]

        async with domande.database.transaction() as session:
            confronti = await ridecidi(session, domanda)

        assert [c.differenza for c in confronti] == [None]

    async def test_gives_the_same_bytes_for_a_term_that_ran_out(self, domande: ServizioInProva) -> None:
        domanda = UUID((await presenta(domande.come("CAF-ALFA"))).json()["id"])
        await domande.consegna(conclusa(domanda, fatti(difformita=("PatrimoniMobiliari",))))
        domande.orologio.vai(datetime(2025, 5, 2, 22, 1, tzinfo=UTC))
        await domande.giro_job()

        async with domande.database.transaction() as session:
            confronti = await ridecidi(session, domanda)

        assert [c.identica for c in confronti] == [True, True]

    async def test_says_where_a_rewritten_dossier_differs(self, domande: ServizioInProva, decisa: UUID) -> None:
        await manometti(domande, decisa, b'"importo":"801.25"', b'"importo":"901.25"')

        async with domande.database.transaction() as session:
            (confronto,) = await ridecidi(session, decisa)

        assert confronto.differenza == "/importo/importo"

    async def test_notices_a_dossier_that_does_not_match_its_hash(self, domande: ServizioInProva, decisa: UUID) -> None:
        async with domande.database.transaction() as session:
            await session.execute("UPDATE decisione SET impronta = repeat('0', 64) WHERE domanda_id = $1", decisa)
            (confronto,) = await ridecidi(session, decisa)

        assert not confronto.identica

    async def test_uses_the_parametri_of_then(
        self, domande: ServizioInProva, decisa: UUID, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        misura = get_misura("ADI")
        altri = scrivi(misura.parametri).replace("valore = 10140.00", "valore = 1.00")
        monkeypatch.setattr(modulo_misura, "carica", lambda _nome: leggi("adi", altri))
        async with domande.database.transaction() as session:
            (confronto,) = await ridecidi(session, decisa)

        assert get_misura("ADI").parametri.valore("isee_max", al=date(2025, 3, 3)) == Decimal("1.00")
        assert confronto.differenza is None

    async def test_needs_a_decision(self, domande: ServizioInProva) -> None:
        async with domande.database.transaction() as session:
            with pytest.raises(NotFound):
                await ridecidi(session, uuid4())


class TestComando:
    async def test_leaves_with_zero_when_all_is_identical(
        self, domande: ServizioInProva, decisa: UUID, ambiente: Console
    ) -> None:
        assert await ridecidi_domanda(decisa, ambiente) == 0
        assert await ridecidi_tutte(ambiente) == 0
        testo = ambiente.export_text()
        assert "identica" in testo
        assert "Decisioni rifatte: 1, identiche: 1, diverse: 0" in testo

    async def test_leaves_with_one_and_the_place_when_something_differs(
        self, domande: ServizioInProva, decisa: UUID, ambiente: Console
    ) -> None:
        await manometti(domande, decisa, b'"scala":"1.15"', b'"scala":"1.25"')

        assert await ridecidi_tutte(ambiente) == 1
        assert "/importo/scala" in ambiente.export_text()

    async def test_runs_as_the_program_that_people_call(
        self, domande: ServizioInProva, decisa: UUID, ambiente: Console
    ) -> None:
        comando = (sys.executable, "-m", "deploy.locale.cli", "ridecidi", str(decisa))

        processo = await asyncio.create_subprocess_exec(*comando, stdout=asyncio.subprocess.PIPE)
        uscita, _ = await asyncio.wait_for(processo.communicate(), 60)

        assert processo.returncode == 0
        assert "identica" in uscita.decode()


class TestIngresso:
    async def test_comes_back_from_the_archive_as_it_was(self, domande: ServizioInProva, decisa: UUID) -> None:
        async with domande.database.transaction() as session:
            (decisione,) = await store.decisioni(session, decisa)

        assert decisione.ingresso is not None
        assert archivio.leggi(archivio.scrivi(decisione.ingresso)) == decisione.ingresso


class TestParametriArchiviati:
    def test_are_read_back_with_the_same_version(self) -> None:
        parametri = get_misura("ADI").parametri

        riletti = rileggi("adi", scrivi(parametri), versione=parametri.versione)

        assert {n: riletti.storia(n) for n in riletti.nomi} == {n: parametri.storia(n) for n in parametri.nomi}

    def test_are_refused_when_touched(self) -> None:
        parametri = get_misura("ADI").parametri
        toccati = scrivi(parametri).replace("10140.00", "10140.01")

        with pytest.raises(ParametriNonValidi):
            rileggi("adi", toccati, versione=parametri.versione)


class TestCanonico:
    def test_sorts_keys_and_leaves_no_space(self) -> None:
        assert canonico({"b": [1, "è"], "a": None}) == '{"a":null,"b":[1,"è"]}'.encode()

    @pytest.mark.parametrize("valore", [1.5, {"à": 1}, {1: 2}, 2**53, (1,), Decimal(1)])
    def test_refuses_what_could_be_written_in_two_ways(self, valore: object) -> None:
        with pytest.raises(NonCanonico):
            canonico({"x": valore} if not isinstance(valore, dict) else valore)

    @given(st.dictionaries(st.text("abc", min_size=1), st.text('è\n"\\a') | st.integers(-9, 9) | st.none(), max_size=5))
    def test_does_not_depend_on_the_order_of_the_keys(self, contenuto: dict[str, object]) -> None:
        assert canonico(dict(reversed(contenuto.items()))) == canonico(contenuto)

    def test_points_at_the_first_difference(self) -> None:
        prima = {"a": [{"x": 1}, {"x": 2}], "b": 3}

        assert prima_differenza(prima, {"a": [{"x": 1}, {"x": 9}], "b": 4}) == "/a/1/x"
        assert prima_differenza(prima, {"a": [{"x": 1}], "b": 3}) == "/a/1"
        assert prima_differenza(prima, {"a": [{"x": 1}, {"x": 2}], "b": 3}) is None
