# SPDX-License-Identifier: EUPL-1.2
"""Configuration of `presa_in_carico`."""

from pydantic_settings import SettingsConfigDict

from shared.web.impostazioni import Impostazioni


class ImpostazioniPresaInCarico(Impostazioni):
    """Settings of the service: `PRESA_IN_CARICO_DATABASE_URL`, `PRESA_IN_CARICO_CHIAVE` and the common ones."""

    model_config = SettingsConfigDict(env_prefix="PRESA_IN_CARICO_", extra="ignore", frozen=True, populate_by_name=True)
