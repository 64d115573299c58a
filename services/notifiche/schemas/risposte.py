# SPDX-License-Identifier: EUPL-1.2
"""What callers read of notices and deliveries."""

from typing import Annotated
from uuid import UUID

from pydantic import Field

from services.notifiche.domain.avviso import Avviso
from services.notifiche.domain.consegna import Canale, StatoConsegna, StatoNotifica
from shared.web.schemi import In, Intero, Istante, Out, TestoLungo


class NotificaOut(Out):
    """Una notifica: un fatto comunicato a una persona."""

    id: UUID
    domanda_id: UUID
    avviso: Annotated[Avviso, Field(description="Che cosa si comunica")]
    stato: Annotated[
        StatoNotifica,
        Field(
            description="`IN_ATTESA_RECAPITI`: i recapiti non sono ancora noti. `DA_INVIARE`: invio in corso. `CONSEGNATA`: "
            "arrivata su almeno un canale. `NON_RECAPITATA`: nessun canale elettronico raggiunge la persona. `SUPERATA`: un "
            "fatto successivo l'ha resa inutile prima dell'invio."
        ),
    ]
    creata_il: Istante
    chiusa_il: Annotated[Istante | None, Field(description="Istante della prima consegna o della rinuncia all'invio")]
    lettera: Annotated[bool, Field(description="Vero se la lettera in PDF è pronta")]
    versione: Intero


class NotificheOut(Out):
    """Una pagina di notifiche."""

    items: list[NotificaOut]
    next_cursor: str | None = None


class ConsegnaOut(Out):
    """La consegna su un canale."""

    canale: Canale
    stato: Annotated[
        StatoConsegna,
        Field(
            description="`IN_RISERVA`: si usa se gli altri canali non riescono. `INCERTA`: il canale non ha risposto. "
            "`INVIATA`: il canale ha accettato il messaggio e se ne attende lo stato. `DA_STAMPARE`: la lettera va spedita."
        ),
    ]
    tentativi: Intero
    prossimo_tentativo_il: Annotated[Istante | None, Field(description="Solo se la consegna è ancora in corso")]
    esito: Annotated[str, Field(description="Codice dell'ultima risposta del canale", examples=["NON_ISCRITTO"])]
    consegnata_il: Istante | None


class NotificaDettaglioOut(NotificaOut):
    """Una notifica con le consegne, canale per canale."""

    consegne: list[ConsegnaOut]


class RipetizioneIn(In):
    """Richiesta di provare di nuovo una notifica non recapitata."""

    motivo: Annotated[TestoLungo | None, Field(description="Facoltativo, senza dati personali")] = None


class RichiestaRipetizione(RipetizioneIn):
    """La richiesta completa: la stessa chiave su un'altra notifica è un'altra richiesta."""

    notifica_id: UUID
