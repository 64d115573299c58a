# SPDX-License-Identifier: EUPL-1.2
"""Events of `domande`: what was asked, what was decided, what is due for each month.

Personal data travel only inside a `Sigillo`; the model that the seal holds stands beside its event.
"""

from datetime import date, datetime
from enum import StrEnum
from typing import Literal
from uuid import UUID

from pydantic import Field

from shared.contracts.evento import Evento, Modello
from shared.kernel.importo import Importo
from shared.kernel.mese import Mese
from shared.kernel.sigillo import Sigillo


class Persona(Modello):
    """A person as declared in the domanda."""

    codice_fiscale: str
    cognome: str
    nome: str
    data_nascita: date


class SvantaggioDichiarato(Modello):
    """Condition of svantaggio of one member: who certified it, when, and when the care programme began."""

    codice_fiscale: str
    categoria: str
    amministrazione: str
    numero_certificazione: str
    data_certificazione: date
    inizio_programma: date


class DatiPerVerifica(Modello):
    """Sealed in `DomandaPresentataV1.dati`: what the registries must be asked about."""

    richiedente: Persona
    componenti: tuple[Persona, ...] = Field(description="All the members of the nucleo, the richiedente included")
    protocollo_dsu: str | None = None
    cittadinanza: str = Field(
        description="As declared: ITALIANA, UE, FAMILIARE_UE, SOGGIORNANTE_LUNGO_PERIODO, PROTEZIONE_INTERNAZIONALE, ALTRA"
    )
    residente_in_italia_dal: date
    residenza_continuativa_dal: date
    svantaggi: tuple[SvantaggioDichiarato, ...] = ()


class Recapiti(Modello):
    """Sealed in `DomandaPresentataV1.recapiti`: how the richiedente can be reached."""

    codice_fiscale: str
    cognome: str
    nome: str
    email: str | None = None
    telefono: str | None = None
    app_io: bool = Field(default=True, description="Consent to be reached on App IO")
    indirizzo: str | None = None
    cap: str | None = None
    comune: str | None = None
    provincia: str | None = None


class ComponenteNucleo(Modello):
    """Sealed in `DatiNucleo`: a member as the case workers must know it."""

    codice_fiscale: str
    cognome: str
    nome: str
    data_nascita: date
    nella_scala: bool
    attivabile: bool = Field(description="Bound by the activation duties (D.L. 48/2023, art. 6)")


class DatiNucleo(Modello):
    """Sealed in `DomandaAccoltaV1.nucleo`: who must be taken in charge."""

    richiedente: str = Field(description="Codice fiscale of the richiedente")
    componenti: tuple[ComponenteNucleo, ...]


class Beneficiario(Modello):
    """Sealed in `SpettanzaDeterminataV1.beneficiario`: who is paid, and how."""

    codice_fiscale: str
    cognome: str
    nome: str
    strumento: Literal["CARTA", "BONIFICO"] = "CARTA"
    iban: str | None = None


class MotivoEsito(Modello):
    """One reason of a decision: code of the requisito, Italian sentence for the citizen, norm applied."""

    codice: str
    spiegazione: str
    fonte: str


class MotiviEsito(Modello):
    """Sealed in `DomandaRespintaV1.motivi` and `DomandaInEvidenzaV1.motivi`."""

    motivi: tuple[MotivoEsito, ...]


class MeseSpettante(Modello):
    """What is due for one month of competence; `importo` is the total in EUR, `quota_a` + `quota_b`."""

    mese: Mese
    importo: Importo
    quota_a: Importo
    quota_b: Importo


class CausaCessazione(StrEnum):
    """Why a domanda ended; the acts are different and have no synonyms."""

    ANNULLAMENTO = "ANNULLAMENTO"
    RINUNCIA = "RINUNCIA"
    DECADENZA = "DECADENZA"
    REVOCA = "REVOCA"
    SCADENZA = "SCADENZA"


class DomandaPresentataV1(Evento, tipo="domande.domanda_presentata.v1"):
    """A domanda was presented and has its protocol number: the legal terms run from here."""

    misura: str
    protocollo: str
    presentata_il: datetime
    giorno: date = Field(description="Legal day (Rome) of the presentation")
    comune: str = Field(description="Belfiore code of the Comune of residence")
    ente: str = Field(description="Code of the ente that presented it, or CITTADINO")
    dati: Sigillo
    recapiti: Sigillo


class DomandaIntegrataV1(Evento, tipo="domande.domanda_integrata.v1"):
    """A domanda in evidenza was completed or corrected: its checks start again on these data."""

    misura: str
    protocollo: str
    integrata_il: datetime
    giorno: date
    comune: str
    dati: Sigillo


class DomandaAccoltaV1(Evento, tipo="domande.domanda_accolta.v1"):
    """All requisiti hold; the right starts with the month after the PAD."""

    misura: str
    protocollo: str
    decisa_il: datetime
    comune: str
    importo_mensile: Importo = Field(description="Amount of the first full month, EUR/month")
    nucleo: Sigillo


class DomandaRespintaV1(Evento, tipo="domande.domanda_respinta.v1"):
    """At least one requisito fails; every failed one is listed."""

    misura: str
    protocollo: str
    decisa_il: datetime
    codici: tuple[str, ...] = Field(description="Codes of the failed requisiti, for example ADI-R06")
    riesame_entro: date
    motivi: Sigillo


class DomandaInEvidenzaV1(Evento, tipo="domande.domanda_in_evidenza.v1"):
    """The citizen must complete or correct something by a date, or the domanda is refused."""

    misura: str
    protocollo: str
    codici: tuple[str, ...]
    entro: date
    motivi: Sigillo


class SpettanzaDeterminataV1(Evento, tipo="domande.spettanza_determinata.v1"):
    """What is due month by month: the whole known set, which replaces any older version."""

    misura: str
    protocollo: str
    comune: str
    decorre_dal: Mese
    mesi: tuple[MeseSpettante, ...]
    determinata_fino_a: Mese = Field(description="Last month that the present ISEE covers")
    beneficiario: Sigillo


class DomandaCessataV1(Evento, tipo="domande.domanda_cessata.v1"):
    """The domanda ended: no month from `dal_mese` on is due (from the first month, if ex tunc)."""

    misura: str
    protocollo: str
    causa: CausaCessazione
    dal_mese: Mese
    giorno: date
    spiegazione: str = Field(default="", description="Sentence for the citizen, without personal data")
    dedotta_da: UUID | None = Field(default=None, description="Event that caused it, when another service did")
