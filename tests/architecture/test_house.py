# SPDX-License-Identifier: EUPL-1.2
"""The rules of the house that no other tool checks: headers, places, sizes, addresses, language of the APIs."""

import ast
import os
import re
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from deploy.locale.documenti import openapi
from shared.db.migrazioni import SERVIZI

_RADICE = Path(__file__).resolve().parents[2]
_SPDX = "# SPDX-License-Identifier: EUPL-1.2"
_RIGHE_MASSIME = 350
_NON_NOSTRI = {".git", ".venv", "build", ".dati", "__pycache__"}

_PARTE = "api|handlers|jobs|commands|queries|clients|schemas|store|tables|domain"
_SERVIZIO = "|".join(SERVIZI)
_PROVE = (
    rf"{_SERVIZIO}|kernel|db|web|messaging|misure|contracts|architecture|support|flows|sicurezza"
    "|deploy|locale|sandbox|demo|bench|guasti|simulazione"
)
# Every file has one place: a new kind of file asks for a line here, and for its reason.
_POSTI = [
    # root
    r"(README|README\.it|CONTRIBUTING|CHANGELOG|SECURITY)\.md",
    r"(LICENSE|Makefile|pyproject\.toml|publiccode\.yml|docker-compose\.yml|requirements(-dev)?\.lock)",
    r"\.(gitignore|dockerignore|gitattributes|editorconfig)",
    r"\.ci/run",
    # services
    r"services/__init__\.py",
    rf"services/({_SERVIZIO})/(__init__|app|settings)\.py",
    rf"services/({_SERVIZIO})/({_PARTE})(\.py|/([a-z_]+/)?[a-z_]+\.py)",
    rf"services/({_SERVIZIO})/migrations/[0-9]{{4}}_[a-z_]+\.py",
    rf"services/({_SERVIZIO})/(domain/)?parametri\.toml",
    rf"services/({_SERVIZIO})/(dati|modelli)/([a-z_-]+\.(csv|toml|typ|txt|j2)|README\.md)",
    # shared
    r"shared/(__init__|errors|servizio)\.py",
    r"shared/(kernel|contracts|db|web|messaging|misure)/([a-z_]+/)?[a-z_]+\.py",
    r"shared/db/alembic/(env\.py|script\.py\.mako)",
    r"shared/misure/[a-z]+/(parametri\.toml|([a-z_]+/)?[a-z_]+\.py)",
    # deploy
    r"deploy/(__init__\.py|Dockerfile|env\.esempio)",
    r"deploy/(locale|sandbox|bench|demo|filiera)/([a-z_]+/)?[a-z_]+\.py",
    r"deploy/filiera/(deroghe|licenze)\.toml",
    r"deploy/locale/portale\.html",
    r"deploy/sandbox/README\.md",
    r"deploy/sandbox/(enti\.toml|dati/[a-z_]+\.(toml|csv))",
    r"deploy/demo/[a-z_-]+\.(ndjson|toml|csv)",
    r"deploy/(postgres/[0-9]{2}-[a-z-]+\.sh|proxy/nginx\.conf)",
    # docs
    r"docs/[a-z-]+\.md",
    r"docs/decisioni/[0-9]{4}-[a-z0-9-]+\.md",
    r"docs/tracciabilita/(regole\.toml|README\.md)",
    # tests
    r"tests/(__init__|conftest)\.py",
    rf"tests/({_PROVE})/([a-z_]+/)?[a-z_]+\.(py|toml|json|ndjson)",
    rf"tests/({_PROVE})/([a-z_]+/)?[a-z_.0-9]+\.json",
]  # fmt: skip

# Written in two halves, or this file would break its own rule.
_INDIRIZZI = re.compile(
    "|".join((
        "pypi" + r"\.org", "pythonhosted" + r"\.org", "registry" + r"\.npmjs", "docker" + r"\.io", "ghcr" + r"\.io",
        "quay" + r"\.io", "(?<!emit-)index" + "-url", "proxy" + r"\.golang\.org",
    ))
)  # fmt: skip
_PERCORSI = re.compile(r"(?<![\w.{}])/(?:home|Users|root|work|mnt)/[\w.]")
_INGLESE = re.compile(
    r"\b(the|of|and|with|for|is|are|was|has|have|this|that|these|which|when|must|should|from|into|not|if|by|your|will|"
    r"response|request|successful|validation|returns?|given|available|required|missing|value|values|list|address|"
    r"string|number|boolean|unprocessable|unauthorized|forbidden|example|default)\b",
    re.IGNORECASE,
)


@cache
def _file() -> tuple[str, ...]:
    """List what is in the repository or is about to be: everything that git does not ignore."""
    comando = ("git", "ls-files", "--cached", "--others", "--exclude-standard", "-z")
    esito = subprocess.run(comando, cwd=_RADICE, capture_output=True, text=True, check=False)
    nomi = (
        esito.stdout.split("\0") if esito.returncode == 0 else [str(p.relative_to(_RADICE)) for p in _cammina(_RADICE)]
    )
    return tuple(sorted(nome for nome in nomi if nome and (_RADICE / nome).is_file()))


