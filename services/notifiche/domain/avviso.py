# SPDX-License-Identifier: EUPL-1.2
"""The kinds of notice: which ones the law wants delivered, and which later fact makes one useless."""

from enum import StrEnum


class Avviso(StrEnum):
    """What a person is told."""

    DOMANDA_RICEVUTA = "DOMANDA_RICEVUTA"
    DOMANDA_INTEGRATA = "DOMANDA_INTEGRATA"
    DOMANDA_IN_EVIDENZA = "DOMANDA_IN_EVIDENZA"
    DOMANDA_ACCOLTA = "DOMANDA_ACCOLTA"
    DOMANDA_RESPINTA = "DOMANDA_RESPINTA"
    DOMANDA_CESSATA = "DOMANDA_CESSATA"
    PAD_SOTTOSCRITTO = "PAD_SOTTOSCRITTO"
    SOSPENSIONE_DISPOSTA = "SOSPENSIONE_DISPOSTA"
    SOSPENSIONE_REVOCATA = "SOSPENSIONE_REVOCATA"
    EROGAZIONE_ESEGUITA = "EROGAZIONE_ESEGUITA"
    EROGAZIONE_SCARTATA = "EROGAZIONE_SCARTATA"
    EROGAZIONE_RESTITUITA = "EROGAZIONE_RESTITUITA"

    @property
    def dovuto(self) -> bool:
        """Whether the notice is an act that the person must receive: it has a letter, and goes on every channel."""
        return self in _DOVUTI

    @property
    def modello(self) -> str:
        """Name of its templates."""
        return self.value.lower()


_DOVUTI = frozenset(
    {
        Avviso.DOMANDA_IN_EVIDENZA,
        Avviso.DOMANDA_ACCOLTA,
        Avviso.DOMANDA_RESPINTA,
        Avviso.DOMANDA_CESSATA,
        Avviso.SOSPENSIONE_DISPOSTA,
        # Who has not collected a card, or has closed an account, must do something to be paid.
        Avviso.EROGAZIONE_RESTITUITA,
    }
)

# A request to complete the domanda is useless once it was completed or decided: later versions of the same entity.
SUPERANO_IN_EVIDENZA = (
    Avviso.DOMANDA_IN_EVIDENZA,
    Avviso.DOMANDA_INTEGRATA,
    Avviso.DOMANDA_ACCOLTA,
    Avviso.DOMANDA_RESPINTA,
    Avviso.DOMANDA_CESSATA,
)
