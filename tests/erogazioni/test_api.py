# SPDX-License-Identifier: EUPL-1.2
"""The HTTP face: who may ask what, what is refused and how, what is logged."""

import asyncio
from uuid import UUID, uuid4

import httpx
import pytest

from services.erogazioni.commands.manda_in_invio import manda_in_invio
from services.erogazioni.domain.lotto import id_lotto
from services.erogazioni.domain.posizione import id_posizione
from services.erogazioni.queries.durevolezza import ArchivioNonDurevole, controlla_durevolezza
from tests.conftest import CreaServizio
from tests.erogazioni.fatti import MARZO, aperte, pad, righe, spettanza
from tests.support.servizio import ServizioInProva
from tests.support.token import cittadino

ALTRA = "RSSMRA85T10A562S"
CORPO = {"misura": "ADI", "mese": "2026-03"}


async def _chiedi(
    servizio: ServizioInProva, corpo: object = None, *, chi: str = "INPS", chiave: str | None = None
) -> httpx.Response:
    intestazioni = {"Idempotency-Key": chiave or f"lotto-{uuid4()}"}
    return await servizio.come(chi).post("/v1/lotti", json=CORPO if corpo is None else corpo, headers=intestazioni)


@pytest.fixture
async def preparato(servizio: ServizioInProva) -> UUID:
    """A lotto of three posizioni, prepared, whose only flow has left."""
    await aperte(servizio, 3)
    lotto_id = UUID((await _chiedi(servizio)).json()["id"])
    await servizio.giro_job("prepara_lotto")
    (flusso,) = await righe(servizio.database, "SELECT id FROM flusso")
    async with servizio.database.transaction() as session:
        await manda_in_invio(session, flusso["id"], now=servizio.orologio())
    return lotto_id


class TestCreateLotto:
    async def test_answers_202_and_says_where_to_look(self, servizio: ServizioInProva) -> None:
        risposta = await _chiedi(servizio)

        lotto = risposta.json()
        assert risposta.status_code == 202
        assert risposta.headers["location"].endswith(f"/v1/lotti/{id_lotto('ADI', MARZO)}")
        assert (lotto["stato"], lotto["mese"], lotto["disposte"]) == (
            "IN_PREPARAZIONE",
            "2026-03",
            {"numero": 0, "importo": "0.00"},
        )

    async def test_gives_the_stored_answer_to_the_same_request(self, servizio: ServizioInProva) -> None:
        prima = await _chiedi(servizio, chiave="chiave-uguale")
        await servizio.giro_job("prepara_lotto")

        seconda = await _chiedi(servizio, chiave="chiave-uguale")

        assert (seconda.status_code, seconda.content) == (202, prima.content)

    async def test_is_one_lotto_however_many_ask_for_it(self, servizio: ServizioInProva) -> None:
        risposte = await asyncio.gather(*(_chiedi(servizio) for _ in range(4)))

        assert {r.status_code for r in risposte} == {202}
        assert len(await righe(servizio.database, "SELECT 1 FROM lotto")) == 1

    @pytest.mark.parametrize(
        ("corpo", "status", "tipo"),
        [
            ({"misura": "ADI", "mese": "2026-04"}, 422, "mese-futuro"),
            ({"misura": "ADI", "mese": "marzo"}, 422, "dati-non-validi"),
            ({"misura": "RDC", "mese": "2026-03"}, 422, "dati-non-validi"),
            ({"misura": "ADI"}, 422, "dati-non-validi"),
            ({**CORPO, "importo": "1.00"}, 422, "dati-non-validi"),
            ([], 422, "dati-non-validi"),
        ],
    )
    async def test_refuses_bad_bodies_in_italian(
        self, servizio: ServizioInProva, corpo: object, status: int, tipo: str
    ) -> None:
        risposta = await _chiedi(servizio, corpo)

        assert risposta.status_code == status
        assert risposta.headers["content-type"] == "application/problem+json"
        assert risposta.json()["type"].endswith(f"/problemi/{tipo}")
        assert not await righe(servizio.database, "SELECT 1 FROM lotto")

    async def test_refuses_a_second_lotto_during_the_preparation_of_another(self, servizio: ServizioInProva) -> None:
        await _chiedi(servizio)

        risposta = await _chiedi(servizio, {"misura": "ADI", "mese": "2026-02"})

        assert (risposta.status_code, risposta.json()["type"].rpartition("/")[2]) == (409, "lotto-in-preparazione")

    @pytest.mark.parametrize("chi", ["CAF-ALFA", "COM-ROMA", "MLPS", "PAT-GAMMA"])
    async def test_is_for_inps_only(self, servizio: ServizioInProva, chi: str) -> None:
        risposta = await _chiedi(servizio, chi=chi)

        assert risposta.status_code == 403

    async def test_needs_a_key(self, servizio: ServizioInProva) -> None:
        risposta = await servizio.come("INPS").post("/v1/lotti", json=CORPO)

        assert risposta.status_code in (400, 422)


