# SPDX-License-Identifier: EUPL-1.2
"""The card gateway: flows received once, dispositions paid once, money that comes back. State in memory, in whole cents.

Reconstructed: no public contract of the exchange between INPS and Poste was found. Returns are one list for all the flows,
which only grows: whoever reads it keeps the cursor and comes back.
"""

import hashlib
from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from deploy.sandbox.persone import Mondo
from shared.kernel.calendario import Orologio, aggiungi_giorni_lavorativi, giorno_legale
from shared.kernel.codice_fiscale import valida
from shared.kernel.importo import Importo, da_centesimi, in_centesimi

DISPOSIZIONI_MASSIME = 5_000
PAGINA = 500
Esito = Literal["ESEGUITO", "SCARTATO"]


class _Parte(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Somma(_Parte):
    """Amount and currency."""

    amount: Importo
    currency: Literal["EUR"]


class Disposizione(_Parte):
    """One payment to one person."""

    id_disposizione: str = Field(pattern=r"^[A-Za-z0-9._-]{1,64}$")
    codice_fiscale: Annotated[str, AfterValidator(valida)]
    strumento: Literal["CARTA", "BONIFICO"]
    iban: str | None = Field(default=None, max_length=34)
    importo: Somma

    @model_validator(mode="after")
    def _iban(self) -> "Disposizione":
        if (self.strumento == "BONIFICO") != (self.iban is not None):
            raise ValueError("iban")
        return self


class Flusso(_Parte):
    """A payment file."""

    id_flusso: str = Field(pattern=r"^[A-Za-z0-9._-]{1,64}$")
    misura: str = Field(pattern=r"^[A-Z]{2,5}$")
    mese_competenza: str = Field(pattern=r"^[0-9]{4}-(0[1-9]|1[0-2])$")
    numero_disposizioni: int = Field(ge=1, le=DISPOSIZIONI_MASSIME)
    totale: Somma
    disposizioni: tuple[Disposizione, ...] = Field(min_length=1, max_length=DISPOSIZIONI_MASSIME)

    def difetto(self) -> str:
        """Say in Italian what does not add up, or nothing."""
        if self.numero_disposizioni != len(self.disposizioni):
            return "numero_disposizioni diverso dalle disposizioni presenti"
        if self.totale.amount != sum((d.importo.amount for d in self.disposizioni), Decimal(0)):
            return "totale diverso dalla somma delle disposizioni"
        if len({d.id_disposizione for d in self.disposizioni}) != len(self.disposizioni):
            return "id_disposizione ripetuto nel flusso"
        return ""


@dataclass(frozen=True, slots=True)
class EsitoDisposizione:
    """What became of one disposition."""

    id_disposizione: str
    esito: Esito
    motivo: str | None
    data_valuta: date | None


@dataclass(slots=True)
class FlussoRicevuto:
    """A flow kept by the gateway; `letture` moves its state on, one step per reading."""

    impronta: bytes
    esiti: list[EsitoDisposizione]
    letture: int = 0

    def stato(self) -> str:
        """Give the present state: the outcomes are there from the second reading on."""
        return ("RICEVUTO", "IN_LAVORAZIONE", "CONCLUSO")[min(self.letture, 2)]


@dataclass(frozen=True, slots=True)
class Accredito:
    """A payment made: once per id, for ever."""

    codice_fiscale: str
    centesimi: int
    mese: str
    valuta: date
    id_flusso: str


@dataclass(frozen=True, slots=True)
class Restituzione:
    """A payment that came back after it was made."""

    id_flusso: str
    id_disposizione: str
    motivo: str
    data_valuta: date


class IdRiusato(Exception):
    """The same flow id came with other bytes."""


@dataclass
class Carte:
    """The gateway: what it received and what it paid."""

    mondo: Mondo
    orologio: Orologio
    flussi: dict[str, FlussoRicevuto] = field(default_factory=dict)
    accrediti: dict[str, Accredito] = field(default_factory=dict)
    restituzioni: dict[str, Restituzione] = field(default_factory=dict)
    _scarti: Counter[str] = field(default_factory=Counter)

    def ricevi(self, flusso: Flusso, corpo: bytes) -> None:
        """Take a flow; the same bytes again change nothing.

        :raises IdRiusato: if the id was used for other bytes.
        """
        impronta = hashlib.sha256(corpo).digest()
        presente = self.flussi.get(flusso.id_flusso)
        if presente is None:
            esiti = [self._esegui(d, flusso) for d in flusso.disposizioni]
            self.flussi[flusso.id_flusso] = FlussoRicevuto(impronta, esiti)
        elif presente.impronta != impronta:
            raise IdRiusato

    def restituisci(self, codice_fiscale: str, motivo: str, *, mese: str | None = None) -> list[Restituzione]:
        """Give back what a person has, of one month or of all: each payment once."""
        suoi = [i for i, a in self.rimasti().items() if a.codice_fiscale == codice_fiscale and mese in (None, a.mese)]
        oggi = giorno_legale(self.orologio())
        nuove = [Restituzione(self.accrediti[i].id_flusso, i, motivo, oggi) for i in suoi]
        self.restituzioni |= {r.id_disposizione: r for r in nuove}
        return nuove

    def rimasti(self) -> dict[str, Accredito]:
        """Give the payments that did not come back."""
        return {i: a for i, a in self.accrediti.items() if i not in self.restituzioni}

    def totali(self) -> dict[str, tuple[int, Decimal]]:
        """Give, per codice fiscale, how many payments they have and how much in EUR."""
        numeri: Counter[str] = Counter()
        somme: Counter[str] = Counter()
        for accredito in self.rimasti().values():
            numeri[accredito.codice_fiscale] += 1
            somme[accredito.codice_fiscale] += accredito.centesimi
        return {codice: (numeri[codice], da_centesimi(somme[codice])) for codice in sorted(numeri)}

    def azzera(self) -> None:
        """Forget everything."""
        self.flussi.clear()
        self.accrediti.clear()
        self.restituzioni.clear()
        self._scarti.clear()

    def _esegui(self, disposizione: Disposizione, flusso: Flusso) -> EsitoDisposizione:
        id_, centesimi = disposizione.id_disposizione, in_centesimi(disposizione.importo.amount)
        fatto = self.accrediti.get(id_)
        if fatto is not None:
            if (fatto.codice_fiscale, fatto.centesimi) != (disposizione.codice_fiscale, centesimi):
                return EsitoDisposizione(id_, "SCARTATO", "ID_GIA_USATO", None)
            return EsitoDisposizione(id_, "ESEGUITO", "GIA_ESEGUITO", fatto.valuta)
        motivo = self._motivo_scarto(disposizione.codice_fiscale)
        if motivo is not None:
            return EsitoDisposizione(id_, "SCARTATO", motivo, None)
        valuta = aggiungi_giorni_lavorativi(giorno_legale(self.orologio()), 1)
        codice, mese = disposizione.codice_fiscale, flusso.mese_competenza
        self.accrediti[id_] = Accredito(codice, centesimi, mese, valuta, flusso.id_flusso)
        return EsitoDisposizione(id_, "ESEGUITO", None, valuta)

    def _motivo_scarto(self, codice_fiscale: str) -> str | None:
        trovata = self.mondo.trova(codice_fiscale)
        if trovata is None:
            return None
        nucleo, persona = trovata
        if persona.deceduto_il is not None:
            return "BENEFICIARIO_DECEDUTO"
        storia = nucleo.storia
        if storia.carta is None or (storia.carta_volte and self._scarti[nucleo.nome] >= storia.carta_volte):
            return None
        self._scarti[nucleo.nome] += 1
        return storia.carta
