# SPDX-License-Identifier: EUPL-1.2
"""The caso of a nucleo: from the acceptance of the domanda to the first meeting with the social services."""

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import NewType
from uuid import UUID

from services.presa_in_carico.domain.sospensione import Causa, Sospensione, disponi
from services.presa_in_carico.domain.termini import Termini, in_cifre, primo_mese
from shared.errors import Conflict, DatiNonValidi, Difetto

CasoId = NewType("CasoId", UUID)
# The day SIISL was opened: D.M. 8 August 2023, in force with the SFL.
SIISL_ATTIVO_DAL = date(2023, 9, 1)


class Stato(StrEnum):
    """Where the caso is; a sospensione is a separate fact."""

    APERTO = "APERTO"
    REGISTRATO_SIISL = "REGISTRATO_SIISL"
    PAD_SOTTOSCRITTO = "PAD_SOTTOSCRITTO"
    IN_CARICO = "IN_CARICO"
    CHIUSO = "CHIUSO"


class CasoChiuso(Conflict):
    """The domanda ended, and the caso with it."""

    tipo = "caso-chiuso"
    titolo = "Il caso è chiuso"


class AttoPrematuro(Conflict):
    """An act that must come before has not been done."""

    tipo = "atto-prematuro"
    titolo = "Manca un atto precedente"


class AttoContraddittorio(Conflict):
    """The act says something else than what is already recorded."""

    tipo = "atto-contraddittorio"
    titolo = "Atto in contraddizione con quanto già registrato"


@dataclass(frozen=True, slots=True, kw_only=True)
class Dichiarazioni:
    """What the richiedente declares with the PAD of the nucleo."""

    recapiti_confermati: bool
    consenso_trasmissione_dati: bool
    impegno_primo_incontro: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Caso:
    """A nucleo to be taken in charge. Its stato follows from the facts; `versione` grows with each announced change."""

    id: CasoId
    domanda_id: UUID
    misura: str
    accolto_il: date
    versione: int
    registrato_siisl_il: date | None = None
    pad_il: date | None = None
    incontro_entro: date | None = None
    preso_in_carico_il: date | None = None
    decadenza_proposta_il: date | None = None
    chiuso_il: date | None = None
    sospensione: Sospensione | None = None

    @property
    def stato(self) -> Stato:
        """The furthest point reached."""
        if self.chiuso_il:
            return Stato.CHIUSO
        if self.preso_in_carico_il:
            return Stato.IN_CARICO
        if self.pad_il:
            return Stato.PAD_SOTTOSCRITTO
        return Stato.REGISTRATO_SIISL if self.registrato_siisl_il else Stato.APERTO

    def richiedi_aperto(self) -> None:
        """Refuse any act on a closed caso.

        :raises CasoChiuso: if the domanda ended.
        """
        if self.chiuso_il:
            raise CasoChiuso(f"Il caso è chiuso dal {in_cifre(self.chiuso_il)}: la domanda è cessata")

    def richiedi_pad(self) -> date:
        """Give the day of the PAD.

        :raises AttoPrematuro: if it is not signed yet.
        """
        if self.pad_il is None:
            raise AttoPrematuro("Il patto di attivazione digitale del nucleo non è ancora sottoscritto")
        return self.pad_il

    def registra_siisl(self, il: date, *, oggi: date) -> "Caso":
        """Record the registration on SIISL; the same one again changes nothing.

        :raises AttoContraddittorio: if another day is already recorded.
        """
        self.richiedi_aperto()
        if self.registrato_siisl_il == il:
            return self
        if self.registrato_siisl_il:
            quando = in_cifre(self.registrato_siisl_il)
            raise AttoContraddittorio(f"La registrazione su SIISL risulta già avvenuta il {quando}")
        _nel_periodo("/registrato_il", il, dal=SIISL_ATTIVO_DAL, prima="SIISL è attivo", oggi=oggi)
        return replace(self, registrato_siisl_il=il, versione=self.versione + 1)

    def sottoscrivi_pad(self, il: date, dichiarazioni: Dichiarazioni, *, oggi: date, termini: Termini) -> "Caso":
        """Record the PAD of the nucleo: the term for the first meeting runs from here. The same PAD changes nothing.

        :raises AttoPrematuro: if the nucleo is not registered on SIISL.
        :raises AttoContraddittorio: if a PAD of another day is already recorded.
        :raises DatiNonValidi: if the day cannot be accepted or a declaration is missing.
        """
        self.richiedi_aperto()
        if self.pad_il == il:
            return self
        if self.pad_il:
            raise AttoContraddittorio(f"Il patto risulta già sottoscritto il {in_cifre(self.pad_il)}")
        if self.registrato_siisl_il is None:
            raise AttoPrematuro("Prima di sottoscrivere il patto il nucleo deve registrarsi su SIISL")
        _complete(dichiarazioni)
        _nel_periodo("/sottoscritto_il", il, dal=self.accolto_il, prima="la domanda è stata accolta", oggi=oggi)
        registrato = self.registrato_siisl_il
        _nel_periodo("/sottoscritto_il", il, dal=registrato, prima="il nucleo si è registrato su SIISL", oggi=oggi)
        return replace(self, pad_il=il, incontro_entro=termini.incontro_entro(il), versione=self.versione + 1)

    def scaduto(self, *, oggi: date) -> bool:
        """Whether the term for the first meeting is over and nothing has been done about it."""
        attende = self.stato is Stato.PAD_SOTTOSCRITTO and self.sospensione is None
        return attende and self.incontro_entro is not None and self.incontro_entro < oggi

    def sospendi(self, *, oggi: date, termini: Termini) -> "Caso":
        """Suspend the whole nucleo if the term for the first meeting is over; otherwise nothing changes.

        :source: D.M. 154/2023, art. 9.
        """
        if not self.scaduto(oggi=oggi) or self.incontro_entro is None or self.pad_il is None:
            return self
        mese = termini.sospeso_dal(
            self.incontro_entro, primo_mese=primo_mese(accolto_il=self.accolto_il, pad_il=self.pad_il)
        )
        disposta = disponi(
            self.id, Causa.PRIMO_INCONTRO_120_GIORNI, termine=self.incontro_entro, dal_mese=mese, oggi=oggi
        )
        return replace(self, sospensione=disposta, versione=self.versione + 1)

    def revoca_sospensione(self) -> "Caso":
        """Lift the sospensione in force, if there is one."""
        return self if self.sospensione is None else replace(self, sospensione=None, versione=self.versione + 1)


def _nel_periodo(puntatore: str, giorno: date, *, dal: date, prima: str, oggi: date) -> None:
    """Accept a day between `dal` and today, both included; `prima` says what happened on the day `dal`."""
    if giorno > oggi:
        raise DatiNonValidi(
            "La data è nel futuro", (Difetto(puntatore, "la data non può essere futura", "data-futura"),)
        )
    if giorno < dal:
        dettaglio = f"non può precedere il {in_cifre(dal)}, giorno in cui {prima}"
        raise DatiNonValidi("La data è troppo lontana nel passato", (Difetto(puntatore, dettaglio, "data-precoce"),))


def _complete(dichiarazioni: Dichiarazioni) -> None:
    mancanti = [nome for nome in Dichiarazioni.__slots__ if not getattr(dichiarazioni, nome)]
    if mancanti:
        difetti = tuple(Difetto(f"/{nome}", "deve essere true", "dichiarazione-mancante") for nome in mancanti)
        raise DatiNonValidi("Senza tutte le dichiarazioni il patto non si può sottoscrivere", difetti)
