# SPDX-License-Identifier: EUPL-1.2
"""Configuration of `domande`."""

from pydantic_settings import SettingsConfigDict

from shared.web.impostazioni import Impostazioni


class ImpostazioniDomande(Impostazioni):
    """Settings of the service: `DOMANDE_DATABASE_URL`, `DOMANDE_CHIAVE` and the common ones."""

    model_config = SettingsConfigDict(env_prefix="DOMANDE_", extra="ignore", frozen=True, populate_by_name=True)
