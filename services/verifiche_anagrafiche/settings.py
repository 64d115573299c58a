# SPDX-License-Identifier: EUPL-1.2
"""Configuration of `verifiche_anagrafiche`: the registries and the PDND client that calls them."""

from pathlib import Path
from typing import Self

from pydantic import Field, model_validator
from pydantic_settings import SettingsConfigDict

from shared.web.impostazioni import Impostazioni


class ImpostazioniVerificheAnagrafiche(Impostazioni):
    """Settings of the service: `VERIFICHE_ANAGRAFICHE_DATABASE_URL`, `VERIFICHE_ANAGRAFICHE_CHIAVE`, the addresses below."""

    model_config = SettingsConfigDict(
        env_prefix="VERIFICHE_ANAGRAFICHE_", extra="ignore", frozen=True, populate_by_name=True
    )

    pdnd_firma_kid: str = Field(default="", alias="PDND_FIRMA_KID", description="Key id of the key below")
    pdnd_firma_chiave_file: Path | None = Field(
        default=None,
        alias="PDND_FIRMA_CHIAVE_FILE",
        description="PEM private key that signs the requests in place of the other one, on P-256 for ES256",
    )
    anpr_url: str = Field(alias="ANPR_URL", description="Address before the name of the e-service C0xx-...")
    isee_url: str = Field(alias="ISEE_URL", description="SOAP endpoint, whole address")
    pra_url: str = Field(alias="PRA_URL")
    giustizia_url: str = Field(alias="GIUSTIZIA_URL")
    unilav_url: str = Field(alias="UNILAV_URL")
    registri_timeout_seconds: int = Field(default=10, ge=1, le=120, alias="REGISTRI_TIMEOUT_SECONDS")
    registri_concorrenza: int = Field(
        default=8, ge=1, le=64, alias="REGISTRI_CONCORRENZA", description="Calls at a time to each registry"
    )

    @model_validator(mode="after")
    def _chi_chiama_si_presenta(self) -> Self:
        completo = self.pdnd_client_id and self.pdnd_kid and self.pdnd_chiave_file and self.pdnd_finalita
        if "jobs" in self.ruoli and not completo:
            raise ValueError("servono PDND_CLIENT_ID, PDND_KID, PDND_CHIAVE_FILE e PDND_FINALITA")
        return self
