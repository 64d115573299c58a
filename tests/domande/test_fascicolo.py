# SPDX-License-Identifier: EUPL-1.2
"""The dossier of a decision: sealed, complete, readable by a citizen, recomputed to the same bytes."""

import hashlib
import re
from datetime import UTC, datetime
from decimal import Decimal
from io import BytesIO
from typing import Any
from uuid import UUID

import orjson
import pytest
from pypdf import PdfReader

from services.domande import store
from services.domande.commands import spiega_decisione
from services.domande.commands.fascicolo import componi
from services.domande.commands.provenienza import dichiarata, provenienze
from services.domande.schemas.archivio import Ingresso
from shared.misure.catalogo import get_misura
from tests.conftest import CreaServizio
from tests.domande.casi import conclusa, fatti, presenta
from tests.misure.simulazione.strategie import GIORNI, fatti_di
from tests.support.servizio import ServizioInProva

# With microseconds, as a real clock has them.
PRESENTATA = datetime(2025, 3, 3, 9, 0, 0, 123_456, tzinfo=UTC)


@pytest.fixture
async def domande(crea_servizio: CreaServizio) -> ServizioInProva:
    servizio = await crea_servizio("domande")
    servizio.orologio.vai(PRESENTATA)
    return servizio


@pytest.fixture
async def domanda(domande: ServizioInProva) -> UUID:
    return UUID((await presenta(domande.come("CAF-ALFA"))).json()["id"])


class TestFascicolo:
    async def test_is_the_exact_bytes_that_the_hash_seals(self, domande: ServizioInProva, domanda: UUID) -> None:
        await domande.consegna(conclusa(domanda))
        caf = domande.come("CAF-ALFA")

        fascicolo = await caf.get(f"/v1/domande/{domanda}/decisione/fascicolo")
        decisione = (await caf.get(f"/v1/domande/{domanda}/decisione")).json()

        assert hashlib.sha256(fascicolo.content).hexdigest() == decisione["impronta"]
        assert orjson.dumps(fascicolo.json(), option=orjson.OPT_SORT_KEYS) == fascicolo.content

    async def test_cites_the_values_of_law_that_each_requisito_read(
        self, domande: ServizioInProva, domanda: UUID
    ) -> None:
        await domande.consegna(conclusa(domanda))

        decisione = (await domande.come("CAF-ALFA").get(f"/v1/domande/{domanda}/decisione")).json()

        r06 = next(r for r in decisione["requisiti"] if r["codice"] == "ADI-R06")
        (limite,) = [p for p in r06["parametri"] if p["nome"] == "isee_max"]
        assert limite["valore"] == "10140.00"
        assert limite["dal"] == "2025-01-01"
        assert limite["fonte"]
        assert any(p["nome"] == "scala_base" for p in decisione["parametri_comuni"])
        assert any(p["nome"] == "quota_a_soglia" for p in decisione["importo"]["parametri"])

    async def test_says_where_each_fact_comes_from_and_since_when_it_is_known(
        self, domande: ServizioInProva, domanda: UUID
    ) -> None:
        await domande.consegna(conclusa(domanda))

        decisione = (await domande.come("CAF-ALFA").get(f"/v1/domande/{domanda}/decisione")).json()

        per_codice = {r["codice"]: r["fatti"] for r in decisione["requisiti"]}
        assert {f["argomento"] for f in per_codice["ADI-R06"]} == {"ISEE"}
        assert {f["argomento"] for f in per_codice["ADI-R10"]} == {"VEICOLI"}
        assert all(f["registro"] and f["noto_dal"] and f["rilevato_il"] for fatti in per_codice.values() for f in fatti)
        assert all(per_codice.values())

    async def test_keeps_every_decision_of_the_domanda(self, domande: ServizioInProva, domanda: UUID) -> None:
        await domande.consegna(conclusa(domanda, fatti(difformita=("PatrimoniMobiliari",))))
        domande.orologio.vai(datetime(2025, 5, 2, 22, 1, tzinfo=UTC))
        await domande.giro_job()

        decisioni = (await domande.come("CAF-ALFA").get(f"/v1/domande/{domanda}/decisioni")).json()["items"]

        assert [d["esito"] for d in decisioni] == ["RESPINTA", "IN_EVIDENZA"]
        assert [d["scaduta_il"] for d in decisioni] == ["2025-05-02", None]
        assert decisioni[0]["impronta"] != decisioni[1]["impronta"]

    async def test_is_hidden_from_other_enti(self, domande: ServizioInProva, domanda: UUID) -> None:
        await domande.consegna(conclusa(domanda))

        for coda in ("decisione", "decisione/fascicolo", "decisioni"):
            risposta = await domande.come("CAF-BETA").get(f"/v1/domande/{domanda}/{coda}")
            assert risposta.status_code == 404, coda

    async def test_keeps_the_parametri_that_decided(self, domande: ServizioInProva, domanda: UUID) -> None:
        await domande.consegna(conclusa(domanda))

        async with domande.database.transaction() as session:
            decisione = (await store.decisioni(session, domanda))[0]
            archiviati = await store.parametri_archiviati(session, "adi", decisione.parametri)

        assert archiviati.valore("isee_max", al=decisione.ingresso.al) == Decimal("10140.00")  # type: ignore[union-attr]


