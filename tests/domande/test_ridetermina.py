# SPDX-License-Identifier: EUPL-1.2
"""Bulk re-determination: seen first, then written and announced only where something changes, from where it stopped."""

import json
import os
from base64 import b64encode
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from io import StringIO
from pathlib import Path
from uuid import UUID

import pytest
from rich.console import Console
from stdnum.it import codicefiscale

from deploy.locale.rideterminazione import Scelte, ridetermina_in_blocco
from services.domande import store
from services.domande.commands.cerca_riesami import cerca_riesami
from services.domande.commands.ridetermina import Ricalcolo, esegui_blocco, prova_blocco
from services.domande.domain.variazione import Effetto, Riepilogo, Variazione
from shared.contracts.domande import SpettanzaDeterminataV1
from shared.contracts.verifiche_anagrafiche import FattiVerificati
from shared.kernel.mese import Mese
from shared.misure.archivio import scrivi
from shared.misure.catalogo import get_misura
from shared.misure.parametri import Parametri, leggi
from tests.conftest import CreaServizio
from tests.domande.casi import GIULIA, conclusa, fatti, modulo, pad, presenta
from tests.support.archivi import CHIAVE_ARCHIVIO, CHIAVE_EVENTI
from tests.support.servizio import ServizioInProva

PRESENTATA = datetime(2025, 3, 3, 9, tzinfo=UTC)
ORA = datetime(2025, 9, 1, 9, tzinfo=UTC)
APRILE, LUGLIO = Mese(2025, 4), Mese(2025, 7)
# Month by month from April 2025 to January 2026.
MESI = 10
TESTO = scrivi(get_misura("ADI").parametri)


def con(prima: str, dopo: str) -> Parametri:
    """Give the parametri with a value changed."""
    assert prima in TESTO
    return leggi("adi", TESTO.replace(prima, dopo))


@pytest.fixture
async def domande(crea_servizio: CreaServizio) -> ServizioInProva:
    servizio = await crea_servizio("domande")
    servizio.orologio.vai(PRESENTATA)
    return servizio


@pytest.fixture
async def nuclei(domande: ServizioInProva) -> list[UUID]:
    """Two domande accolte with the PAD signed, of two families that differ in the reddito."""
    ids = []
    for sigla, reddito in (("MRCGLI", "1500.00"), ("BNCGLI", "7000.00")):
        codice = f"{sigla}{GIULIA[6:15]}"
        codice += codicefiscale.calc_check_digit(codice)
        corpo = json.loads(json.dumps(modulo()).replace(GIULIA, codice))
        domanda = UUID((await presenta(domande.come("CAF-ALFA"), corpo)).json()["id"])
        verificati = fatti(reddito=Decimal(reddito)).model_dump_json().replace(GIULIA, codice)
        await domande.consegna(conclusa(domanda, FattiVerificati.model_validate_json(verificati)), pad(domanda))
        ids.append(domanda)
    await domande.ritira()
    return ids


async def prova(domande: ServizioInProva, ricalcolo: Ricalcolo, *, quante: int = 1) -> Riepilogo:
    riepilogo, dopo, altri = Riepilogo(), None, True
    while altri:
        async with domande.database.transaction() as session:
            blocco = await prova_blocco(session, ricalcolo, dopo=dopo, quante=quante)
        riepilogo.aggiungi(blocco.variazioni)
        dopo, altri = blocco.ultima, blocco.ultima is not None
    return riepilogo


async def esegui(domande: ServizioInProva, ricalcolo: Ricalcolo, *, blocchi: int = 9, quante: int = 1) -> int:
    cambiate = 0
    for _ in range(blocchi):
        async with domande.database.transaction() as session:
            blocco = await esegui_blocco(session, ricalcolo, quante=quante, now=ORA)
        cambiate += blocco.cambiate
        if blocco.ultima is None:
            break
    return cambiate


async def importi(domande: ServizioInProva, domanda: UUID) -> dict[Mese, Decimal]:
    async with domande.database.transaction() as session:
        return {m.mese: m.importo for m in await store.spettanze(session, domanda)}


