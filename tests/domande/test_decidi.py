# SPDX-License-Identifier: EUPL-1.2
"""From the verified facts to the decision, and from decision and PAD to what is due."""

from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID

import pytest

from shared.contracts.domande import (
    CausaCessazione,
    DatiNucleo,
    DomandaAccoltaV1,
    DomandaCessataV1,
    DomandaInEvidenzaV1,
    DomandaIntegrataV1,
    DomandaRespintaV1,
    MotiviEsito,
    SpettanzaDeterminataV1,
)
from shared.contracts.presa_in_carico import DecadenzaPropostaV1
from shared.kernel.mese import Mese
from tests.conftest import CreaServizio
from tests.domande.casi import GIULIA, LUCA, conclusa, fatti, modulo, pad, presenta
from tests.support.servizio import ServizioInProva
from tests.support.token import cittadino

PRESENTATA = datetime(2025, 3, 3, 9, tzinfo=UTC)


@pytest.fixture
async def domande(crea_servizio: CreaServizio) -> ServizioInProva:
    servizio = await crea_servizio("domande")
    servizio.orologio.vai(PRESENTATA)
    return servizio


@pytest.fixture
async def domanda(domande: ServizioInProva) -> UUID:
    risposta = await presenta(domande.come("CAF-ALFA"))
    await domande.ritira()
    return UUID(risposta.json()["id"])


async def stato(domande: ServizioInProva, domanda: UUID) -> str:
    return str((await domande.come("CAF-ALFA").get(f"/v1/domande/{domanda}")).json()["stato"])


class TestAccoglie:
    async def test_announces_nucleo_and_amount(self, domande: ServizioInProva, domanda: UUID) -> None:
        await domande.consegna(conclusa(domanda))

        (evento,) = await domande.emessi(DomandaAccoltaV1)
        # 6.500 x 1,15 - 1.500 + 3.640 = 9.615,00 EUR a year.
        assert evento.importo_mensile == Decimal("801.25")
        nucleo = domande.database.sigilli.apri(evento.nucleo, DatiNucleo)
        assert {c.codice_fiscale for c in nucleo.componenti if c.attivabile} == {GIULIA, LUCA}

    async def test_explains_each_requisito_with_its_norm(self, domande: ServizioInProva, domanda: UUID) -> None:
        await domande.consegna(conclusa(domanda))

        decisione = (await domande.come("CAF-ALFA").get(f"/v1/domande/{domanda}/decisione")).json()
        assert decisione["esito"] == "ACCOLTA"
        assert [r["codice"] for r in decisione["requisiti"]] == [f"ADI-R{n:02d}" for n in range(1, 21)]
        assert all(r["fonte"] and r["spiegazione"] for r in decisione["requisiti"])
        assert decisione["importo"]["importo"] == "801.25"
        assert len(decisione["impronta"]) == 64

    async def test_happens_once_for_the_same_message(self, domande: ServizioInProva, domanda: UUID) -> None:
        messaggio = domande.messaggio(conclusa(domanda))

        await domande.consegna(messaggio, messaggio)
        await domande.consegna(messaggio)

        assert len(await domande.emessi()) == 1


class TestRespinge:
    async def test_lists_every_failed_requisito_for_the_citizen(self, domande: ServizioInProva, domanda: UUID) -> None:
        await domande.consegna(conclusa(domanda, fatti(isee=Decimal("10140.01"), reddito=Decimal("30000.00"))))

        (evento,) = await domande.emessi(DomandaRespintaV1)
        motivi = domande.database.sigilli.apri(evento.motivi, MotiviEsito).motivi
        assert evento.codici == ("ADI-R06", "ADI-R07")
        assert [m.codice for m in motivi] == ["ADI-R06", "ADI-R07"]
        assert evento.riesame_entro == date(2025, 4, 2)
        assert await stato(domande, domanda) == "RESPINTA"


