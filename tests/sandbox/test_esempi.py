# SPDX-License-Identifier: EUPL-1.2
"""The example of the OpenAPI pages is a nucleo that the sandbox knows: who tries it follows a whole story."""

from deploy.demo.modulo import modulo_di
from deploy.sandbox.persone import mondo
from services.domande.schemas.esempi import DOMANDA


def test_the_example_is_the_family_of_a_story() -> None:
    assert modulo_di(mondo().storia("T3")) == DOMANDA
