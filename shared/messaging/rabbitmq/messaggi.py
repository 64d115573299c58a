# SPDX-License-Identifier: EUPL-1.2
"""A message as AMQP carries it: CloudEvents in binary mode, attributes in the headers."""

from collections.abc import Mapping
from datetime import UTC, datetime
from uuid import UUID

from aiormq import spec
from aiormq.abc import DeliveredMessage

from shared.kernel.identita import id_deterministico
from shared.messaging.bus import VERSIONE_CLOUDEVENTS, Messaggio

# Which properties are there: content type, headers, delivery mode, correlation id, message id (AMQP 0-9-1, 4.2.6.1).
_PRESENTI = (0x8000 | 0x2000 | 0x1000 | 0x0400 | 0x0080).to_bytes(2, "big")
_TIPO_CONTENUTO = b"\x10application/json"
_PERSISTENTE = b"\x02"


class Proprieta(spec.Basic.Properties):
    """The properties of one message, persistent, written in one go.

    The driver would look up and encode one by one fifteen properties and seven headers: a sixth of what the relay does.
    """

    def __init__(self, messaggio: Messaggio) -> None:
        super().__init__(message_id=str(messaggio.id))
        self._messaggio = messaggio

    def marshal(self) -> bytes:
        """Give the bytes that the frame of the content carries."""
        m, identificativo = self._messaggio, str(self._messaggio.id)
        intestazioni = b"".join(
            (
                _CE_VERSIONE, m.versione.to_bytes(8, "big", signed=True),
                _CE_ID, _lungo(identificativo),
                _CE_FONTE, _lungo(m.fonte),
                _CE_SPECIFICA,
                _CE_SOGGETTO, _lungo(str(m.soggetto)),
                _CE_ISTANTE, _lungo(m.istante.isoformat().replace("+00:00", "Z")),
                _CE_TIPO, _lungo(m.tipo),
            )
        )  # fmt: skip
        return b"".join(
            (
                _PRESENTI, _TIPO_CONTENUTO, len(intestazioni).to_bytes(4, "big"), intestazioni, _PERSISTENTE,
                _corto(m.correlazione), _corto(identificativo),
            )
        )  # fmt: skip


def _corto(testo: str) -> bytes:
    crudo = testo.encode()
    return len(crudo).to_bytes(1, "big") + crudo


def _lungo(testo: str) -> bytes:
    crudo = testo.encode()
    return len(crudo).to_bytes(4, "big") + crudo


def _attributo(nome: str, tipo: bytes) -> bytes:
    return _corto(f"cloudEvents:{nome}") + tipo


_CE_VERSIONE = _attributo("entityversion", b"l")
_CE_ID = _attributo("id", b"S")
_CE_FONTE = _attributo("source", b"S")
_CE_SPECIFICA = _attributo("specversion", b"S") + _lungo(VERSIONE_CLOUDEVENTS)
_CE_SOGGETTO = _attributo("subject", b"S")
_CE_ISTANTE = _attributo("time", b"S")
_CE_TIPO = _attributo("type", b"S")


def da_amqp(messaggio: DeliveredMessage) -> Messaggio:
    """Read the attributes; a message that lacks them keeps what it has and will be parked as unreadable."""
    proprieta = messaggio.header.properties
    attributi: Mapping[str, object] = proprieta.headers or {}
    try:
        return Messaggio(
            id=UUID(str(attributi["cloudEvents:id"])),
            tipo=str(attributi["cloudEvents:type"]),
            soggetto=UUID(str(attributi["cloudEvents:subject"])),
            versione=int(str(attributi["cloudEvents:entityversion"])),
            corpo=messaggio.body,
            correlazione=proprieta.correlation_id or "",
            istante=datetime.fromisoformat(str(attributi["cloudEvents:time"])),
        )
    except (KeyError, ValueError):
        return Messaggio(
            id=id_deterministico("illeggibile", proprieta.message_id, messaggio.body.hex()),
            tipo=messaggio.routing_key or "",
            soggetto=UUID(int=0),
            versione=0,
            corpo=messaggio.body,
            correlazione="",
            istante=proprieta.timestamp or datetime.now(UTC),
        )
