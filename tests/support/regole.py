# SPDX-License-Identifier: EUPL-1.2
"""The mark of the published rules: refuses an unknown one, and tells how the marked tests went."""

import json
import os
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

import pytest

from deploy.locale.tracciabilita import VARIABILE_ESITI, leggi_regole

_PROPRIETA = "regola"


class Regole:
    """Plugin of pytest; the workers pass the marks on inside the reports."""

    def __init__(self, esiti: Path | None) -> None:
        self._esiti = esiti
        self._raccolti: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Write the rules of each test beside it.

        :raises UsageError: if a mark names a rule that is not among the published ones, or none.
        """
        pubblicate = {r.id for r in leggi_regole()}
        for item in items:
            for segno in item.iter_markers(_PROPRIETA):
                if not segno.args or not set(segno.args) <= pubblicate:
                    raise pytest.UsageError(f"{item.nodeid}: regola sconosciuta tra {segno.args}")
                item.user_properties += [(_PROPRIETA, codice) for codice in segno.args]

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Keep the outcome of each phase: a test that does not get to its call proves nothing."""
        if report.when == "call" or report.outcome != "passed":
            for codice in _codici(report.user_properties):
                self._raccolti[codice][report.nodeid.partition("[")[0]].add(report.outcome)

    def pytest_sessionfinish(self) -> None:
        """Write the outcomes by rule and test, where somebody asked for them."""
        if self._esiti is not None:
            ordinati = {c: {t: sorted(e) for t, e in prove.items()} for c, prove in self._raccolti.items()}
            self._esiti.write_text(json.dumps(ordinati), encoding="utf-8")


def registra(config: pytest.Config) -> None:
    """Add the plugin; only the first process collects the outcomes."""
    chiesto = None if hasattr(config, "workerinput") else os.environ.get(VARIABILE_ESITI)
    config.pluginmanager.register(Regole(Path(chiesto) if chiesto else None), "inclusione-regole")


def _codici(proprieta: Iterable[tuple[str, object]]) -> list[str]:
    return [str(valore) for nome, valore in proprieta if nome == _PROPRIETA]
