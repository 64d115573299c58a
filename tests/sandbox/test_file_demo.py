# SPDX-License-Identifier: EUPL-1.2
"""The sample file: 200 lines, always the same, good where they must be and refused where they must be."""

import json
import tomllib
from typing import Any

import pytest
from pydantic import ValidationError

from deploy.demo.genera import ATTESI, FILE, righe, scrivi_attesi, scrivi_file
from deploy.sandbox.persone import mondo
from services.domande.schemas.modulo import DomandaIn
from shared.errors import RichiestaIllegibile
from shared.web.rotte import leggi_json

RIGHE = FILE.read_bytes().splitlines()
ATTESO = tomllib.loads(ATTESI.read_text(encoding="utf-8"))


def status_di(riga: bytes) -> int:
    """Read a line as the service does, up to the validation."""
    try:
        DomandaIn.model_validate(leggi_json(riga))
    except RichiestaIllegibile:
        return 400
    except ValidationError:
        return 422
    return 201


class TestFile:
    def test_is_what_the_generator_writes(self) -> None:
        elenco = righe()

        assert FILE.read_text(encoding="utf-8") == scrivi_file(elenco)
        assert ATTESI.read_text(encoding="utf-8") == scrivi_attesi(elenco)

    def test_has_200_lines(self) -> None:
        assert len(RIGHE) == ATTESO["presentazione"]["righe"] == 200

    @pytest.mark.parametrize(
        "attesa", ATTESO["riga"], ids=lambda r: f"{r['numero']}-{r.get('storia', r.get('malformata'))}"
    )
    def test_is_read_or_refused_line_by_line(self, attesa: dict[str, Any]) -> None:
        letta = status_di(RIGHE[attesa["numero"] - 1])

        assert letta == (201 if attesa["status"] == 409 else attesa["status"])

    def test_has_ten_malformed_lines_of_different_kinds(self) -> None:
        assert len({riga["malformata"] for riga in ATTESO["riga"] if "malformata" in riga}) == 10

    def test_repeats_only_people_who_will_have_an_open_domanda(self) -> None:
        prime = {r["storia"]: r for r in ATTESO["riga"] if r["status"] == 201}
        ripetute = [prime[r["storia"]] for r in ATTESO["riga"] if r["status"] == 409]

        assert {r["dopo_registri"] for r in ripetute} == {"ACCOLTA"}

    def test_is_about_people_the_registries_know(self) -> None:
        lette = [json.loads(RIGHE[r["numero"] - 1]) for r in ATTESO["riga"] if r["status"] in (201, 409)]

        codici = [p["codice_fiscale"] for d in lette for p in (d["richiedente"], *d["componenti"])]
        assert all(mondo().trova(codice) for codice in codici)


class TestAttesi:
    def test_add_up(self) -> None:
        ricevute = ATTESO["presentazione"]["ricevute_201"]

        assert sum(ATTESO["dopo_registri"].values()) == sum(ATTESO["alla_fine"].values()) == ricevute
        assert sum(v for k, v in ATTESO["presentazione"].items() if k != "righe") == 200

    def test_pay_what_the_accepted_lines_say(self) -> None:
        accolte = [r for r in ATTESO["riga"] if r.get("dopo_registri") == "ACCOLTA"]

        centesimi = sum(int(r["importo"].replace(".", "")) for r in accolte)
        assert ATTESO["pagamenti"]["disposizioni_al_mese"] == len(accolte)
        assert int(ATTESO["pagamenti"]["totale_al_mese"].replace(".", "")) == centesimi
