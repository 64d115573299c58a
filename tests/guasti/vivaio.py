# SPDX-License-Identifier: EUPL-1.2
"""A nursery of processes: it has everything imported and gives birth by fork, so that a restart costs a moment.

Run as `python -m tests.guasti.vivaio` it takes orders from standard input, one JSON per line; `Vivaio` is who orders.
"""

import gc
import importlib
import json
import os
import signal
import subprocess
import sys
import traceback
from pathlib import Path
from typing import Any, NoReturn, Self

from shared.db.migrazioni import SERVIZI
from tests.guasti.processo import esegui

_RADICE = Path(__file__).resolve().parents[2]


class Vivaio:
    """The nursery, as the harness sees it; when it is closed none of its processes is left."""

    def __enter__(self) -> Self:
        self._processo = subprocess.Popen(
            [sys.executable, "-m", "tests.guasti.vivaio"], cwd=_RADICE, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            text=True, start_new_session=True,
        )  # fmt: skip
        return self

    def __exit__(self, *_: object) -> None:
        assert self._processo.stdin is not None
        assert self._processo.stdout is not None
        self._processo.stdin.close()
        self._processo.wait(20)
        self._processo.stdout.close()

    def nasce(self, nome: str, argomenti: list[str], ambiente: dict[str, str], registro: Path) -> int:
        """Start a process and give its pid."""
        return int(
            self._ordina({"nome": nome, "argomenti": argomenti, "ambiente": ambiente, "registro": str(registro)})
        )

    def finito(self, pid: int) -> int | None:
        """Give the exit code of a process, negative for a signal; None while it runs."""
        esito = self._ordina({"finito": pid})
        return None if esito is None else int(esito)

    def _ordina(self, ordine: dict[str, Any]) -> Any:
        assert self._processo.stdin is not None
        assert self._processo.stdout is not None
        self._processo.stdin.write(json.dumps(ordine) + "\n")
        self._processo.stdin.flush()
        return json.loads(self._processo.stdout.readline())


class _Servente:
    """The nursery itself."""

    def __init__(self) -> None:
        self._finiti: dict[int, int | None] = {}

    def servi(self) -> None:
        """Obey until who orders goes away, then leave nobody behind."""
        for riga in sys.stdin:
            ordine = json.loads(riga)
            risposta = self._finito(ordine["finito"]) if "finito" in ordine else self._nasce(ordine)
            sys.stdout.write(json.dumps(risposta) + "\n")
            sys.stdout.flush()
        for pid in [pid for pid in self._finiti if self._finito(pid) is None]:
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)

    def _finito(self, pid: int) -> int | None:
        if self._finiti[pid] is None:
            trovato, esito = os.waitpid(pid, os.WNOHANG)
            self._finiti[pid] = os.waitstatus_to_exitcode(esito) if trovato else None
        return self._finiti[pid]

    def _nasce(self, ordine: dict[str, Any]) -> int:
        pid = os.fork()
        if not pid:
            _vivi(ordine)
        self._finiti[pid] = None
        return pid


def _vivi(ordine: dict[str, Any]) -> NoReturn:
    """Become the process of the order."""
    os.setsid()
    registro = os.open(ordine["registro"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    niente = os.open(os.devnull, os.O_RDONLY)
    for da, a in ((niente, 0), (registro, 1), (registro, 2)):
        os.dup2(da, a)
    os.environ.update(ordine["ambiente"])
    codice = 1
    try:
        esegui(ordine["nome"], ordine["argomenti"])
        codice = 0
    except SystemExit as uscita:
        codice = uscita.code if isinstance(uscita.code, int) else int(uscita.code is not None)
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(codice)


if __name__ == "__main__":
    for servizio in SERVIZI:
        importlib.import_module(f"services.{servizio}.app")
    gc.collect()
    gc.freeze()
    _Servente().servi()
