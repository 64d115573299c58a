# SPDX-License-Identifier: EUPL-1.2
"""What administrations write with a voucher is signed: every write of the documents has a row, every signed one is tried."""

import copy

import pytest

from shared.db.migrazioni import SERVIZI
from shared.web import integrita
from tests.conftest import CreaServizio
from tests.sicurezza.firme import GUASTE, RIGHE, SI, divari, fuori_riga
from tests.sicurezza.percorso import Percorso

_FIRMATE = {(nome, operazione) for nome, righe in RIGHE.items() for operazione, riga in righe.items() if riga == SI}


class TestRighe:
    @pytest.mark.parametrize("nome", SERVIZI)
    async def test_are_those_of_the_document_and_of_the_permissions(
        self, nome: str, crea_servizio: CreaServizio
    ) -> None:
        app = (await crea_servizio(nome)).app

        assert fuori_riga(nome, app.openapi(), app.state.risorse.matrice) == []

    async def test_miss_an_operation_that_is_new_or_declares_nothing(self, crea_servizio: CreaServizio) -> None:
        """Control: one more write, one whose headers were taken out, one that a Comune may do too."""
        app = (await crea_servizio("presa_in_carico")).app
        documento, matrice = copy.deepcopy(app.openapi()), dict(app.state.risorse.matrice)
        (convocazione,) = (
            m["post"] for p, m in documento["paths"].items() if p.endswith("/convocazioni") and "post" in m
        )
        documento["paths"]["/v1/nuove"] = {"post": {"operationId": "create_nuova", "responses": {}}}
        convocazione["parameters"] = [p for p in convocazione["parameters"] if p["name"] != "Digest"]
        matrice["create_pad"] = matrice["create_pad"] | matrice["create_convocazione"]

        fuori = fuori_riga("presa_in_carico", documento, matrice)

        assert [riga.partition(":")[0] for riga in fuori] == ["create_convocazione", "create_nuova", "create_pad"]


@pytest.mark.timeout(300)
class TestFirme:
    async def test_are_asked_of_every_administration_on_every_write(self, percorso: Percorso) -> None:
        """On things that are there, after a domanda has gone all the way."""
        await percorso.tutto()
        await percorso.scarta()
        await percorso.contraddice()

        mandate, trovati = await divari(percorso)

        assert trovati == []
        assert mandate >= len(_FIRMATE) * (len(GUASTE) + 4)
        print(f"{len(_FIRMATE)} scritture firmate, {mandate} chiamate")  # noqa: T201 - quoted by docs/sicurezza.md

    async def test_that_are_asked_of_nobody_are_missed(self, percorso: Percorso) -> None:
        """Control: no operation wants a signature."""
        for servizio in percorso.servizi.values():
            servizio.app.state.risorse.integrita.operazioni = frozenset()

        _, trovati = await divari(percorso, esistenti=False)

        assert {(s, o) for s, o, _, prova, _ in trovati if prova == "nothing is signed"} == _FIRMATE
        assert {prova for *_, prova, _ in trovati} == {
            "nothing is signed",
            "no signature",
            "no tracking",
            "voucher replayed",
        }

    @pytest.mark.parametrize(
        ("nome", "valore", "prove"),
        [
            ("_TOLLERANZA", 10**9, {"signature expired", "tracking expired"}),
            ("digest_di", lambda _: "SHA-256=", None),
        ],
    )
    async def test_that_are_looked_at_with_half_an_eye_are_missed(
        self, percorso: Percorso, monkeypatch: pytest.MonkeyPatch, nome: str, valore: object, prove: set[str] | None
    ) -> None:
        """Control: tokens that never expire; a digest that is of nothing."""
        monkeypatch.setattr(integrita, nome, valore)

        _, trovati = await divari(percorso, esistenti=False)

        assert prove is None or {prova for *_, prova, _ in trovati} == prove
        assert {(s, o) for s, o, *_ in trovati} == _FIRMATE

    async def test_that_are_never_remembered_are_missed(
        self, percorso: Percorso, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Control: ids forgotten, so that each token is good for ever."""

        async def sempre(*_: object) -> bool:
            return True

        monkeypatch.setattr(integrita, "consuma", sempre)

        _, trovati = await divari(percorso, esistenti=False)

        assert {prova for *_, prova, _ in trovati} == {"firma replayed", "traccia replayed", "voucher replayed"}
        assert {(s, o) for s, o, *_ in trovati} == _FIRMATE
