# SPDX-License-Identifier: EUPL-1.2
"""What the documents say of the code is true: first request, settings, commands, events, licence, catalogue file."""

import re
import tomllib
from typing import Any

import jinja2
import pytest
import yaml
from jsonschema import Draft202012Validator

from deploy.locale.portale import CLIENT_DI_PROVA
from deploy.locale.topologia import code
from shared.contracts.evento import REGISTRO
from shared.db.migrazioni import SERVIZI
from shared.web.enti import RegistroEnti
from tests.deploy.composizione import RADICE
from tests.deploy.impostazioni import nomi_di

_LEGGIMI = ("README.md", "README.it.md")
_LINGUA = {
    "type": "object",
    "required": ["shortDescription", "longDescription", "features"],
    "properties": {
        "localisedName": {"type": "string"},
        "shortDescription": {"type": "string", "minLength": 1, "maxLength": 150},
        "longDescription": {"type": "string", "minLength": 150, "maxLength": 10_000},
        "features": {"type": "array", "minItems": 1, "items": {"type": "string", "maxLength": 100}},
    },
    "additionalProperties": False,
}
_PUBLICCODE = {
    "type": "object",
    "required": [
        "publiccodeYmlVersion", "name", "url", "platforms", "developmentStatus", "softwareType", "description", "legal",
        "maintenance", "localisation",
    ],
    "properties": {
        "publiccodeYmlVersion": {"const": "0.7.0"},
        "developmentStatus": {"enum": ["concept", "development", "beta", "stable", "obsolete"]},
        "description": {"type": "object", "required": ["it"], "additionalProperties": _LINGUA},
        "legal": {"type": "object", "required": ["license"], "properties": {"license": {"const": "EUPL-1.2"}}},
        "maintenance": {
            "type": "object", "required": ["type", "contacts"],
            "properties": {"type": {"enum": ["internal", "community"]}, "contacts": {"type": "array", "minItems": 1}},
        },
        "localisation": {"type": "object", "required": ["localisationReady", "availableLanguages"]},
        "supports": {
            "type": "array",
            "items": {"properties": {"id": {"pattern": "^alias:(gdpr|eidas|nis2|cra|spid|cie|anpr|pagopa|io)$"}}},
        },
    },
    "not": {"required": ["IT"]},
}  # fmt: skip


def _testo(nome: str) -> str:
    return (RADICE / nome).read_text(encoding="utf-8")


def _curl(testo: str) -> str:
    trovato = re.search(r"^TOKEN=.*?-d @-$", testo, re.MULTILINE | re.DOTALL)
    assert trovato
    return trovato.group()


class TestLeggimi:
    @pytest.mark.parametrize("nome", _LEGGIMI)
    def test_shows_the_first_request_of_the_portal(self, nome: str) -> None:
        modello = jinja2.Template(_testo("deploy/locale/portale.html"))

        pagina = modello.render(servizi=(), base="http://127.0.0.1:8000", sandbox="http://127.0.0.1:8001")

        assert _curl(_testo(nome)) == _curl(re.sub(r"</?pre>", "\n", pagina))

    def test_asks_for_the_token_of_a_client_that_exists(self) -> None:
        chiesto = re.search(r"client_id=([\w-]+)", _curl(_testo("README.md")))

        assert chiesto is not None
        assert chiesto[1] == CLIENT_DI_PROVA
        assert RegistroEnti.da_toml(RADICE / "deploy" / "sandbox" / "enti.toml").per_client(chiesto[1])

    @pytest.mark.parametrize("nome", _LEGGIMI)
    def test_explains_every_setting_and_no_other(self, nome: str) -> None:
        tabella = re.search(r"^### (Settings|Impostazioni)\n(.*?)^## ", _testo(nome), re.MULTILINE | re.DOTALL)
        assert tabella
        scritte = set(
            re.findall(
                r"`(?:<SERVIZIO>_)?([A-Z][A-Z_]+)`", "".join(re.findall(r"^\| ([^|]*) \|", tabella[2], re.MULTILINE))
            )
        )

        lette = {re.sub(rf"^{s.upper()}_(?=DATABASE|CHIAVE$|ACCESSI)", "", n) for s in SERVIZI for n in nomi_di(s)}

        assert scritte == lette | {"PERCORSO_RADICE"}

    @pytest.mark.parametrize("nome", _LEGGIMI)
    def test_lists_the_commands_of_the_makefile(self, nome: str) -> None:
        comandi = set(re.findall(r"^([a-z]+):.*## ", _testo("Makefile"), re.MULTILINE)) - {"help"}

        assert set(re.findall(r"^\| `make ([a-z]+)` \|", _testo(nome), re.MULTILINE)) - {"bench"} == comandi - {"bench"}

    def test_is_the_same_in_two_languages(self) -> None:
        forme = [re.findall(r"^(#+ |\| |- |```\w*)", _testo(nome), re.MULTILINE) for nome in _LEGGIMI]

        assert forme[0] == forme[1]

    def test_describes_the_folders_that_there_are(self) -> None:
        cartelle = set(re.findall(r"^\| `([a-z]+)/` \|", _testo("README.md"), re.MULTILINE))

        assert cartelle == {"services", "shared", "deploy", "tests", "docs"}