class TestProva:
    async def test_changes_nothing_with_the_same_parametri(self, domande: ServizioInProva, nuclei: list[UUID]) -> None:
        riepilogo = await prova(domande, Ricalcolo.di("ADI", Mese(2025, 1)))

        assert riepilogo.effetti[Effetto.RESTA] == len(nuclei)
        assert riepilogo.totale.differenza == 0
        assert len(riepilogo.mesi) == MESI

    async def test_counts_who_gains_and_what_each_month_costs_from_the_day_of_the_change(
        self, domande: ServizioInProva, nuclei: list[UUID]
    ) -> None:
        # From July the threshold goes from 6.500 to 7.100: 600 x 1,15 / 12 = 57,50 EUR a month for each nucleo.
        parametri = con(
            'valore = 6500.00\nfonte = "D.L. 48/2023, art. 3, c. 1, come modificato dalla L. 207/2024, art. 1, c. 198-199"\n',
            'valore = 6500.00\nfonte = "D.L. 48/2023, art. 3, c. 1, come modificato dalla L. 207/2024, art. 1, c. 198-199"\n\n'
            '[[quota_a_soglia]]\ndal = 2025-07-01\nvalore = 7100.00\nfonte = "prova"\n',
        )

        riepilogo = await prova(domande, Ricalcolo("ADI", APRILE, parametri))

        assert riepilogo.effetti[Effetto.GUADAGNA] == len(nuclei)
        assert riepilogo.mesi[Mese(2025, 6)].differenza == 0
        assert riepilogo.mesi[LUGLIO].differenza == Decimal("57.50") * len(nuclei)

    async def test_shows_who_exits_when_a_threshold_falls(self, domande: ServizioInProva, nuclei: list[UUID]) -> None:
        parametri = leggi("adi", TESTO.replace("valore = 10140.00", "valore = 3999.99"))

        riepilogo = await prova(domande, Ricalcolo("ADI", LUGLIO, parametri))

        assert riepilogo.effetti[Effetto.ESCE] == len(nuclei)
        assert riepilogo.totale.dopo == 0

    async def test_writes_nothing(self, domande: ServizioInProva, nuclei: list[UUID]) -> None:
        prima = await importi(domande, nuclei[0])

        await prova(domande, Ricalcolo("ADI", APRILE, con("valore = 6500.00", "valore = 6000.00")))

        assert await importi(domande, nuclei[0]) == prima
        assert await domande.emessi() == []


class TestEsegui:
    async def test_announces_only_the_months_and_nuclei_that_change(
        self, domande: ServizioInProva, nuclei: list[UUID]
    ) -> None:
        prima = await importi(domande, nuclei[0])
        ricalcolo = Ricalcolo("ADI", LUGLIO, con("valore = 6500.00", "valore = 6000.00"))

        cambiate = await esegui(domande, ricalcolo)

        eventi = await domande.emessi(SpettanzaDeterminataV1)
        dopo = await importi(domande, nuclei[0])
        assert cambiate == len(eventi) == len(nuclei)
        # 500 x 1,15 / 12 = 47,92 EUR a month less; the months before July stay as they were.
        assert {m: prima[m] - dopo[m] for m in prima} == {
            m: Decimal("47.92") if m >= LUGLIO else Decimal("0.00") for m in prima
        }
        assert {m.mese: m.importo for m in eventi[0].mesi} == await importi(domande, eventi[0].domanda_id)

    async def test_done_again_changes_nothing(self, domande: ServizioInProva, nuclei: list[UUID]) -> None:
        ricalcolo = Ricalcolo("ADI", LUGLIO, con("valore = 6500.00", "valore = 6000.00"))
        await esegui(domande, ricalcolo)
        await domande.ritira()

        assert await esegui(domande, ricalcolo) == 0
        assert await domande.emessi() == []

    async def test_goes_on_from_where_it_stopped(self, domande: ServizioInProva, nuclei: list[UUID]) -> None:
        ricalcolo = Ricalcolo("ADI", LUGLIO, con("valore = 6500.00", "valore = 6000.00"))
        await esegui(domande, ricalcolo, blocchi=1)
        fatti_prima = {e.domanda_id for e in await domande.ritira(SpettanzaDeterminataV1)}

        await esegui(domande, ricalcolo)

        fatti_dopo = {e.domanda_id for e in await domande.emessi(SpettanzaDeterminataV1)}
        assert len(fatti_prima) == 1
        assert fatti_prima | fatti_dopo == set(nuclei)
        assert not fatti_prima & fatti_dopo
        async with domande.database.connection() as conn:
            (corsa,) = await conn.fetch("SELECT esaminate, cambiate, conclusa_il FROM rideterminazione")
        assert (corsa["esaminate"], corsa["cambiate"]) == (len(nuclei), len(nuclei))
        assert corsa["conclusa_il"] == ORA

    async def test_follows_facts_that_changed(self, domande: ServizioInProva, nuclei: list[UUID]) -> None:
        async with domande.database.transaction() as session:
            decisione = (await store.decisioni(session, nuclei[0]))[0]
            nuova = con_reddito(decisione, Decimal("7000.00"))
            await store.salva_decisioni(session, [nuova])

        cambiate = await esegui(domande, Ricalcolo.di("ADI", LUGLIO))

        assert cambiate == 1
        assert (await importi(domande, nuclei[0]))[LUGLIO] < Decimal("801.25")

    async def test_leaves_out_the_months_after_an_ending(self, domande: ServizioInProva, nuclei: list[UUID]) -> None:
        domande.orologio.vai(datetime(2025, 8, 20, 9, tzinfo=UTC))
        await domande.come("CAF-ALFA").post(
            f"/v1/domande/{nuclei[0]}/rinuncia", json={}, headers={"Idempotency-Key": "rinuncia-1"}
        )

        riepilogo = await prova(domande, Ricalcolo("ADI", LUGLIO, con("valore = 6500.00", "valore = 6000.00")))

        assert riepilogo.mesi[Mese(2025, 9)].differenza == riepilogo.mesi[Mese(2025, 10)].differenza
        assert riepilogo.mesi[Mese(2025, 8)].differenza < riepilogo.mesi[Mese(2025, 9)].differenza <= 0


