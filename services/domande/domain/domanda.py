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
    # Version and instant of the form as it stands: the checks answer this version, whatever else has changed since.
    versione_modulo: int = 1
    modulo_il: datetime | None = None
    rinunciata_il: datetime | None = None

    @property
    def dichiarata_il(self) -> datetime:
        """When the form arrived as it stands."""
        return self.modulo_il or self.presentata_il

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

    def decidibile(self, *, concluse_il: datetime) -> bool:
        """Whether checks that ended at an instant still have to be decided.

        An ending does not stop them, unless it is a rinuncia made before they ended: how long a message waited on the
        bus must not change anybody's right.
        """
        if self.stato is Stato.ACQUISITA:
            return True
        chiusa = self.stato in (Stato.ANNULLATA, Stato.DECADUTA) and self.decisa_il is None
        return chiusa and (self.rinunciata_il is None or concluse_il <= self.rinunciata_il)

    def decidi(self, esito: EsitoDecisione, *, now: datetime, giorni_integrazione: int) -> "Domanda":
        """Apply the decision; a domanda in evidenza must be completed within `giorni_integrazione` days."""
        decisa = replace(self, decisa_il=now, versione=self.versione + 1)
        if self.stato not in APERTI:
            return decisa._decisa_da_chiusa(esito)
        entro = (
            giorno_legale(now) + timedelta(days=giorni_integrazione) if esito is EsitoDecisione.IN_EVIDENZA else None
        )
        return replace(decisa, stato=Stato(esito.value), integrare_entro=entro)

    def _decisa_da_chiusa(self, esito: EsitoDecisione) -> "Domanda":
        """Come to where the same acts lead in their natural order: first the decision, then the ending."""
        match esito:
            case EsitoDecisione.RESPINTA:
                return replace(self, stato=Stato.RESPINTA, cessata_il=None, causa_cessazione=None, rinunciata_il=None)
            case EsitoDecisione.ACCOLTA if self.stato is Stato.ANNULLATA:
                return replace(self, stato=Stato.RINUNCIATA, causa_cessazione="RINUNCIA")
            case _:
                return self

    def integra(self, *, now: datetime) -> "Domanda":
        """Take the domanda back to the checks, with another form.

        :raises DomandaNonInEvidenza: if there is nothing to complete.
        """
        if self.stato is not Stato.IN_EVIDENZA:
            raise DomandaNonInEvidenza(f"La domanda {self.protocollo} è nello stato {self.stato}")
        return replace(
            self,
            stato=Stato.ACQUISITA,
            decisa_il=None,
            integrare_entro=None,
            versione=self.versione + 1,
            versione_modulo=self.versione + 1,
            modulo_il=now,
        )

    def rinuncia(self, *, now: datetime) -> "Domanda":
        """Close at the citizen's request: annullata before the acceptance, rinunciata after.

        :raises DomandaChiusa: if it has already ended.
        """
        if self.stato not in APERTI:
            raise DomandaChiusa(f"La domanda {self.protocollo} è nello stato {self.stato}")
        accolta = self.stato is Stato.ACCOLTA
        chiusa = self._chiudi(
            Stato.RINUNCIATA if accolta else Stato.ANNULLATA,
            "RINUNCIA" if accolta else "ANNULLAMENTO",
            giorno_legale(now),
        )
        return replace(chiusa, rinunciata_il=now)

    def decade(self, *, giorno: date) -> bool:
        """Whether a fact of that day ends the right: it is still open, or it was renounced, but not before the fact."""
        if self.stato in (Stato.ANNULLATA, Stato.RINUNCIATA):
            return self.cessata_il is not None and giorno <= self.cessata_il
        return self.stato in APERTI

    def dichiara_decadenza(self, *, causa: str, giorno: date) -> "Domanda":
        """End the right from the fact on; a later rinuncia does not undo what the fact has already ended.

        :raises DomandaChiusa: if it had already ended.
        """
        if not self.decade(giorno=giorno):
            raise DomandaChiusa(f"La domanda {self.protocollo} è nello stato {self.stato}")
        return self._chiudi(Stato.DECADUTA, causa, giorno)

    def aspetta_pad(self, giorno: date) -> bool:
        """Whether a PAD of that day changes something: the earliest counts, in whatever order they arrive."""
        return self.pad_il is None or giorno < self.pad_il

    def registra_pad(self, *, giorno: date, decorre_dal: Mese) -> "Domanda":
        """Keep the day of the PAD and the first month due."""
        return replace(self, pad_il=giorno, decorre_dal=decorre_dal, versione=self.versione + 1)

    def ridetermina(self) -> "Domanda":
        """Note that what is due has changed."""
        return replace(self, versione=self.versione + 1)

    def _chiudi(self, stato: Stato, causa: str, giorno: date) -> "Domanda":
        return replace(
            self,
            stato=stato,
            causa_cessazione=causa,
            cessata_il=giorno,
            integrare_entro=None,
            versione=self.versione + 1,
        )