def _cammina(cartella: Path) -> Iterator[Path]:
    """Walk a tree that came without git, as an archive does."""
    for voce in sorted(cartella.iterdir()):
        if (
            voce.name in _NON_NOSTRI
            or voce.name.endswith(("_cache", ".egg-info", ".pyc"))
            or voce.name == ".hypothesis"
        ):
            continue
        yield from _cammina(voce) if voce.is_dir() else (voce,)


def _testo(nome: str) -> str:
    return (_RADICE / nome).read_text(encoding="utf-8")


def _python() -> list[str]:
    return [nome for nome in _file() if nome.endswith(".py")]


class TestFile:
    def test_are_found(self) -> None:
        assert len(_python()) > 100

    def test_have_a_place(self) -> None:
        posti = re.compile("|".join(f"(?:{posto})" for posto in _POSTI))

        assert [nome for nome in _file() if not posti.fullmatch(nome)] == []

    def test_say_their_licence_in_the_first_line(self) -> None:
        assert [nome for nome in _python() if not _testo(nome).startswith(f"{_SPDX}\n")] == []

    def test_say_what_they_are(self) -> None:
        assert [nome for nome in _python() if not ast.get_docstring(ast.parse(_testo(nome)))] == []

    def test_of_the_product_are_short(self) -> None:
        prodotto = [nome for nome in _python() if nome.startswith(("services/", "shared/", "deploy/"))]

        lunghi = {nome: n for nome in prodotto if (n := len(_testo(nome).splitlines())) > _RIGHE_MASSIME}

        assert lunghi == {}

    def test_have_no_path_of_a_machine_and_no_address_of_a_registry(self) -> None:
        trovati = [
            f"{nome}:{numero}: {riga.strip()[:100]}"
            for nome in _file()
            for numero, riga in enumerate(_testo(nome).splitlines(), 1)
            if _INDIRIZZI.search(riga) or _PERCORSI.search(riga)
        ]

        assert trovati == []

    def test_leave_nothing_for_later(self) -> None:
        dopo = re.compile(r"\b(" + "|".join(("TO" + "DO", "FIX" + "ME", "X" * 3, "NotImplemented" + "Error")) + r")\b")

        assert [nome for nome in _python() if dopo.search(_testo(nome))] == []

    def test_have_their_services_laid_out_alike(self) -> None:
        comuni = ("__init__.py", "app.py", "settings.py", "handlers.py")

        mancanti = [f"{s}/{nome}" for s in SERVIZI for nome in comuni if f"services/{s}/{nome}" not in _file()]

        assert mancanti == []


class TestControllo:
    """The patterns above, seen failing."""

    @pytest.mark.parametrize(
        "riga",
        [
            "see /ho" + "me/maria/x",
            "open('/ro" + "ot/.cache')",
            "--index" + "-url x",
            "image: docker" + ".io/library/nginx",
        ],
    )
    def test_finds_paths_and_addresses(self, riga: str) -> None:
        assert _INDIRIZZI.search(riga) or _PERCORSI.search(riga)

    @pytest.mark.parametrize(
        "riga", ["services/home/x.py", "{base}/wo" + "rk/item", "postgresql://h/root", "https://a.it/home/"]
    )
    def test_lets_ordinary_text_through(self, riga: str) -> None:
        assert not _INDIRIZZI.search(riga)
        assert not _PERCORSI.search(riga)

    def test_finds_english_and_lets_italian_through(self) -> None:
        assert _INGLESE.search("Successful Response")
        assert not _INGLESE.search("Elenca le domande visibili a chi chiama, in pagine; il token è in Authorization.")


@pytest.fixture
def ambiente_intatto() -> Iterator[None]:
    """Put the environment back: building the documents writes the settings there."""
    prima = dict(os.environ)
    yield
    os.environ.clear()
    os.environ.update(prima)


class TestOpenApi:
    @pytest.mark.usefixtures("ambiente_intatto")
    @pytest.mark.parametrize("servizio", SERVIZI)
    def test_speaks_italian(self, servizio: str) -> None:
        frasi = list(_frasi(openapi(servizio)))

        inglesi = [f"{dove}: {frase[:120]}" for dove, frase in frasi if _INGLESE.search(_senza_codice(frase))]

        assert len(frasi) > 50
        assert inglesi == []


def _frasi(nodo: object, dove: str = "") -> Iterator[tuple[str, str]]:
    """Give the sentences that a reader of the document sees, with their place; not examples, not names of fields."""
    if isinstance(nodo, dict):
        for nome, figlio in nodo.items():
            if nome in ("summary", "description", "title", "x-summary") and isinstance(figlio, str):
                yield f"{dove}/{nome}", figlio
            elif nome not in ("example", "examples", "default"):
                yield from _frasi(figlio, f"{dove}/{nome}")
    elif isinstance(nodo, list):
        for indice, figlio in enumerate(nodo):
            yield from _frasi(figlio, f"{dove}/{indice}")


def _senza_codice(frase: str) -> str:
    """Leave out what is between backquotes or brackets: names of fields, profiles of interoperability."""
    return re.sub(r"`[^`]*`|\[[A-Z_0-9]+\]", "", frase)