def con_reddito(decisione: store.Decisione, reddito: Decimal) -> store.Decisione:
    """Decide again on another reddito, as new checks would."""
    assert decisione.ingresso is not None
    assert decisione.ingresso.fatti.isee is not None
    isee = tuple(replace(i, reddito_familiare=reddito) for i in decisione.ingresso.fatti.isee)
    ingresso = replace(decisione.ingresso, fatti=replace(decisione.ingresso.fatti, isee=isee))
    return replace(decisione, versione=decisione.versione + 100, ingresso=ingresso)


class TestRiesami:
    @pytest.fixture
    async def respinta(self, domande: ServizioInProva) -> UUID:
        """A domanda refused for an ISEE of 10.500 EUR, over the limit of 10.140."""
        domanda = UUID((await presenta(domande.come("CAF-ALFA"))).json()["id"])
        await domande.consegna(conclusa(domanda, fatti(isee=Decimal("10500.00"))))
        await domande.ritira()
        return domanda

    @pytest.mark.parametrize(
        ("limite", "dal", "trovata"),
        [
            pytest.param("10500.00", Mese(2025, 3), True, id="a limit that is enough"),
            pytest.param("10499.99", Mese(2025, 3), False, id="a cent less"),
            pytest.param("10140.00", Mese(2025, 3), False, id="the same limit"),
            pytest.param("10500.00", Mese(2025, 4), False, id="from the month after the refusal"),
        ],
    )
    async def test_are_the_refusals_that_a_limit_raised_for_the_past_makes_wrong(
        self, domande: ServizioInProva, respinta: UUID, limite: str, dal: Mese, trovata: bool
    ) -> None:
        ricalcolo = Ricalcolo("ADI", dal, leggi("adi", TESTO.replace("valore = 10140.00", f"valore = {limite}")))

        async with domande.database.transaction() as session:
            riesami = await cerca_riesami(session, ricalcolo, dopo=None, quante=500)

        assert (riesami.domande, riesami.ultima) == ((respinta,) if trovata else (), None)

    async def test_are_only_found(self, domande: ServizioInProva, respinta: UUID) -> None:
        ricalcolo = Ricalcolo(
            "ADI", Mese(2025, 3), leggi("adi", TESTO.replace("valore = 10140.00", "valore = 12000.00"))
        )

        cambiate = await esegui(domande, ricalcolo)

        stato = (await domande.come("CAF-ALFA").get(f"/v1/domande/{respinta}")).json()["stato"]
        assert (cambiate, stato, await domande.emessi()) == (0, "RESPINTA", [])