class TestEvidenza:
    async def test_gives_sixty_days_then_refuses(self, domande: ServizioInProva, domanda: UUID) -> None:
        await domande.consegna(conclusa(domanda, fatti(difformita=("PatrimoniMobiliari",))))
        (evento,) = await domande.ritira(DomandaInEvidenzaV1)

        domande.orologio.vai(datetime(2025, 5, 2, 21, 59, tzinfo=UTC))
        await domande.giro_job()
        prima = await stato(domande, domanda)
        domande.orologio.vai(datetime(2025, 5, 2, 22, 1, tzinfo=UTC))
        await domande.giro_job()

        assert evento.entro == date(2025, 5, 2)
        assert prima == "IN_EVIDENZA"
        (respinta,) = await domande.emessi(DomandaRespintaV1)
        assert respinta.codici == evento.codici
        assert await stato(domande, domanda) == "RESPINTA"

    async def test_is_completed_and_decided_again_on_the_new_checks_only(
        self, domande: ServizioInProva, domanda: UUID
    ) -> None:
        await domande.consegna(conclusa(domanda, fatti(difformita=("PatrimoniMobiliari",))))
        await domande.ritira()

        corpo = {"protocollo_dsu": "INPS-ISEE-2025-00000002A-00"}
        risposta = await domande.come("CAF-ALFA").post(
            f"/v1/domande/{domanda}/integrazione", json=corpo, headers={"Idempotency-Key": "integrazione-1"}
        )
        (integrata,) = await domande.ritira(DomandaIntegrataV1)
        await domande.consegna(conclusa(domanda, fatti(isee=Decimal("99999.00")), domanda_versione=1))
        dopo_la_vecchia = await stato(domande, domanda)
        await domande.consegna(conclusa(domanda, domanda_versione=integrata.versione))

        assert risposta.status_code == 200
        assert dopo_la_vecchia == "ACQUISITA"
        assert await stato(domande, domanda) == "ACCOLTA"

    async def test_is_needed_to_complete(self, domande: ServizioInProva, domanda: UUID) -> None:
        corpo = {"protocollo_dsu": "INPS-ISEE-2025-00000002A-00"}

        risposta = await domande.come("CAF-ALFA").post(
            f"/v1/domande/{domanda}/integrazione", json=corpo, headers={"Idempotency-Key": "integrazione-1"}
        )

        assert risposta.status_code == 409
        assert risposta.json()["type"].endswith("/domanda-non-in-evidenza")


class TestSpettanza:
    @pytest.mark.regola("S004-A04")
    async def test_starts_the_month_after_the_pad_and_ends_where_the_isee_does(
        self, domande: ServizioInProva, domanda: UUID
    ) -> None:
        await domande.consegna(conclusa(domanda))
        await domande.ritira()

        await domande.consegna(pad(domanda), pad(domanda, date(2025, 4, 1)))

        (evento,) = await domande.emessi(SpettanzaDeterminataV1)
        assert evento.decorre_dal == Mese(2025, 4)
        assert [m.mese for m in evento.mesi] == [*(Mese(2025, n) for n in range(4, 13)), Mese(2026, 1)]
        assert {m.importo for m in evento.mesi} == {Decimal("801.25")}
        elenco = (await domande.come("CAF-ALFA").get(f"/v1/domande/{domanda}/spettanze")).json()["items"]
        assert elenco[0] == {"mese": "2025-04", "importo": "801.25", "quota_a": "497.92", "quota_b": "303.33"}


class TestChiude:
    async def test_annuls_before_the_acceptance_and_renounces_after(
        self, domande: ServizioInProva, domanda: UUID
    ) -> None:
        caf = domande.come("CAF-ALFA")
        await domande.consegna(conclusa(domanda))
        await domande.ritira()
        await caf.post(f"/v1/domande/{domanda}/rinuncia", json={}, headers={"Idempotency-Key": "rinuncia-1"})
        nuova = UUID((await presenta(caf)).json()["id"])
        await caf.post(f"/v1/domande/{nuova}/rinuncia", json={}, headers={"Idempotency-Key": "rinuncia-2"})

        cessate = await domande.emessi(DomandaCessataV1)

        assert [c.causa for c in cessate] == [CausaCessazione.RINUNCIA, CausaCessazione.ANNULLAMENTO]
        assert cessate[0].dal_mese == Mese(2025, 4)
        assert await stato(domande, nuova) == "ANNULLATA"

    async def test_ends_for_decadenza_and_bars_the_next_six_months(
        self, domande: ServizioInProva, domanda: UUID
    ) -> None:
        await domande.consegna(conclusa(domanda))
        causa = DecadenzaPropostaV1(
            domanda_id=domanda, versione=3, caso_id=domanda, causa="PRIMO_INCONTRO_ASSENZA", fatto_il=date(2025, 3, 20)
        )
        await domande.consegna(causa)
        await domande.consegna(causa)
        (cessata,) = await domande.ritira(DomandaCessataV1)
        domande.orologio.vai(datetime(2025, 4, 1, 9, tzinfo=UTC))
        nuova = UUID((await presenta(domande.come("CAF-ALFA"))).json()["id"])
        await domande.consegna(conclusa(nuova))

        assert cessata.causa is CausaCessazione.DECADENZA
        assert await stato(domande, domanda) == "DECADUTA"
        (respinta,) = await domande.emessi(DomandaRespintaV1)
        assert respinta.codici == ("ADI-R19",)


