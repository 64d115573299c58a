# SPDX-License-Identifier: EUPL-1.2
"""Configuration of a service, read once from the environment and passed on as values; secrets have no default."""

import base64
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, Field, SecretStr
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

RUOLI = ("api", "consumer", "relay", "jobs")


class Emittente(BaseModel):
    """An issuer of tokens that the services trust."""

    iss: str
    jwks_url: str
    tipo: str = Field(pattern="^(PDND|OPERATORI|CITTADINI)$")


def _elenco(valore: object) -> object:
    return tuple(valore.split(",")) if isinstance(valore, str) else valore


class Impostazioni(BaseSettings):
    """What every service needs to know. `DATABASE_URL` and `CHIAVE` carry the name of the service as prefix."""

    model_config = SettingsConfigDict(env_prefix="", extra="ignore", frozen=True, populate_by_name=True)

    database_url: str
    chiave: SecretStr = Field(description="Base64 of the 32 bytes that seal the data at rest of the service")
    database_connessioni: int = 8
    eventi_chiave: SecretStr = Field(
        alias="EVENTI_CHIAVE", description="Base64 of the 32 bytes that seal personal data in events"
    )
    bus_url: str = Field(
        default="interno", alias="BUS_URL", description="amqp://... or `interno` for the in-process bus"
    )
    bus_prefisso: str = Field(default="", alias="BUS_PREFISSO")
    ruoli: Annotated[tuple[str, ...], NoDecode, BeforeValidator(_elenco)] = Field(default=RUOLI, alias="RUOLI")
    audience: str = Field(alias="AUDIENCE")
    emittenti: tuple[Emittente, ...] = Field(alias="EMITTENTI")
    enti_file: Path = Field(alias="ENTI_FILE", description="TOML table of the accredited enti")
    pdnd_url: str = Field(alias="PDND_URL", description="Token endpoint, whole address")
    pdnd_chiavi_url: str = Field(
        alias="PDND_CHIAVI_URL", description="Keys of the fruitori on PDND, address before the key id"
    )
    pdnd_audience: str = Field(default="auth.interop.pagopa.it/client-assertion", alias="PDND_AUDIENCE")
    pdnd_client_id: str = Field(default="", alias="PDND_CLIENT_ID")
    pdnd_kid: str = Field(default="", alias="PDND_KID")
    pdnd_chiave_file: Path | None = Field(
        default=None, alias="PDND_CHIAVE_FILE", description="PEM private key of the client"
    )
    pdnd_finalita: dict[str, str] = Field(
        default_factory=dict,
        alias="PDND_FINALITA",
        description="JSON object: purposeId by e-service; `pdnd-interop` is the API that tells the keys of the fruitori",
    )
    url_pubblico: str = Field(default="http://127.0.0.1:8000", alias="URL_PUBBLICO")
    richieste_al_minuto: int = Field(default=30_000, alias="RICHIESTE_AL_MINUTO", description="Per ente and replica")
    richieste_insieme: int = Field(
        default=64, ge=1, alias="RICHIESTE_INSIEME", description="At work at a time on a replica; as many wait a moment"
    )
    corpo_timeout_seconds: float = Field(
        default=10.0,
        gt=0,
        alias="CORPO_TIMEOUT_SECONDS",
        description="Within which the body of a request must be there",
    )
    accessi_teste_file: Path | None = Field(
        default=None, description="File to which the head of the access log is appended; to be kept elsewhere"
    )
    log_livello: str = Field(default="INFO", alias="LOG_LIVELLO")


def chiave_da(segreto: SecretStr) -> bytes:
    """Decode a base64 key.

    :raises ValueError: if the text is not base64.
    """
    return base64.b64decode(segreto.get_secret_value(), validate=True)