class TestComando:
    @pytest.fixture
    def console(self, domande: ServizioInProva, monkeypatch: pytest.MonkeyPatch) -> Console:
        monkeypatch.setitem(os.environ, "DOMANDE_DATABASE_URL", domande.database.url)
        monkeypatch.setitem(os.environ, "DOMANDE_CHIAVE", b64encode(CHIAVE_ARCHIVIO).decode())
        monkeypatch.setitem(os.environ, "EVENTI_CHIAVE", b64encode(CHIAVE_EVENTI).decode())
        return Console(record=True, width=120, file=StringIO())

    async def test_tries_another_file_of_parametri(self, nuclei: list[UUID], console: Console, tmp_path: Path) -> None:
        percorso = tmp_path / "proposta.toml"
        percorso.write_text(TESTO.replace("valore = 6500.00", "valore = 6000.00"), encoding="utf-8")
        scelte = Scelte("ADI", "2025-07", esegui=False, parametri=percorso, in_json=True, blocco=1)

        uscita = await ridetermina_in_blocco(scelte, console)

        letto = json.loads(console.export_text())
        assert uscita == 0
        assert letto["nuclei"] == {"guadagna": 0, "perde": len(nuclei), "esce": 0, "resta": 0}
        assert letto["mesi"][0]["mese"] == "2025-07"
        # 500 x 1,15 / 12 less for the first; for the second quota A goes from 475 to nothing: 342,92 - 303,33.
        assert Decimal(letto["mesi"][0]["differenza"]) == Decimal("-47.92") + Decimal("-39.59")

    async def test_prints_a_table_and_says_that_nothing_was_written(self, nuclei: list[UUID], console: Console) -> None:
        scelte = Scelte("ADI", "2025-01", esegui=False, parametri=None, in_json=False, blocco=500)

        assert await ridetermina_in_blocco(scelte, console) == 0
        testo = console.export_text()
        assert "Restano come prima" in testo
        assert "nulla è stato scritto" in testo

    async def test_tells_which_refusals_to_look_at_again(
        self, domande: ServizioInProva, console: Console, tmp_path: Path
    ) -> None:
        domanda = (await presenta(domande.come("CAF-ALFA"))).json()["id"]
        await domande.consegna(conclusa(UUID(domanda), fatti(isee=Decimal("10500.00"))))
        percorso = tmp_path / "proposta.toml"
        percorso.write_text(TESTO.replace("valore = 10140.00", "valore = 12000.00"), encoding="utf-8")

        for in_json in (True, False):
            scelte = Scelte("ADI", "2025-01", esegui=False, parametri=percorso, in_json=in_json, blocco=1)
            assert await ridetermina_in_blocco(scelte, console) == 0

        testo = console.export_text()
        assert f'"da_riesaminare": [\n    "{domanda}"\n  ]' in testo
        assert "Domande respinte che sarebbero accolte, da riesaminare: 1" in testo

    async def test_refuses_a_misura_that_does_not_exist(self, console: Console) -> None:
        scelte = Scelte("XYZ", "2025-01", esegui=False, parametri=None, in_json=False, blocco=500)

        assert await ridetermina_in_blocco(scelte, console) == 2


class TestVariazione:
    @pytest.mark.parametrize(
        ("prima", "dopo", "atteso"),
        [
            ((100, 100), (100, 100), Effetto.RESTA),
            ((100, 100), (100, 101), Effetto.GUADAGNA),
            ((100, 100), (100, 99), Effetto.PERDE),
            ((100, 100), (150, 0), Effetto.ESCE),
            ((0, 0), (0, 10), Effetto.GUADAGNA),
        ],
    )
    def test_says_what_happens_to_the_nucleo(
        self, prima: tuple[int, int], dopo: tuple[int, int], atteso: Effetto
    ) -> None:
        mesi = (APRILE, LUGLIO)

        variazione = Variazione(
            UUID(int=1),
            dict(zip(mesi, map(Decimal, prima), strict=True)),
            dict(zip(mesi, map(Decimal, dopo), strict=True)),
        )

        assert variazione.effetto is atteso
