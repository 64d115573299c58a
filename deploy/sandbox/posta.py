# SPDX-License-Identifier: EUPL-1.2
"""The mail sink: an SMTP server that keeps what it receives in memory and delivers nothing."""

import asyncio
from collections import deque
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage

from aiosmtpd.smtp import SMTP, Envelope, Session

from deploy.sandbox.giornale import Giornale, Voce
from deploy.sandbox.guasti import Guasti
from shared.kernel.calendario import Orologio

_MASSIMO = 5_000
_BYTE_MASSIMI = 20 * 1024 * 1024
_INESISTENTE = "casella-inesistente"
_RISPOSTE = {
    "LIMITE": "452 4.3.1 Troppi messaggi, riprovare piu' tardi",
    "ERRORE": "451 4.3.0 Servizio non disponibile",
}


@dataclass(frozen=True, slots=True)
class Mail:
    """A message received."""

    destinatari: tuple[str, ...]
    oggetto: str
    ricevuta_il: datetime
    messaggio: EmailMessage

    @property
    def testo(self) -> str:
        """Plain text of the message."""
        corpo = self.messaggio.get_body(preferencelist=("plain", "html"))
        return corpo.get_content() if corpo is not None else ""

    @property
    def allegati(self) -> tuple[str, ...]:
        """Names of the attachments."""
        return tuple(a.get_filename() or "" for a in self.messaggio.iter_attachments())


class Posta:
    """The SMTP server and what it has received; aiosmtpd calls the `handle_*` methods."""

    def __init__(self, host: str, porta: int | None, guasti: Guasti, giornale: Giornale, orologio: Orologio) -> None:
        self.porta = porta
        self.messaggi: deque[Mail] = deque(maxlen=_MASSIMO)
        self._host = host
        self._guasti = guasti
        self._giornale = giornale
        self._orologio = orologio
        self._server: asyncio.Server | None = None

    async def avvia(self) -> None:
        """Listen, if a port was given; port 0 takes a free one."""
        if self.porta is None:
            return
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(self._protocollo, self._host, self.porta)
        self.porta = int(self._server.sockets[0].getsockname()[1])

    async def ferma(self) -> None:
        """Stop listening."""
        if self._server is not None:
            self._server.close()
            self._server = None

    def _protocollo(self) -> SMTP:
        return SMTP(self, hostname="sandbox.example", data_size_limit=_BYTE_MASSIMI, enable_SMTPUTF8=True)

    async def handle_RCPT(  # noqa: N802
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _rcpt_options: list[str]
    ) -> str:
        """Refuse the mailboxes that do not exist."""
        if address.startswith(_INESISTENTE):
            self._annota(address, "", 550)
            return "550 5.1.1 Casella inesistente"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Keep the message, unless a fault is on."""
        guasto = self._guasti.consuma("posta")
        if guasto is not None and guasto.tipo in _RISPOSTE:
            self._annota(", ".join(envelope.rcpt_tos), "", int(_RISPOSTE[guasto.tipo][:3]))
            return _RISPOSTE[guasto.tipo]
        if guasto is not None and guasto.tipo in ("TIMEOUT", "RITARDO"):
            await asyncio.sleep(guasto.secondi)
        persa = guasto is not None and guasto.tipo in ("TIMEOUT", "RISPOSTA_PERSA")
        if guasto is None or guasto.tipo != "TIMEOUT":
            self._conserva(envelope, 0 if persa else 250)
        if persa and server.transport is not None:
            server.transport.close()
        return "250 2.0.0 OK"

    def _conserva(self, envelope: Envelope, status: int) -> None:
        contenuto = envelope.content if isinstance(envelope.content, bytes) else (envelope.content or "").encode()
        messaggio = message_from_bytes(contenuto, policy=policy.default)
        assert isinstance(messaggio, EmailMessage)
        oggetto = str(messaggio["subject"] or "")
        self.messaggi.append(Mail(tuple(envelope.rcpt_tos), oggetto, self._orologio(), messaggio))
        self._annota(", ".join(envelope.rcpt_tos), oggetto, status)

    def _annota(self, destinatari: str, oggetto: str, status: int) -> None:
        self._giornale.scrivi(
            Voce("posta", "messaggio", istante=self._orologio(), id=oggetto, soggetto=destinatari, status=status)
        )
