# SPDX-License-Identifier: EUPL-1.2
"""The intake: checks that need the caller and the day, then a place in the next transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from services.domande.commands.presenta_domande import (
    Esito,
    Presentazione,
    presenta_domande,
)
from services.domande.schemas.modulo import MAGGIORE_ETA, DomandaIn, PersonaIn
from shared.db.raccolta import Raccoglitore
from shared.db.session import Database, correlazione
from shared.errors import DatiNonValidi, Difetto, Forbidden
from shared.kernel.calendario import Orologio, giorno_legale
from shared.kernel.mese import anni_compiuti
from shared.web.contesto import Ingresso
from shared.web.enti import Ruolo
from shared.web.idempotenza import Ripetibile, Risposta

_PRIMA_NASCITA = date(1900, 1, 1)


@dataclass(frozen=True, slots=True)
class Accoglienza:
    """Takes domande from the routes and presents them in batches."""

    raccoglitore: Raccoglitore[Presentazione, Risposta]

    @classmethod
    def su(cls, database: Database, orologio: Orologio) -> "Accoglienza":
        """Build the intake of one process."""

        async def presenta(presentazioni: Sequence[Presentazione]) -> list[Esito]:
            async with database.transaction() as session:
                return await presenta_domande(session, presentazioni, now=orologio())

        return cls(Raccoglitore(presenta))

    async def accogli(
        self,
        ingresso: Ingresso,
        modulo: DomandaIn,
        richiesta: Ripetibile,
        *,
        contenuto: bytes,
        bozza_id: UUID | None = None,
    ) -> Risposta:
        """Check what depends on who calls and on the day, then present; `contenuto` is the form in JSON.

        :raises DatiNonValidi: if the mandate is missing, or a date cannot be.
        :raises Forbidden: if a citizen presents for another richiedente.
        """
        controlla(ingresso, modulo)
        presentazione = Presentazione(
            modulo=modulo,
            contenuto=contenuto,
            ente=ingresso.chiamante.codice_ente,
            richiesta=richiesta,
            accesso=ingresso.accesso(None),
            filo=correlazione.get(),
            indirizzo=f"{ingresso.risorse.url_pubblico}/v1/domande",
            bozza_id=bozza_id,
        )
        return await self.raccoglitore.chiedi(presentazione)


def controlla(ingresso: Ingresso, modulo: DomandaIn) -> None:
    """Refuse what this caller may not present, and dates that cannot be.

    :raises DatiNonValidi: with every fault found.
    :raises Forbidden: if a citizen presents for another richiedente.
    """
    chiamante, giorno = ingresso.chiamante, giorno_legale(ingresso.now)
    if chiamante.ruolo is Ruolo.CITTADINO and chiamante.codice_fiscale != modulo.richiedente.codice_fiscale:
        raise Forbidden("Il cittadino presenta la domanda per il proprio nucleo")
    difetti = [
        *_difetti_mandato(chiamante.ruolo, modulo, giorno),
        *_difetti_date(modulo, giorno),
    ]
    if difetti:
        raise DatiNonValidi("La domanda contiene dati non accettabili", tuple(difetti))


def _difetti_mandato(ruolo: Ruolo, modulo: DomandaIn, giorno: date) -> list[Difetto]:
    if ruolo is Ruolo.CITTADINO:
        return [Difetto("/mandato", "il cittadino non indica un mandato", "non-previsto")] if modulo.mandato else []
    if modulo.mandato is None:
        return [Difetto("/mandato", "il mandato del cittadino è obbligatorio", "missing")]
    if modulo.mandato.conferito_il > giorno:
        return [Difetto("/mandato/conferito_il", "la data è nel futuro", "data-futura")]
    return []


def _difetti_date(modulo: DomandaIn, giorno: date) -> list[Difetto]:
    difetti = _difetti_nascita("/richiedente", modulo.richiedente, giorno)
    if anni_compiuti(modulo.richiedente.data_nascita, giorno) < MAGGIORE_ETA:
        difetti.append(
            Difetto(
                "/richiedente/data_nascita",
                "il richiedente deve essere maggiorenne",
                "minorenne",
            )
        )
    for i, componente in enumerate(modulo.componenti):
        difetti += _difetti_nascita(f"/componenti/{i}", componente, giorno)
    residenza = modulo.richiedente.residenza
    if residenza.in_italia_dal > giorno:
        difetti.append(
            Difetto(
                "/richiedente/residenza/in_italia_dal",
                "la data è nel futuro",
                "data-futura",
            )
        )
    if not residenza.in_italia_dal <= residenza.continuativa_dal <= giorno:
        punto = "/richiedente/residenza/continuativa_dal"
        difetti.append(
            Difetto(
                punto,
                "la data deve stare tra l'inizio della residenza e oggi",
                "data-incoerente",
            )
        )
    return difetti


def _difetti_nascita(punto: str, persona: PersonaIn, giorno: date) -> list[Difetto]:
    if _PRIMA_NASCITA <= persona.data_nascita <= giorno:
        return []
    return [
        Difetto(
            f"{punto}/data_nascita",
            "la data di nascita non è possibile",
            "data-impossibile",
        )
    ]
