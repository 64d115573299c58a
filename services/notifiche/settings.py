# SPDX-License-Identifier: EUPL-1.2
"""Configuration of `notifiche`: the channels, and the office that signs the letters."""

from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, SecretStr, model_validator
from pydantic_settings import SettingsConfigDict

from shared.web.impostazioni import Impostazioni


class Ufficio(BaseModel):
    """The office that writes: what a citizen finds in the heading and in the contacts of a letter."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    ente: str = "Ente erogatore"
    nome: str = "Ufficio Misure di inclusione"
    indirizzo: str = "Via degli Uffici 1, 00100 Roma"
    luogo: str = "Roma"
    telefono: str = "800 000 000"
    orari: str = "dal lunedì al venerdì, dalle 8.30 alle 17.00"
    email: str = "assistenza@inclusione.example"
    sito: str = "inclusione.example"
    responsabile: str = Field(default="", description="Name printed under the letter, where the ente wants one")


class ImpostazioniNotifiche(Impostazioni):
    """Settings of the service; a channel without address is off, and its notices take the next one."""

    model_config = SettingsConfigDict(env_prefix="NOTIFICHE_", extra="ignore", frozen=True, populate_by_name=True)

    appio_url: str | None = Field(default=None, alias="APPIO_URL", description="Base address of the App IO API")
    appio_chiave: SecretStr | None = Field(default=None, alias="APPIO_CHIAVE", description="Subscription key")
    smtp_host: str | None = Field(default=None, alias="SMTP_HOST")
    smtp_porta: int = Field(default=25, alias="SMTP_PORTA")
    smtp_utente: str | None = Field(default=None, alias="SMTP_UTENTE")
    smtp_password: SecretStr | None = Field(default=None, alias="SMTP_PASSWORD")
    mittente_email: str = Field(default="non-rispondere@inclusione.example", alias="MITTENTE_EMAIL")
    http_timeout_seconds: float = 10.0
    ufficio: Ufficio = Field(default=Ufficio(), alias="UFFICIO", description="JSON object with the fields of `Ufficio`")
    comuni_file: Path | None = Field(
        default=None, alias="COMUNI_FILE", description="TOML table `[[comune]]` with belfiore and nome, for addresses"
    )

    @model_validator(mode="after")
    def _chiave_con_indirizzo(self) -> "ImpostazioniNotifiche":
        if self.appio_url and self.appio_chiave is None:
            raise ValueError("APPIO_URL senza APPIO_CHIAVE")
        return self
