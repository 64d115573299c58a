# SPDX-License-Identifier: EUPL-1.2
"""Ordinary logs: one JSON object per line, UTC, with the correlation id; never personal data."""

import logging
import sys
from collections.abc import MutableMapping
from pathlib import Path
from typing import Any

import orjson
import structlog

from shared.db.session import correlazione


def _filo(_: Any, __: str, riga: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    if correlazione.get():
        riga["correlation_id"] = correlazione.get()
    return riga


def configura(livello: str = "INFO", *, percorso: Path | None = None) -> None:
    """Send structlog and the libraries' logs to standard error, or to a file, as JSON lines."""
    numero = logging.getLevelNamesMapping()[livello]
    comuni: list[Any] = [
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="istante"),
        _filo,
    ]
    structlog.configure(
        processors=[*comuni, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.make_filtering_bound_logger(numero),
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )
    gestore = logging.FileHandler(percorso) if percorso else logging.StreamHandler(sys.stderr)
    gestore.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=comuni,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(
                    serializer=lambda riga, **_: orjson.dumps(riga, default=str).decode()
                ),
            ],
        )
    )
    radice = logging.getLogger()
    radice.handlers = [gestore]
    radice.setLevel(numero)
    # Addresses of other systems may carry a codice fiscale, those of mail are personal: nothing below a warning.
    for rumoroso in ("httpx", "httpcore", "aio_pika", "aiormq", "uvicorn.access", "alembic", "mail.log"):
        logging.getLogger(rumoroso).setLevel(max(numero, logging.WARNING))
