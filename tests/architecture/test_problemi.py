# SPDX-License-Identifier: EUPL-1.2
"""docs/problemi.md explains every problem that an API can answer with, and no other."""

import ast
import importlib
import inspect
import pkgutil
import re
from pathlib import Path

import deploy
import services
import shared
from shared.errors import InclusioneError
from shared.web import problemi

_RADICE = Path(__file__).resolve().parents[2]
_PAGINA = _RADICE / "docs" / "problemi.md"


def _importa_tutto() -> None:
    for radice in (shared, services, deploy):
        for modulo in pkgutil.walk_packages(radice.__path__, f"{radice.__name__}."):
            if (
                not modulo.name.endswith("__main__")
                and ".migrations" not in modulo.name
                and ".alembic" not in modulo.name
            ):
                importlib.import_module(modulo.name)


def _classi(radice: type[InclusioneError] = InclusioneError) -> set[type[InclusioneError]]:
    figlie = set(radice.__subclasses__())
    return {radice} | figlie | {nipote for figlia in figlie for nipote in _classi(figlia)}


def _di_prodotto() -> set[type[InclusioneError]]:
    _importa_tutto()
    return {c for c in _classi() if c.__module__.partition(".")[0] in ("shared", "services", "deploy")}


def _scritti_nel_bordo() -> set[str]:
    """Find the types that the web layer writes by hand: the table of HTTP errors and the calls of `problema`."""
    trovati = {tipo for tipo, _, _ in problemi._TITOLI_HTTP.values()}
    for file in (_RADICE / "shared" / "web").glob("*.py"):
        for nodo in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(nodo, ast.Call) and getattr(nodo.func, "id", "") == "problema":
                trovati |= {a.value for a in nodo.args[1:2] if isinstance(a, ast.Constant) and isinstance(a.value, str)}
            if isinstance(nodo, ast.Assign) and getattr(nodo.targets[0], "id", "") == "generico":
                trovati.add(ast.literal_eval(nodo.value)[0])
    return trovati


def _titoli() -> list[str]:
    return re.findall(r"^## (\S+)$", _PAGINA.read_text(encoding="utf-8"), re.MULTILINE)


class TestProblemi:
    def test_are_all_explained_once_and_nothing_else_is(self) -> None:
        tipi = {classe.tipo for classe in _di_prodotto()} | _scritti_nel_bordo()

        titoli = _titoli()

        assert sorted(titoli) == sorted(tipi)

    def test_say_what_they_mean_and_what_to_do(self) -> None:
        sezioni = re.split(r"^## \S+$", _PAGINA.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]

        incomplete = [s[:60] for s in sezioni if "**Che cosa significa.**" not in s or "**Che cosa fare.**" not in s]

        assert incomplete == []

    def test_show_the_status_of_their_class(self) -> None:
        testo = _PAGINA.read_text(encoding="utf-8")

        sbagliati = [
            f"{classe.tipo}: {classe.status}"
            for classe in _di_prodotto()
            if not re.search(rf"^## {classe.tipo}\n\n[^\n]*\b{classe.status}\b", testo, re.MULTILINE)
        ]

        assert sbagliati == []

    def test_are_found_in_the_web_layer(self) -> None:
        assert {"nessun-problema", "metodo-non-ammesso", "richiesta-non-accettata"} <= _scritti_nel_bordo()

    def test_have_one_title_and_one_class_per_type(self) -> None:
        per_tipo: dict[str, set[str]] = {}
        for classe in _di_prodotto():
            if "tipo" in vars(classe) or classe is InclusioneError:
                per_tipo.setdefault(classe.tipo, set()).add(f"{classe.__module__}.{classe.__qualname__}")

        assert {tipo: sorted(nomi) for tipo, nomi in per_tipo.items() if len(nomi) > 1} == {}

    def test_have_a_class_with_an_english_sentence(self) -> None:
        assert [c.__name__ for c in _di_prodotto() if not inspect.getdoc(c)] == []