class TestCollegamenti:
    def test_lead_to_files_that_there_are(self) -> None:
        pagine = [*RADICE.glob("*.md"), *(RADICE / "docs").rglob("*.md")]

        rotti = [
            f"{pagina.relative_to(RADICE)}: {meta}"
            for pagina in pagine
            for meta in re.findall(r"\]\(([^)#]+?)(?:#[^)]*)?\)", pagina.read_text(encoding="utf-8"))
            if not meta.startswith(("http://", "https://")) and not (pagina.parent / meta).exists()
        ]

        assert rotti == []

    def test_lead_to_code_that_there_is(self) -> None:
        pagine = [*RADICE.glob("*.md"), *(RADICE / "docs").rglob("*.md")]

        rotti = [
            f"{pagina.relative_to(RADICE)}: {percorso}"
            for pagina in pagine
            for percorso in re.findall(
                r"`((?:services|shared|deploy|tests|docs)/[\w./-]+)`", pagina.read_text(encoding="utf-8")
            )
            if not (RADICE / percorso).exists()
        ]

        assert rotti == []


class TestEventi:
    def test_have_in_the_architecture_their_publisher_and_listeners(self) -> None:
        code_attuali = code()
        righe = re.findall(r"^\| `(\w+)` \| (\w+) \| ([\w, -]+) \|$", _testo("docs/architettura.md"), re.MULTILINE)

        scritti = {f"{editore}.{nome}.v1": set(ascolta.split(", ")) - {"-"} for nome, editore, ascolta in righe}

        prodotto = [tipo for tipo in REGISTRO if tipo.partition(".")[0] in SERVIZI]
        assert scritti == {tipo: {s for s, tipi in code_attuali.items() if tipo in tipi} for tipo in prodotto}


class TestDecisioni:
    def test_are_numbered_without_holes_and_have_a_title(self) -> None:
        pagine = sorted((RADICE / "docs" / "decisioni").glob("*.md"))

        titoli = [pagina.read_text(encoding="utf-8").splitlines()[0] for pagina in pagine]

        assert [p.name[:4] for p in pagine] == [f"{n:04}" for n in range(1, len(pagine) + 1)]
        assert all(t.startswith(f"# {p.name[:4]} - ") for p, t in zip(pagine, titoli, strict=True))

    @pytest.mark.parametrize("sezione", ["The question", "Options", "Decision", "when to think again"])
    def test_have_their_parts(self, sezione: str) -> None:
        pagine = sorted((RADICE / "docs" / "decisioni").glob("*.md"))

        assert [p.name for p in pagine if sezione not in p.read_text(encoding="utf-8")] == []


class TestLicenza:
    def test_is_the_text_of_the_eupl(self) -> None:
        testo = _testo("LICENSE")

        assert testo.startswith("EUROPEAN UNION PUBLIC LICENCE v. 1.2\nEUPL © the European Union 2007, 2016\n")
        assert re.findall(r"^(\d+)\.[A-Z]", testo, re.MULTILINE) == [str(n) for n in range(1, 16)]
        assert testo.rstrip().endswith("require the production of a new EUPL version.")

    def test_is_the_one_that_every_description_names(self) -> None:
        progetto = tomllib.loads(_testo("pyproject.toml"))["project"]

        assert progetto["license"] == _publiccode()["legal"]["license"] == "EUPL-1.2"


class TestCatalogo:
    def test_has_what_the_standard_asks_for(self) -> None:
        errori = [f"{e.json_path}: {e.message}" for e in Draft202012Validator(_PUBLICCODE).iter_errors(_publiccode())]

        assert errori == []

    def test_has_the_version_of_the_project_and_of_the_changelog(self) -> None:
        versione = tomllib.loads(_testo("pyproject.toml"))["project"]["version"]

        assert _publiccode()["softwareVersion"] == versione
        assert f"## [{versione}]" in _testo("CHANGELOG.md")


def _publiccode() -> dict[str, Any]:
    letto: dict[str, Any] = yaml.safe_load(_testo("publiccode.yml"))
    return letto