class TestControfattuali:
    async def test_of_a_refusal_are_in_the_dossier(self, domande: ServizioInProva, domanda: UUID) -> None:
        await domande.consegna(conclusa(domanda, fatti(isee=Decimal("10140.01"))))

        fascicolo, decisione = await letti(domande, domanda)

        assert fascicolo["controfattuali"]
        assert decisione["controfattuali"] == fascicolo["controfattuali"]

    async def test_of_an_acceptance_are_for_who_reads_it(self, domande: ServizioInProva, domanda: UUID) -> None:
        await domande.consegna(conclusa(domanda, fatti(reddito=Decimal("1000.00"))))

        fascicolo, decisione = await letti(domande, domanda)

        assert decisione["esito"] == "ACCOLTA"
        assert fascicolo["controfattuali"] == []
        assert "isee.0.reddito_familiare" in {c["fatto"] for c in decisione["controfattuali"]}

    async def test_of_other_rules_are_not_told(
        self, domande: ServizioInProva, domanda: UUID, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        await domande.consegna(conclusa(domanda, fatti(reddito=Decimal("1000.00"))))
        monkeypatch.setattr(spiega_decisione, "versione_regole", lambda _: "altre")

        _, decisione = await letti(domande, domanda)

        assert decisione["controfattuali"] == []


async def letti(domande: ServizioInProva, domanda: UUID) -> tuple[dict[str, Any], dict[str, Any]]:
    """Read the dossier and the decision."""
    caf, url = domande.come("CAF-ALFA"), f"/v1/domande/{domanda}/decisione"
    return (await caf.get(f"{url}/fascicolo")).json(), (await caf.get(url)).json()


class TestPdf:
    async def test_is_accessible_and_in_italian(self, domande: ServizioInProva, domanda: UUID) -> None:
        await domande.consegna(conclusa(domanda, fatti(isee=Decimal("10140.01"))))

        risposta = await domande.come("CAF-ALFA").get(
            f"/v1/domande/{domanda}/decisione", headers={"Accept": "application/pdf"}
        )

        assert risposta.headers["content-type"] == "application/pdf"
        pdf = PdfReader(BytesIO(risposta.content))
        testo = "\n".join(pagina.extract_text() for pagina in pdf.pages)
        radice: Any = pdf.trailer["/Root"]
        assert radice["/MarkInfo"]["/Marked"]
        assert radice["/Lang"] == "it-IT"
        assert "Domanda respinta" in testo
        assert "10.140,01" in testo
        assert "sha256sum" in testo

    async def test_of_an_acceptance_says_what_would_raise_the_importo_as_an_italian_writes(
        self, domande: ServizioInProva, domanda: UUID
    ) -> None:
        await domande.consegna(conclusa(domanda, fatti(reddito=Decimal("1000.00"))))

        risposta = await domande.come("CAF-ALFA").get(
            f"/v1/domande/{domanda}/decisione", headers={"Accept": "application/pdf"}
        )

        testo = " ".join(" ".join(p.extract_text() for p in PdfReader(BytesIO(risposta.content)).pages).split())
        assert "Importo mensile dal mese di aprile 2025" in testo
        assert "Che cosa aumenterebbe l’importo" in testo
        assert "non è nel fascicolo sigillato" in testo
        assert "Valore di legge: età minore = 18, dal 01/01/2024" in testo
        assert "Valore di legge: cura d'ufficio = sì, dal 01/01/2025" in testo
        # A day is written the Italian way, and what is not a figure has no limit beside it.
        assert re.search(r"gli ultimi 2 continuativi\. Valore considerato: \d\d/\d\d/\d{4}\. Norma", testo)
        assert not re.search(r"(considerato|Limite): \d{4}-", testo)

    async def test_comes_out_the_same_for_the_same_decision(self, domande: ServizioInProva, domanda: UUID) -> None:
        await domande.consegna(conclusa(domanda))
        caf, intestazioni = domande.come("CAF-ALFA"), {"Accept": "application/pdf"}

        primo = await caf.get(f"/v1/domande/{domanda}/decisione", headers=intestazioni)
        secondo = await caf.get(f"/v1/domande/{domanda}/decisione", headers=intestazioni)

        assert primo.content == secondo.content
        assert primo.content.startswith(b"%PDF-")


class TestProvenienza:
    @pytest.mark.parametrize("codice", list(GIORNI))
    def test_of_the_facts_follows_what_each_requisito_of_each_misura_looks_at(self, codice: str) -> None:
        misura, al = get_misura(codice), GIORNI[codice]
        verificati = fatti()
        ingresso = Ingresso(
            misura=codice, protocollo="INCL-2025-0000001", dichiarata_il=PRESENTATA, concluse_il=PRESENTATA, al=al,
            parametri=misura.parametri.versione, regole="prova",
            fatti=fatti_di({"componenti": [{"eta": 40}, {"eta": 8}]}, misura, al),
        )  # fmt: skip

        dossier = orjson.loads(componi(ingresso, verificati, parametri=misura.parametri).contenuto)

        mostrati = {r["codice"]: {f["argomento"] for f in r["fatti"]} for r in dossier["requisiti"]}
        noti = {p.argomento for p in provenienze(verificati, dichiarazione=dichiarata("", il=PRESENTATA, giorno=al))}
        assert noti > {"DOMANDA", "ISEE", "VEICOLI"}
        assert mostrati == {codice: set(argomenti) & noti for codice, argomenti in misura.argomenti.items()}
