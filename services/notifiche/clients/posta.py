# SPDX-License-Identifier: EUPL-1.2
"""E-mail over SMTP, with the letter attached; the same attempt repeated carries the same Message-ID."""

import ssl
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from uuid import UUID

import aiosmtplib

from services.notifiche.domain.consegna import Esito, Risultato

_MAI_PARTITA = (aiosmtplib.SMTPConnectError, aiosmtplib.SMTPConnectTimeoutError, aiosmtplib.SMTPAuthenticationError)
_DEFINITIVO = 500


@dataclass(frozen=True, slots=True)
class ServerPosta:
    """Where mail is handed over, and who sends it."""

    host: str
    porta: int
    mittente: str
    nome_mittente: str
    rispondi_a: str
    utente: str | None = None
    password: str | None = None
    timeout_seconds: float = 10.0


@dataclass(frozen=True, slots=True)
class Lettera:
    """The attachment: a name without personal data, and the PDF."""

    nome: str
    pdf: bytes


class Posta:
    """Hands messages to the mail server: accepted there counts as delivered on this channel."""

    def __init__(self, server: ServerPosta) -> None:
        self._server = server

    async def invia(
        self, indirizzo: str, oggetto: str, testo: str, lettera: Lettera | None, *, token: UUID, now: datetime
    ) -> Esito:
        """Send one message to one person."""
        try:
            messaggio = self._messaggio(indirizzo, oggetto, testo, lettera, token=token, now=now)
        except ValueError:  # an address that cannot stand in a header
            return Esito(Risultato.RIFIUTATA, "INDIRIZZO_NON_VALIDO")
        try:
            await self._consegna(indirizzo, messaggio)
        except _MAI_PARTITA:
            return Esito(Risultato.NON_DISPONIBILE, "POSTA_NON_RAGGIUNGIBILE")
        except aiosmtplib.SMTPRecipientsRefused as errore:
            return _rifiuto(errore.recipients[0].code, "INDIRIZZO_RIFIUTATO")
        except aiosmtplib.SMTPResponseException as errore:
            return _rifiuto(errore.code, "MESSAGGIO_RIFIUTATO")
        except (aiosmtplib.SMTPException, OSError, ssl.SSLError):
            return Esito(Risultato.IGNOTO, "POSTA_SENZA_RISPOSTA")
        return Esito(Risultato.CONSEGNATA, "ACCETTATO_DAL_SERVER")

    async def _consegna(self, indirizzo: str, messaggio: EmailMessage) -> None:
        s = self._server
        await aiosmtplib.send(
            messaggio,
            sender=s.mittente,
            recipients=[indirizzo],
            hostname=s.host,
            port=s.porta,
            username=s.utente,
            password=s.password,
            timeout=s.timeout_seconds,
        )

    def _messaggio(
        self, indirizzo: str, oggetto: str, testo: str, lettera: Lettera | None, *, token: UUID, now: datetime
    ) -> EmailMessage:
        s = self._server
        messaggio = EmailMessage(policy=SMTP)
        messaggio["From"] = f'"{s.nome_mittente}" <{s.mittente}>'
        messaggio["To"] = indirizzo
        messaggio["Reply-To"] = s.rispondi_a
        messaggio["Subject"] = oggetto
        messaggio["Date"] = format_datetime(now)
        messaggio["Message-ID"] = f"<{token}@{s.mittente.rpartition('@')[2]}>"
        messaggio["Auto-Submitted"] = "auto-generated"
        messaggio["Content-Language"] = "it"
        messaggio.set_content(testo)
        if lettera is not None:
            messaggio.add_attachment(lettera.pdf, maintype="application", subtype="pdf", filename=lettera.nome)
        return messaggio


def _rifiuto(codice: int, motivo: str) -> Esito:
    """A 5xx answer is final, a 4xx one asks to try later."""
    if codice >= _DEFINITIVO:
        return Esito(Risultato.RIFIUTATA, motivo)
    return Esito(Risultato.NON_DISPONIBILE, f"POSTA_{codice}")
