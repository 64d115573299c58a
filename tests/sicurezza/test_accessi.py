# SPDX-License-Identifier: EUPL-1.2
"""Reads of personal data and rows of the access log are the same number; each person can ask who saw their data."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from shared.web.contesto import Contesto
from shared.web.enti import Ruolo
from tests.conftest import CreaServizio
from tests.sicurezza.percorso import CHI, NUCLEO, Percorso, modulo
from tests.support.servizio import ServizioInProva
from tests.support.token import cittadino, operatore, voucher

# Operations that show nothing of anybody: aggregates, messages without their sealed parts, rules.
SENZA_PERSONE = {
    "list_lotti", "show_lotto", "show_quadratura", "list_flussi", "list_scarti", "show_scarto", "create_rielaborazione",
    "list_esiti_in_quarantena",
}  # fmt: skip
# What they show is in the rows, not in the path: one access row for each posizione.
PER_POSIZIONE = {
    **dict.fromkeys(("show_flusso", "show_file_flusso"), "SELECT posizione_id FROM erogazione WHERE flusso_id = $1"),
    "show_esito_in_quarantena": "SELECT posizione_id FROM erogazione WHERE id::text = "
    "(SELECT id_disposizione FROM esito_in_quarantena WHERE id = $1)",
}
_TOKEN = {
    Ruolo.CAF: voucher("CAF-ALFA"), Ruolo.CITTADINO: cittadino(CHI), Ruolo.PATRONATO: voucher("PAT-GAMMA"),
    Ruolo.INPS: voucher("INPS"), Ruolo.COMUNE: voucher("COM-ROMA"), Ruolo.MLPS: voucher("MLPS"),
}  # fmt: skip
_LEGGI = "SELECT id, oggetto, interessato, esito, operazione, ente FROM accesso WHERE id > $1 ORDER BY id"


@pytest.fixture
async def percorso(percorso: Percorso) -> Percorso:
    """The domanda has gone all the way."""
    await percorso.tutto()
    await percorso.contraddice()
    return percorso


def letture(servizio: ServizioInProva) -> list[tuple[str, str, str]]:
    """Give (operation, method, path) of the reads in the OpenAPI document: GETs, and searches with a body."""
    return [
        (operazione["operationId"], metodo.upper(), percorso)
        for percorso, metodi in servizio.app.openapi()["paths"].items()
        for metodo, operazione in metodi.items()
        if percorso.startswith("/v1/") and (metodo == "get" or percorso.endswith("/ricerche"))
    ]


async def completo(percorso: Percorso, servizio: str, modello: str) -> tuple[str, UUID | None]:
    """Put in a path the id of something that is there."""
    if "{" not in modello:
        return modello, None
    nome = modello[modello.index("{") + 1 : modello.index("}")]
    select = {"notifica_id": "SELECT notifica_id AS id FROM lettera"}.get(nome, f"SELECT id FROM {nome[:-3]}")
    riga = (await percorso.righe(servizio, select))[0]
    return modello.replace(f"{{{nome}}}", str(riga["id"])), riga["id"]


async def nuove(percorso: Percorso, servizio: str, dopo: int) -> list[Any]:
    return list(await percorso.righe(servizio, _LEGGI, dopo))


async def ultima(percorso: Percorso, servizio: str) -> int:
    (riga,) = await percorso.righe(servizio, "SELECT coalesce(max(id), 0) AS id FROM accesso")
    return int(riga["id"])


async def divari(percorso: Percorso) -> list[tuple[str, str, object, object]]:
    """Do every read once, as who may; give those whose access rows are not what was shown."""
    trovati: list[tuple[str, str, object, object]] = []
    for nome, servizio in percorso.servizi.items():
        matrice = servizio.app.state.risorse.matrice
        for operazione, metodo, modello in letture(servizio):
            if operazione in SENZA_PERSONE:
                continue
            indirizzo, oggetto = await completo(percorso, nome, modello)
            chi = next(token for ruolo, token in _TOKEN.items() if ruolo in matrice[operazione])
            corpo = {"codice_fiscale": CHI} if metodo == "POST" else None
            prima = await ultima(percorso, nome)
            risposta = await percorso.manda(nome, metodo, indirizzo, chi, corpo)
            righe = await nuove(percorso, nome, prima)
            attesi = await _mostrati(percorso, operazione, oggetto, risposta)
            scritti = sorted((str(r["oggetto"]), r["interessato"] is not None, r["operazione"]) for r in righe)
            if risposta.is_error or scritti != sorted((str(o), True, operazione) for o in attesi):
                trovati.append((nome, operazione, risposta.status_code, scritti))
    return trovati


async def _mostrati(percorso: Percorso, operazione: str, oggetto: UUID | None, risposta: Any) -> list[object]:
    """Give what the answer showed: the object of the path, or the objects of the list."""
    if operazione in PER_POSIZIONE:
        righe = await percorso.righe("erogazioni", PER_POSIZIONE[operazione], oggetto)
        return [riga["posizione_id"] for riga in righe]
    if oggetto is not None:
        return [oggetto]
    if operazione.endswith("_accessi"):
        return [None]
    return [voce["id"] for voce in risposta.json()["items"]]


@pytest.mark.timeout(300)
class TestRegistro:
    async def test_has_one_row_for_each_thing_shown_in_every_service(
        self, percorso: Percorso, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        await percorso.chiedi("domande", "POST", "/v1/bozze", "CAF-ALFA", modulo())

        assert await divari(percorso) == []

        async def muto(*_: object, **__: object) -> None:
            """Control: lists that log nothing, as before, are found."""

        monkeypatch.setattr(Contesto, "mostrati", muto)
        trovati = {operazione for _, operazione, _, _ in await divari(percorso)}
        assert trovati >= {
            "list_domande", "search_domande", "list_verifiche", "list_accertamenti", "list_casi", "list_posizioni",
            "list_notifiche", "list_bozze", "show_flusso", "show_esito_in_quarantena",
        }  # fmt: skip

    async def test_tells_each_person_who_saw_their_data_and_why(self, percorso: Percorso) -> None:
        domanda = percorso.presentata["id"]
        await percorso.chiedi("domande", "GET", f"/v1/domande/{domanda}", operatore("INPS", "op-000042"))
        await percorso.manda("domande", "GET", f"/v1/domande/{domanda}", "CAF-BETA")

        miei = await percorso.chiedi("domande", "GET", "/v1/accessi", cittadino(CHI))

        negato, letto, presentata = (
            next(a for a in miei["items"] if (a["operazione"], a["ente"]) == quale)
            for quale in (("show_domanda", "CAF-BETA"), ("show_domanda", "INPS"), ("create_domanda", "CAF-ALFA"))
        )
        assert (negato["esito"], negato["oggetto"]) == ("NEGATO", domanda)
        assert letto == {
            "istante": letto["istante"], "ente": "INPS", "ruolo": "INPS", "finalita": "SPORTELLO",
            "operazione": "show_domanda", "oggetto": domanda, "esito": "CONSENTITO",
        }  # fmt: skip
        assert (presentata["ruolo"], presentata["oggetto"]) == ("CAF", domanda)

    async def test_tells_it_in_every_service_and_to_nobody_else(self, percorso: Percorso) -> None:
        altrui = cittadino(NUCLEO.persone[1].codice_fiscale)
        for nome in percorso.servizi:
            await percorso.manda(nome, "GET", "/v1/accessi", cittadino(CHI))

            miei = await percorso.chiedi(nome, "GET", "/v1/accessi", cittadino(CHI))
            suoi = await percorso.chiedi(nome, "GET", "/v1/accessi", altrui)

            assert (nome, len(miei["items"]) > 0) == (nome, True)
            assert {voce["operazione"] for voce in suoi["items"]} == set()

    async def test_answers_who_acts_for_the_person_with_the_operator_and_logs_that_too(
        self, percorso: Percorso
    ) -> None:
        domanda = percorso.presentata["id"]
        await percorso.chiedi("domande", "GET", f"/v1/domande/{domanda}", operatore("INPS", "op-000042"))
        cerca = {"codice_fiscale": CHI}

        prima = await percorso.chiedi("domande", "POST", "/v1/accessi/ricerche?limit=1", operatore("INPS"), cerca)
        dopo = f"/v1/accessi/ricerche?limit=100&cursor={prima['next_cursor']}"
        resto = await percorso.chiedi("domande", "POST", dopo, operatore("INPS"), cerca)
        miei = await percorso.chiedi("domande", "GET", "/v1/accessi", cittadino(CHI))

        assert prima["items"][0]["operatore"] == "op-000042"
        assert prima["items"][0]["correlazione"]
        assert resto["items"][-1]["operazione"] == "create_domanda"
        assert [voce["operazione"] for voce in miei["items"][:2]] == ["search_accessi"] * 2
        assert "operatore" not in miei["items"][0]


class TestCursore:
    @pytest.mark.parametrize("cursore", ["abc", "eyJkb3BvIjoiLTEifQ", "eyJkb3BvIjoiOTk5OTk5OTk5OTk5OTk5OTk5OTkifQ"])
    async def test_made_up_is_refused(self, crea_servizio: CreaServizio, cursore: str) -> None:
        servizio = await crea_servizio("domande")

        risposta = await servizio.come(cittadino(CHI)).get("/v1/accessi", params={"cursor": cursore})

        assert risposta.status_code == 422


class TestNegati:
    async def test_are_logged_for_the_person_even_when_the_request_fails(self, percorso: Percorso) -> None:
        prima = await ultima(percorso, "notifiche")
        (notifica,) = await percorso.righe("notifiche", "SELECT id FROM notifica LIMIT 1")

        for oggetto in (notifica["id"], uuid4()):
            await percorso.manda("notifiche", "GET", f"/v1/notifiche/{oggetto}", "CAF-BETA")

        righe = await nuove(percorso, "notifiche", prima)
        assert [(r["esito"], r["interessato"] is not None) for r in righe] == [("NEGATO", True), ("NEGATO", False)]
