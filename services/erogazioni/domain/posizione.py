# SPDX-License-Identifier: EUPL-1.2
"""The posizione: what is known of a domanda that may be paid. The set of the facts decides, never their order."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from uuid import UUID

from shared.kernel.identita import id_deterministico
from shared.kernel.mese import Mese


class StatoPosizione(StrEnum):
    """Where a posizione stands."""

    IN_ATTESA = "IN_ATTESA"
    APERTA = "APERTA"
    SOSPESA = "SOSPESA"
    CESSATA = "CESSATA"


def id_posizione(domanda_id: UUID) -> UUID:
    """Give the identifier of the posizione of a domanda: whichever fact comes first, it is the same."""
    return id_deterministico("posizione", domanda_id)


def chi_e_come(*, codice_fiscale: str, strumento: str, iban: str | None) -> str:
    """Say in one line who is paid and how: where the line is the same, a payment goes to the same place."""
    return "\x1f".join((codice_fiscale, strumento, (iban or "") if strumento == "BONIFICO" else ""))


@dataclass(frozen=True, slots=True)
class MeseDovuto:
    """What is due for one month, in cents."""

    mese: Mese
    importo_cent: int
    quota_a_cent: int
    quota_b_cent: int


@dataclass(frozen=True, slots=True)
class Spettanza:
    """What `domande` determined: the whole known set of months, who is paid, where it counts.

    `richiedente` is the keyed hash, `beneficiario` the sealed data, `strumento` the keyed hash of who is paid and how.
    """

    versione: int
    misura: str
    protocollo: str
    comune: str
    richiedente: bytes
    beneficiario: bytes
    strumento: bytes
    decorre_dal: Mese
    determinata_fino_a: Mese
    mesi: tuple[MeseDovuto, ...]


@dataclass(frozen=True, slots=True)
class Sospensione:
    """A suspension of the payments; without `dal_mese` only its revocation is known."""

    id: UUID
    dal_mese: Mese | None
    revocata_il: date | None

    @property
    def aperta(self) -> bool:
        """Tell whether it stops payments now."""
        return self.dal_mese is not None and self.revocata_il is None


@dataclass(frozen=True, slots=True)
class Posizione:
    """The newest fact of each kind about one domanda, without its months."""

    id: UUID
    domanda_id: UUID
    misura: str | None = None
    protocollo: str | None = None
    comune: str | None = None
    richiedente: bytes | None = None
    beneficiario: bytes | None = None
    strumento: bytes | None = None
    strumento_respinto: bool = False
    decorre_dal: Mese | None = None
    determinata_fino_a: Mese | None = None
    pad_il: date | None = None
    sospesa_dal: Mese | None = None
    cessata_dal: Mese | None = None
    causa_cessazione: str | None = None
    versione_spettanza: int = 0
    versione_pad: int = 0
    versione_cessazione: int = 0

    @property
    def stato(self) -> StatoPosizione:
        """Derive the state from the facts."""
        if self.cessata_dal is not None:
            return StatoPosizione.CESSATA
        if self.pad_il is None or self.misura is None or self.strumento_respinto:
            return StatoPosizione.IN_ATTESA
        return StatoPosizione.APERTA if self.sospesa_dal is None else StatoPosizione.SOSPESA

    def con_spettanza(self, spettanza: Spettanza) -> "Posizione":
        """Take what is due; an older version has no effect."""
        if spettanza.versione <= self.versione_spettanza:
            return self
        return replace(
            self,
            versione_spettanza=spettanza.versione,
            misura=spettanza.misura,
            protocollo=spettanza.protocollo,
            comune=spettanza.comune,
            richiedente=spettanza.richiedente,
            beneficiario=spettanza.beneficiario,
            strumento=spettanza.strumento,
            decorre_dal=spettanza.decorre_dal,
            determinata_fino_a=spettanza.determinata_fino_a,
        )

    def con_pad(self, *, versione: int, sottoscritto_il: date) -> "Posizione":
        """Take the signature of the PAD; an older version has no effect."""
        if versione <= self.versione_pad:
            return self
        return replace(self, versione_pad=versione, pad_il=sottoscritto_il)

    def cessa(self, *, versione: int, dal_mese: Mese, causa: str) -> "Posizione":
        """Take the end of the domanda: no month from `dal_mese` on is due. An older version has no effect."""
        if versione <= self.versione_cessazione:
            return self
        return replace(self, versione_cessazione=versione, cessata_dal=dal_mese, causa_cessazione=causa)

    def con_sospensioni(self, sospensioni: Iterable[Sospensione]) -> "Posizione":
        """Take all the suspensions known: payments stop from the first month of those still open."""
        mesi = [s.dal_mese for s in sospensioni if s.aperta and s.dal_mese is not None]
        return replace(self, sospesa_dal=min(mesi, default=None))

    def con_strumenti_respinti(self, respinti: Collection[bytes]) -> "Posizione":
        """Take all the instruments that have given money back for good: payments wait for another one."""
        return replace(self, strumento_respinto=self.strumento in respinti)

    def motivo_di_esclusione(self, mese: Mese) -> StatoPosizione | None:
        """Say why a month that is due by the spettanza is not paid now, if it is not."""
        if self.cessata_dal is not None and mese >= self.cessata_dal:
            return StatoPosizione.CESSATA
        if self.pad_il is None or self.misura is None or self.strumento_respinto:
            return StatoPosizione.IN_ATTESA
        return StatoPosizione.SOSPESA if self.sospesa_dal is not None and mese >= self.sospesa_dal else None
