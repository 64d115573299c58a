# SPDX-License-Identifier: EUPL-1.2
"""Configuration of `erogazioni`: the payer, the PDND client that reaches it, how much goes in one transaction."""

from pathlib import Path
from typing import Self

from pydantic import Field, model_validator
from pydantic_settings import SettingsConfigDict

from shared.web.impostazioni import Impostazioni

ESERVIZIO = "poste-carte"


class ImpostazioniErogazioni(Impostazioni):
    """Settings of the service: `EROGAZIONI_DATABASE_URL`, `EROGAZIONI_CHIAVE`, the addresses below and the common ones."""

    model_config = SettingsConfigDict(env_prefix="EROGAZIONI_", extra="ignore", frozen=True, populate_by_name=True)

    controlla_durevolezza: bool = Field(
        default=True, description="Refuse to start unless PostgreSQL keeps through a power cut what it has committed"
    )
    invii_cartella: Path | None = Field(
        default=None, description="Folder of the journal of what was sent, outside the database; to be kept elsewhere"
    )
    posizioni_per_blocco: int = Field(
        default=20_000, ge=1, le=20_000, description="Posizioni prepared in one transaction"
    )
    disposizioni_per_flusso: int = Field(default=5_000, ge=1, le=5_000, description="Rows of one payment file")
    restituzioni_ogni_seconds: int = Field(
        default=60, ge=1, le=86_400, description="How often the payer is asked which payments came back"
    )
    poste_url: str = Field(alias="POSTE_URL", description="Card gateway, address up to and including /v1")
    poste_timeout_seconds: int = Field(default=15, ge=1, le=120, alias="POSTE_TIMEOUT_SECONDS")

    @property
    def si_presenta(self) -> bool:
        """Tell whether vouchers can be asked for."""
        return bool(
            self.pdnd_client_id and self.pdnd_kid and self.pdnd_chiave_file and self.pdnd_finalita.get(ESERVIZIO)
        )

    @model_validator(mode="after")
    def _chi_paga_si_presenta(self) -> Self:
        if "jobs" in self.ruoli and not self.si_presenta:
            raise ValueError(f"servono PDND_CLIENT_ID, PDND_KID, PDND_CHIAVE_FILE e PDND_FINALITA con {ESERVIZIO}")
        return self
