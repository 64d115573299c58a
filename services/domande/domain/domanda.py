# SPDX-License-Identifier: EUPL-1.2
"""The domanda and its states, in the words of INPS where they exist."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import NewType
from uuid import UUID

from shared.errors import Conflict
from shared.kernel.calendario import giorno_legale
from shared.kernel.mese import Mese

DomandaId = NewType("DomandaId", UUID)


class Stato(StrEnum):
    """Where the domanda is. An ending has its own name: rinuncia, decadenza and revoca are different acts."""

    ACQUISITA = "ACQUISITA"
    IN_EVIDENZA = "IN_EVIDENZA"
    ACCOLTA = "ACCOLTA"
    RESPINTA = "RESPINTA"
    ANNULLATA = "ANNULLATA"
    RINUNCIATA = "RINUNCIATA"
    DECADUTA = "DECADUTA"
    REVOCATA = "REVOCATA"
    TERMINATA = "TERMINATA"


APERTI = frozenset({Stato.ACQUISITA, Stato.IN_EVIDENZA, Stato.ACCOLTA})


class EsitoDecisione(StrEnum):
    """What a decision says."""

    ACCOLTA = "ACCOLTA"
    RESPINTA = "RESPINTA"
    IN_EVIDENZA = "IN_EVIDENZA"


class DomandaChiusa(Conflict):
    """The domanda has already ended."""

    tipo = "domanda-chiusa"
    titolo = "La domanda è già chiusa"


class DomandaNonInEvidenza(Conflict):
    """There is nothing to complete."""

    tipo = "domanda-non-in-evidenza"
    titolo = "La domanda non è in evidenza"


@dataclass(frozen=True, slots=True)
class Domanda:
    """Request for a misura made by a nucleo familiare; `versione` grows with each change."""

    id: DomandaId
    protocollo: str
    misura: str
    stato: Stato
    comune: str
    ente: str
    presentata_il: datetime
    giorno: date
    numero_del_giorno: int
    versione: int
    decisa_il: datetime | None = None
    integrare_entro: date | None = None
    pad_il: date | None = None
    decorre_dal: Mese | None = None
    cessata_il: date | None = None
    causa_cessazione: str | None = None

    @property
    def in_attesa_di(self) -> str | None:
        """What the domanda waits for, by name; None when it waits for nothing."""
        match self.stato:
            case Stato.ACQUISITA:
                return "VERIFICHE"
            case Stato.IN_EVIDENZA:
                return "INTEGRAZIONE"
            case Stato.ACCOLTA:
                return None if self.pad_il else "PAD"
            case _:
                return None

    @property
    def decidibile(self) -> bool:
        """Whether the answer of the checks still changes something."""
        return self.stato is Stato.ACQUISITA

    def decidi(self, esito: EsitoDecisione, *, now: datetime, giorni_integrazione: int) -> "Domanda":
        """Apply the decision; a domanda in evidenza must be completed within `giorni_integrazione` days."""
        entro = (
            giorno_legale(now) + timedelta(days=giorni_integrazione) if esito is EsitoDecisione.IN_EVIDENZA else None
        )
        return replace(
            self,
            stato=Stato(esito.value),
            decisa_il=now,
            integrare_entro=entro,
            versione=self.versione + 1,
        )

    def integra(self) -> "Domanda":
        """Take the domanda back to the checks.

        :raises DomandaNonInEvidenza: if there is nothing to complete.
        """
        if self.stato is not Stato.IN_EVIDENZA:
            raise DomandaNonInEvidenza(f"La domanda {self.protocollo} è nello stato {self.stato}")
        return replace(
            self,
            stato=Stato.ACQUISITA,
            integrare_entro=None,
            versione=self.versione + 1,
        )

    def rinuncia(self, *, giorno: date) -> "Domanda":
        """Close at the citizen's request: annullata before the acceptance, rinunciata after.

        :raises DomandaChiusa: if it has already ended.
        """
        if self.stato not in APERTI:
            raise DomandaChiusa(f"La domanda {self.protocollo} è nello stato {self.stato}")
        accolta = self.stato is Stato.ACCOLTA
        return self._chiudi(
            Stato.RINUNCIATA if accolta else Stato.ANNULLATA,
            "RINUNCIA" if accolta else "ANNULLAMENTO",
            giorno,
        )

    def dichiara_decadenza(self, *, causa: str, giorno: date) -> "Domanda":
        """End the right from the fact on.

        :raises DomandaChiusa: if it has already ended.
        """
        if self.stato not in APERTI:
            raise DomandaChiusa(f"La domanda {self.protocollo} è nello stato {self.stato}")
        return self._chiudi(Stato.DECADUTA, causa, giorno)

    def registra_pad(self, *, giorno: date, decorre_dal: Mese) -> "Domanda":
        """Keep the day of the PAD and the first month due; the first PAD counts."""
        return replace(self, pad_il=giorno, decorre_dal=decorre_dal, versione=self.versione + 1)

    def _chiudi(self, stato: Stato, causa: str, giorno: date) -> "Domanda":
        return replace(
            self,
            stato=stato,
            causa_cessazione=causa,
            cessata_il=giorno,
            integrare_entro=None,
            versione=self.versione + 1,
        )
