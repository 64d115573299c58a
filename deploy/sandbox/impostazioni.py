# SPDX-License-Identifier: EUPL-1.2
"""Settings of the sandbox, and the settable clock it can be given."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol, runtime_checkable

from shared.kernel.calendario import adesso

AUDIENCE = "https://inclusione.example/rest/sostegno-reddito/v1"
ENTI = Path(__file__).parent / "enti.toml"


@runtime_checkable
class OrologioRegolabile(Protocol):
    """A clock that can be moved."""

    def __call__(self) -> datetime:
        """Give the instant."""
        ...

    def imposta(self, istante: datetime) -> None:
        """Move the clock."""
        ...


@dataclass(frozen=True, slots=True)
class ImpostazioniSandbox:
    """What the sandbox needs to know.

    `orologio` dates what the simulated systems write (valuta, created_at); tokens always follow the real clock, because
    who checks them does too. `cartella` keeps the generated keys; None keeps them in memory. `porta_smtp` None: no mail;
    0: any free port, then found in `Sandbox.posta.porta`.
    """

    url_pubblico: str = "http://127.0.0.1:8001"
    audience: str = AUDIENCE
    cartella: Path | None = None
    enti_file: Path = ENTI
    orologio: Callable[[], datetime] = adesso
    smtp_host: str = "127.0.0.1"
    porta_smtp: int | None = None
    chiave_appio: str = "chiave-di-prova"


def emittenti(url_pubblico: str) -> list[dict[str, str]]:
    """Give the issuers that the services must trust, as their setting `EMITTENTI` wants them."""
    return [
        {"iss": "interop.pagopa.it", "jwks_url": f"{url_pubblico}/pdnd/.well-known/jwks.json", "tipo": "PDND"},
        {"iss": f"{url_pubblico}/oidc/operatori", "jwks_url": f"{url_pubblico}/oidc/operatori/jwks.json", "tipo": "OPERATORI"},
        {"iss": f"{url_pubblico}/oidc/cittadini", "jwks_url": f"{url_pubblico}/oidc/cittadini/jwks.json", "tipo": "CITTADINI"},
    ]  # fmt: skip
