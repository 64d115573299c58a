# SPDX-License-Identifier: EUPL-1.2
"""The accertamento comunale: what only the Comune can tell, and by when."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import NewType
from uuid import UUID

from services.verifiche_anagrafiche.domain.interrogazione import Controllo
from services.verifiche_anagrafiche.domain.risposte import Attestazione, Cittadinanze, Famiglia, Residenza, Risposta
from shared.errors import Conflict, DatiNonValidi, Difetto
from shared.kernel.mese import MESI_ANNO, aggiungi_mesi

AccertamentoId = NewType("AccertamentoId", UUID)


class ControlloComune(StrEnum):
    """What the Comune is asked."""

    RESIDENZA = "RESIDENZA"
    NUCLEO = "NUCLEO"
    CITTADINANZA = "CITTADINANZA"
    SVANTAGGIO = "SVANTAGGIO"


class StatoAccertamento(StrEnum):
    """Where an accertamento stands; SILENZIO when the term passed without an answer."""

    APERTO = "APERTO"
    CONCLUSO = "CONCLUSO"
    SILENZIO = "SILENZIO"
    ANNULLATO = "ANNULLATO"


class AccertamentoChiuso(Conflict):
    """The accertamento has already an outcome, or is no longer needed."""

    tipo = "accertamento-chiuso"
    titolo = "Accertamento già chiuso"


@dataclass(frozen=True, slots=True)
class PeriodoResidenza:
    """A period of residence in a Comune (Belfiore code); `al` None when it goes on."""

    comune: str
    dal: date
    al: date | None = None


@dataclass(frozen=True, slots=True)
class EsitoCittadinanza:
    """Citizenship (ISO code) and permit as the Comune has seen them."""

    stato: str
    titolo: str | None = None
    titolo_valido_al: date | None = None


@dataclass(frozen=True, slots=True)
class EsitoSvantaggio:
    """Whether the declared svantaggio of a member is confirmed."""

    codice_fiscale: str
    confermato: bool


@dataclass(frozen=True, slots=True)
class EsitoComune:
    """The answer of the Comune, check by check; None where it was not asked."""

    residenza: tuple[PeriodoResidenza, ...] | None = None
    nucleo_conforme: bool | None = None
    cittadinanza: EsitoCittadinanza | None = None
    svantaggi: tuple[EsitoSvantaggio, ...] | None = None

    @property
    def controlli(self) -> frozenset[ControlloComune]:
        """The checks it answers to."""
        dati = {
            ControlloComune.RESIDENZA: self.residenza,
            ControlloComune.NUCLEO: self.nucleo_conforme,
            ControlloComune.CITTADINANZA: self.cittadinanza,
            ControlloComune.SVANTAGGIO: self.svantaggi,
        }
        return frozenset(controllo for controllo, esito in dati.items() if esito is not None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Accertamento:
    """A request to a Comune about one domanda."""

    id: AccertamentoId
    verifica_id: UUID
    domanda_id: UUID
    domanda_versione: int
    misura: str
    protocollo: str
    comune: str
    ente: str
    richiedente: bytes
    controlli: tuple[ControlloComune, ...]
    stato: StatoAccertamento
    richiesto_il: datetime
    scadenza: date
    silenzio_il: date
    chiuso_il: datetime | None = None
    operatore: str | None = None
    version: int = 1

    def rispondi(
        self, esito: EsitoComune, *, svantaggi: frozenset[str], operatore: str, now: datetime
    ) -> "Accertamento":
        """Close the accertamento with the answer of the Comune; `svantaggi` are the people who declared one.

        :raises AccertamentoChiuso: if it is not open any more.
        :raises DatiNonValidi: if the answer is not about exactly what was asked.
        """
        self._aperto()
        difetti = _difetti(self.controlli, esito, svantaggi)
        if difetti:
            raise DatiNonValidi("L'esito non corrisponde ai controlli richiesti", difetti)
        return replace(
            self, stato=StatoAccertamento.CONCLUSO, operatore=operatore, chiuso_il=now, version=self.version + 1
        )

    def taci(self, *, now: datetime) -> "Accertamento":
        """Close the accertamento because the term passed in silence.

        :raises AccertamentoChiuso: if it is not open any more.
        """
        self._aperto()
        return replace(self, stato=StatoAccertamento.SILENZIO, chiuso_il=now, version=self.version + 1)

    def _aperto(self) -> None:
        if self.stato is not StatoAccertamento.APERTO:
            raise AccertamentoChiuso("L'accertamento ha già un esito o non è più necessario")


def _difetti(
    chiesti: tuple[ControlloComune, ...], esito: EsitoComune, svantaggi: frozenset[str]
) -> tuple[Difetto, ...]:
    mancanti = [Difetto(f"/{c.lower()}", "manca l'esito di questo controllo", "esito-mancante")
                for c in chiesti if c not in esito.controlli]  # fmt: skip
    di_troppo = [Difetto(f"/{c.lower()}", "questo controllo non è stato richiesto", "esito-non-richiesto")
                 for c in sorted(esito.controlli - set(chiesti))]  # fmt: skip
    risposti = [s.codice_fiscale for s in esito.svantaggi or ()]
    if esito.svantaggi is not None and ControlloComune.SVANTAGGIO in chiesti and sorted(risposti) != sorted(svantaggi):
        di_troppo.append(
            Difetto(
                "/svantaggio",
                "serve un esito per ogni componente che ha dichiarato lo svantaggio",
                "componenti-diversi",
            )
        )
    return tuple(mancanti + di_troppo)


@dataclass(frozen=True, slots=True)
class Criteri:
    """What the misura asks, from its parametri: years of residence, and the countries whose citizens need no permit."""

    anni_residenza: int
    paesi_ue: frozenset[str]


def controlli_comune(
    risposte: Mapping[tuple[Controllo, str], Risposta | None],
    *,
    richiedente: str,
    svantaggi: bool,
    giorno: date,
    criteri: Criteri,
) -> tuple[ControlloComune, ...]:
    """Tell what the registries could not: `risposte` by check and person, None where the registry holds nothing."""
    chiesti = {
        ControlloComune.RESIDENZA: _residenza_da_accertare(risposte[Controllo.RESIDENZA, richiedente], giorno, criteri),
        ControlloComune.NUCLEO: _nucleo_da_accertare(
            risposte[Controllo.ISEE, richiedente], risposte[Controllo.FAMIGLIA, richiedente]
        ),
        ControlloComune.CITTADINANZA: _cittadinanza_da_accertare(
            risposte[Controllo.CITTADINANZA, richiedente], criteri
        ),
        ControlloComune.SVANTAGGIO: svantaggi,
    }
    return tuple(controllo for controllo, da_fare in chiesti.items() if da_fare)


def _residenza_da_accertare(residenza: Risposta | None, giorno: date, criteri: Criteri) -> bool:
    """Whether the years before the present address matter; a person registered abroad is an answer already."""
    if not isinstance(residenza, Residenza):
        return True
    if not residenza.in_italia:
        return False
    return residenza.dal is None or residenza.dal > aggiungi_mesi(giorno, -criteri.anni_residenza * MESI_ANNO)


def _nucleo_da_accertare(attestazione: Risposta | None, famiglia: Risposta | None) -> bool:
    """Whether DSU and ANPR show different people; without a DSU there is nothing to compare yet."""
    if not isinstance(attestazione, Attestazione):
        return False
    in_dsu = {c.codice_fiscale for c in attestazione.componenti}
    return not isinstance(famiglia, Famiglia) or in_dsu != set(famiglia.componenti)


def _cittadinanza_da_accertare(cittadinanze: Risposta | None, criteri: Criteri) -> bool:
    if not isinstance(cittadinanze, Cittadinanze):
        return True
    return not any(stato in criteri.paesi_ue for stato, _ in cittadinanze.stati)
