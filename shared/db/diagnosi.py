# SPDX-License-Identifier: EUPL-1.2
"""What may be told of a failure in logs and parked messages: its kind and its place, never values."""

import asyncpg

from shared.errors import InclusioneError


def motivo(errore: BaseException) -> str:
    """Say what went wrong without personal data: our own errors speak, the others give only their kind."""
    if isinstance(errore, InclusioneError):
        return f"{errore.titolo}: {errore}"
    if isinstance(errore, asyncpg.PostgresError):
        return f"{type(errore).__name__} {errore.sqlstate} {getattr(errore, 'constraint_name', None) or ''}".strip()
    return type(errore).__name__


def dove(errore: BaseException) -> dict[str, str]:
    """Say where in our code an unexpected error was raised: file and line, never values."""
    if isinstance(errore, InclusioneError) or errore.__traceback__ is None:
        return {}
    passo = errore.__traceback__
    while passo.tb_next is not None:
        passo = passo.tb_next
    return {"punto": f"{passo.tb_frame.f_code.co_filename.rpartition('/')[2]}:{passo.tb_lineno}"}
