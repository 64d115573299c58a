# SPDX-License-Identifier: EUPL-1.2
"""Personal data at rest and in events: sealed with AES-256-GCM; looked up by a keyed hash."""

import base64
import hashlib
import hmac
import os
from typing import NewType, TypeVar

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from pydantic import BaseModel

Sigillo = NewType("Sigillo", str)
M = TypeVar("M", bound=BaseModel)
_VERSIONE = "s1."
_NONCE = 12


class SigilloNonValido(ValueError):
    """The sealed text was changed, or sealed with another key."""


class Cifrario:
    """Seals and opens personal data with one 32-byte key, and hashes identifiers with a key derived from it."""

    def __init__(self, chiave: bytes) -> None:
        """:raises ValueError: if the key is not 32 bytes long."""
        if len(chiave) != 32:
            raise ValueError("la chiave del cifrario deve essere di 32 byte")
        self._aead = AESGCM(chiave)
        self._chiave_impronta = hmac.digest(chiave, b"impronta", hashlib.sha256)

    def cifra(self, chiaro: bytes) -> bytes:
        """Seal bytes: nonce followed by ciphertext and tag."""
        nonce = os.urandom(_NONCE)
        return nonce + self._aead.encrypt(nonce, chiaro, None)

    def decifra(self, cifrato: bytes) -> bytes:
        """Open bytes sealed by `cifra`.

        :raises SigilloNonValido: if they were changed or sealed with another key.
        """
        try:
            return self._aead.decrypt(cifrato[:_NONCE], cifrato[_NONCE:], None)
        except InvalidTag:
            raise SigilloNonValido("sigillo non valido") from None

    def sigilla(self, modello: BaseModel) -> Sigillo:
        """Seal a model into a text that fits in a JSON string."""
        cifrato = self.cifra(modello.model_dump_json().encode())
        return Sigillo(_VERSIONE + base64.urlsafe_b64encode(cifrato).decode())

    def apri(self, sigillo: Sigillo, tipo: type[M]) -> M:
        """Open a sealed text into its model.

        :raises SigilloNonValido: if the text was changed, or its version is unknown.
        """
        if not sigillo.startswith(_VERSIONE):
            raise SigilloNonValido("versione del sigillo sconosciuta")
        cifrato = base64.urlsafe_b64decode(sigillo[len(_VERSIONE) :])
        return tipo.model_validate_json(self.decifra(cifrato))

    def impronta(self, identificativo: str) -> bytes:
        """Give the keyed hash (32 bytes) under which an identifier is indexed and compared."""
        return hmac.digest(self._chiave_impronta, identificativo.encode(), hashlib.sha256)