class TestVisibilita:
    @pytest.mark.parametrize("chi", ["CAF-BETA", "COM-MILANO", cittadino()])
    async def test_hides_the_domande_of_others(self, domande: ServizioInProva, domanda: UUID, chi: str) -> None:
        estraneo = domande.come(chi)

        dettaglio = await estraneo.get(f"/v1/domande/{domanda}")
        elenco = await estraneo.get("/v1/domande")

        assert dettaglio.status_code == 404
        assert elenco.json()["items"] == []
        async with domande.database.connection() as conn:
            assert (
                await conn.fetchval("SELECT count(*) FROM accesso WHERE esito = 'NEGATO' AND oggetto = $1", domanda)
                == 1
            )

    @pytest.mark.parametrize("chi", ["CAF-ALFA", "COM-ROMA", "AMB-ROMA", "INPS", cittadino(GIULIA)])
    async def test_shows_the_domanda_to_who_may_see_it(self, domande: ServizioInProva, domanda: UUID, chi: str) -> None:
        dettaglio = await domande.come(chi).get(f"/v1/domande/{domanda}")

        assert dettaglio.status_code == 200
        assert dettaglio.json()["in_attesa_di"] == "VERIFICHE"

    async def test_searches_by_codice_fiscale_in_the_body(self, domande: ServizioInProva, domanda: UUID) -> None:
        trovate = await domande.come("INPS").post("/v1/domande/ricerche", json={"codice_fiscale": GIULIA})
        nessuna = await domande.come("INPS").post("/v1/domande/ricerche", json={"codice_fiscale": LUCA})

        assert [d["id"] for d in trovate.json()["items"]] == [str(domanda)]
        assert nessuna.json()["items"] == []


class TestPagine:
    async def test_go_through_all_the_domande_once(self, domande: ServizioInProva) -> None:
        caf, attese = domande.come("CAF-ALFA"), []
        for _ in range(5):
            attese.append((await presenta(caf)).json()["id"])
            async with domande.database.connection() as conn:
                await conn.execute("UPDATE domanda SET stato = 'ANNULLATA'")

        viste, cursore = [], None
        while True:
            pagina = (
                await caf.get("/v1/domande", params={"limit": 2} | ({"cursor": cursore} if cursore else {}))
            ).json()
            viste += [d["id"] for d in pagina["items"]]
            cursore = pagina["next_cursor"]
            if not cursore:
                break

        assert viste == attese[::-1]

    async def test_refuse_a_cursor_of_others(self, domande: ServizioInProva) -> None:
        risposta = await domande.come("CAF-ALFA").get("/v1/domande", params={"cursor": "inventato"})

        assert risposta.status_code == 422


class TestBozza:
    async def test_grows_until_it_can_be_presented(self, domande: ServizioInProva) -> None:
        caf = domande.come("CAF-ALFA")
        bozza = (await caf.post("/v1/bozze", json={"misura": "ADI"})).json()
        intestazioni = {"Idempotency-Key": "presenta-bozza-1"}

        presto = await caf.post(f"/v1/bozze/{bozza['id']}/presentazione", headers=intestazioni)
        completa = (await caf.put(f"/v1/bozze/{bozza['id']}", json=modulo())).json()
        presentata = await caf.post(f"/v1/bozze/{bozza['id']}/presentazione", headers=intestazioni)
        ancora = await caf.post(f"/v1/bozze/{bozza['id']}/presentazione", headers=intestazioni)

        assert presto.status_code == 422
        assert {m["pointer"] for m in bozza["mancanze"]} >= {"/richiedente", "/abitazione"}
        assert completa["mancanze"] == []
        assert presentata.status_code == 201
        assert ancora.content == presentata.content
        assert (await caf.get(f"/v1/bozze/{bozza['id']}")).status_code == 404

    async def test_belongs_to_who_wrote_it(self, domande: ServizioInProva) -> None:
        bozza = (await domande.come("CAF-ALFA").post("/v1/bozze", json={})).json()

        assert (await domande.come("CAF-BETA").get(f"/v1/bozze/{bozza['id']}")).status_code == 404