class TestLotti:
    async def test_are_listed_the_newest_first_in_pages(self, servizio: ServizioInProva) -> None:
        for mese in ("2026-01", "2026-02", "2026-03"):
            await _chiedi(servizio, {"misura": "ADI", "mese": mese})
            await servizio.giro_job("prepara_lotto")
        inps = servizio.come("INPS")

        prima = (await inps.get("/v1/lotti", params={"limit": 2})).json()
        seconda = (await inps.get("/v1/lotti", params={"limit": 2, "cursor": prima["next_cursor"]})).json()

        assert [r["mese"] for r in (*prima["items"], *seconda["items"])] == ["2026-03", "2026-02", "2026-01"]
        assert seconda["next_cursor"] is None

    @pytest.mark.parametrize("percorso", ["", "/quadratura", "/flussi"])
    async def test_that_do_not_exist_are_404(self, servizio: ServizioInProva, percorso: str) -> None:
        risposta = await servizio.come("INPS").get(f"/v1/lotti/{uuid4()}{percorso}")

        assert (risposta.status_code, risposta.json()["detail"]) == (404, "Il lotto non esiste")

    async def test_do_not_close_before_the_outcomes(self, servizio: ServizioInProva, preparato: UUID) -> None:
        prova = (await servizio.come("INPS").get(f"/v1/lotti/{preparato}/quadratura")).json()

        assert prova["quadra"] is False
        assert {c["controllo"]: c["quadra"] for c in prova["controlli"]} == {
            "DECISO_DISPOSTO": True, "DISPOSTO_INVIATO": True, "INVIATO_RICEVUTO": False, "REGISTRO": True,
        }  # fmt: skip
        assert [(d["motivo"], d["totale"]["numero"]) for d in prova["differenze"]] == [("IN_ATTESA_DI_ESITO", 3)]

    async def test_show_a_planted_double(self, servizio: ServizioInProva, preparato: UUID) -> None:
        async with servizio.database.connection() as conn:
            await conn.execute(
                "INSERT INTO erogazione (id, posizione_id, mese, componente, progressivo, importo_cent, stato, lotto_id, "
                "flusso_id, version) SELECT gen_random_uuid(), posizione_id, mese, componente, 2, importo_cent, 'IN_INVIO', "
                "lotto_id, flusso_id, 1 FROM erogazione LIMIT 1"
            )

        prova = (await servizio.come("INPS").get(f"/v1/lotti/{preparato}/quadratura")).json()

        assert (prova["doppie"], prova["somma_registro"]) == (1, "0.00")
        assert not any(c["quadra"] for c in prova["controlli"])


class TestFlussi:
    async def test_show_their_rows_in_pages_and_log_the_read(self, servizio: ServizioInProva, preparato: UUID) -> None:
        inps = servizio.come("INPS")
        (flusso,) = (await inps.get(f"/v1/lotti/{preparato}/flussi")).json()["items"]

        prima = (await inps.get(f"/v1/flussi/{flusso['id']}", params={"limit": 2})).json()
        seconda = (await inps.get(f"/v1/flussi/{flusso['id']}", params={"cursor": prima["next_cursor"]})).json()

        disposizioni = [*prima["items"], *seconda["items"]]
        assert len({d["erogazione_id"] for d in disposizioni}) == 3
        assert {(d["codice_fiscale"], d["importo"], d["stato"]) for d in disposizioni} == {
            ("RSSMRA80A41H501Y", "480.00", "IN_INVIO")
        }
        assert (flusso["inviate"], "items" in flusso) == ({"numero": 3, "importo": "1440.00"}, False)
        accessi = await righe(servizio.database, "SELECT operazione, oggetto FROM accesso ORDER BY id")
        assert accessi == [{"operazione": "show_flusso", "oggetto": UUID(d["posizione_id"])} for d in disposizioni]

    async def test_give_the_exact_file_and_log_the_read(self, servizio: ServizioInProva, preparato: UUID) -> None:
        inps = servizio.come("INPS")
        (flusso,) = (await inps.get(f"/v1/lotti/{preparato}/flussi")).json()["items"]

        file = await inps.get(f"/v1/flussi/{flusso['id']}/file")

        assert file.json()["numero_disposizioni"] == 3
        assert file.headers["cache-control"] == "no-store"
        assert [r["operazione"] for r in await righe(servizio.database, "SELECT operazione FROM accesso")] == [
            "show_file_flusso"
        ] * 3

    @pytest.mark.parametrize("percorso", ["", "/file"])
    async def test_are_for_inps_only(self, servizio: ServizioInProva, preparato: UUID, percorso: str) -> None:
        (flusso,) = await righe(servizio.database, "SELECT id FROM flusso")

        risposte = [
            await servizio.come(chi).get(f"/v1/flussi/{flusso['id']}{percorso}") for chi in ("COM-ROMA", cittadino())
        ]
        assente = await servizio.come("INPS").get(f"/v1/flussi/{uuid4()}{percorso}")

        assert [r.status_code for r in risposte] == [403, 403]
        assert assente.status_code == 404

    async def test_refuse_a_made_up_cursor(self, servizio: ServizioInProva, preparato: UUID) -> None:
        (flusso,) = await righe(servizio.database, "SELECT id FROM flusso")

        for cursore in ("abc", "W10", "WyJ4Il0", "eyJhIjoxfQ", "WzEsMiwzXQ"):
            risposta = await servizio.come("INPS").get(f"/v1/flussi/{flusso['id']}", params={"cursor": cursore})
            assert (risposta.status_code, risposta.json()["detail"]) == (422, "Il cursore non è valido")


