# SPDX-License-Identifier: EUPL-1.2
"""Run the sandbox by itself: `python -m deploy.sandbox --porta 8001 --porta-smtp 8025`, or the same by environment."""

import argparse
import os
import signal
import sys
from pathlib import Path

import uvicorn

from deploy.sandbox.app import crea_sandbox
from deploy.sandbox.impostazioni import AUDIENCE, ENTI, ImpostazioniSandbox


def main() -> None:
    """Serve until stopped."""
    opzioni = _opzioni()
    impostazioni = ImpostazioniSandbox(
        url_pubblico=opzioni.url_pubblico or f"http://127.0.0.1:{opzioni.porta}",
        audience=opzioni.audience,
        cartella=Path(opzioni.cartella),
        enti_file=Path(opzioni.enti_file),
        smtp_host=opzioni.host,
        porta_smtp=opzioni.porta_smtp,
        chiave_appio=_ambiente("CHIAVE_APPIO", "chiave-di-prova"),
    )
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    uvicorn.run(
        crea_sandbox(impostazioni), host=opzioni.host, port=opzioni.porta, access_log=False, timeout_graceful_shutdown=3
    )


def _opzioni() -> argparse.Namespace:
    lettore = argparse.ArgumentParser(
        prog="python -m deploy.sandbox", description="Sistemi esterni simulati di inclusione"
    )
    lettore.add_argument("--host", default=_ambiente("HOST", "127.0.0.1"), help="indirizzo su cui ascoltare")
    lettore.add_argument("--porta", type=int, default=int(_ambiente("PORTA", "8001")), help="porta HTTP")
    lettore.add_argument("--porta-smtp", type=int, default=int(_ambiente("PORTA_SMTP", "8025")), help="porta SMTP")
    lettore.add_argument(
        "--url-pubblico", default=_ambiente("URL_PUBBLICO", ""), help="indirizzo con cui la vedono gli altri"
    )
    lettore.add_argument("--audience", default=_ambiente("AUDIENCE", AUDIENCE), help="audience delle API di inclusione")
    lettore.add_argument(
        "--cartella", default=_ambiente("CARTELLA", ".dati/sandbox"), help="cartella delle chiavi generate"
    )
    lettore.add_argument(
        "--enti-file", default=_ambiente("ENTI_FILE", str(ENTI)), help="tabella degli enti accreditati"
    )
    return lettore.parse_args()


def _ambiente(nome: str, altrimenti: str) -> str:
    return os.environ.get(f"SANDBOX_{nome}", altrimenti)


if __name__ == "__main__":
    main()