class TestPosizioni:
    async def test_are_seen_by_who_may(self, servizio: ServizioInProva) -> None:
        mia, di_altri = uuid4(), uuid4()
        await servizio.consegna(
            spettanza(mia), pad(mia), spettanza(di_altri, codice_fiscale=ALTRA, comune="F205"), pad(di_altri)
        )

        async def viste(chi: str) -> set[str]:
            return {p["domanda_id"] for p in (await servizio.come(chi).get("/v1/posizioni")).json()["items"]}

        assert await viste(cittadino()) == await viste("COM-ROMA") == {str(mia)}
        assert await viste("COM-MILANO") == {str(di_altri)}
        assert await viste("INPS") == {str(mia), str(di_altri)}
        assert (await servizio.come("CAF-ALFA").get("/v1/posizioni")).status_code == 403

    async def test_of_others_are_404_and_leave_a_denied_row(self, servizio: ServizioInProva) -> None:
        (domanda_id,) = await aperte(servizio, 1)
        posizione_id = id_posizione(domanda_id)

        for percorso in ("", "/erogazioni"):
            for chi in (cittadino(ALTRA), "COM-MILANO"):
                risposta = await servizio.come(chi).get(f"/v1/posizioni/{posizione_id}{percorso}")
                assert risposta.status_code == 404

        accessi = await righe(servizio.database, "SELECT esito, oggetto FROM accesso")
        assert accessi == [{"esito": "NEGATO", "oggetto": posizione_id}] * 4

    async def test_show_months_and_payments_to_their_citizen(self, servizio: ServizioInProva, preparato: UUID) -> None:
        (posizione, *_) = (await servizio.come(cittadino()).get("/v1/posizioni", params={"stato": "APERTA"})).json()[
            "items"
        ]

        dettaglio = (await servizio.come(cittadino()).get(f"/v1/posizioni/{posizione['id']}")).json()
        pagamenti = (await servizio.come(cittadino()).get(f"/v1/posizioni/{posizione['id']}/erogazioni")).json()

        assert [(m["mese"], m["importo"], m["quota_a"], m["quota_b"]) for m in dettaglio["mesi"]] == [
            ("2026-03", "480.00", "480.00", "0.00"),
            ("2026-04", "480.00", "480.00", "0.00"),
        ]
        assert (dettaglio["stato"], dettaglio["pad_il"], dettaglio["recuperi"]) == ("APERTA", "2026-02-20", [])
        assert [(e["mese"], e["stato"], e["lotto_id"]) for e in pagamenti["items"]] == [
            ("2026-03", "IN_INVIO", str(preparato))
        ]

    async def test_can_be_found_by_domanda(self, servizio: ServizioInProva) -> None:
        domanda_id, _ = await aperte(servizio, 2)

        trovate = (await servizio.come("INPS").get("/v1/posizioni", params={"domanda_id": str(domanda_id)})).json()

        assert [p["id"] for p in trovate["items"]] == [str(id_posizione(domanda_id))]


class TestDurevolezza:
    async def test_is_wanted_before_starting(self, crea_servizio: CreaServizio) -> None:
        with pytest.raises(ArchivioNonDurevole, match=r"fsync = off.*full_page_writes = off.*synchronous_commit = off"):
            await crea_servizio("erogazioni", controlla_durevolezza=True)

    async def test_is_found_on_an_ordinary_server(self, tmp_path_factory: pytest.TempPathFactory) -> None:
        from deploy.locale import postgres

        cartella = tmp_path_factory.mktemp("durevole")
        server = postgres.avvia(cartella, durevole=True)
        try:
            await controlla_durevolezza(server.url("postgres"))
        finally:
            postgres.ferma(cartella)


class TestOpenapi:
    async def test_describes_every_operation_in_italian(self, servizio: ServizioInProva) -> None:
        documento = (await servizio.client.get("/openapi.json")).json()

        operazioni = [o for p, m in documento["paths"].items() if p.startswith("/v1/") for o in m.values()]
        assert all(o["summary"] and o["description"] and o["tags"] for o in operazioni)
        assert documento["components"]["schemas"]["LottoIn"]["examples"] == [{"misura": "ADI", "mese": "2025-03"}]
