# SPDX-License-Identifier: EUPL-1.2
"""Ask a registry again, when an operator has removed the obstacle."""

from uuid import UUID

from services.verifiche_anagrafiche.domain.interrogazione import StatoInterrogazione
from shared.db.session import Session
from shared.errors import Conflict, NotFound

_RIPETI = """
UPDATE interrogazione SET stato = 'DA_ESEGUIRE', tentativi = 0, prossimo_il = clock_timestamp(), lease_fino = NULL
WHERE id = $1 AND stato = $2 RETURNING verifica_id
"""
# Under a used operation id a registry gives the same answer again; only where none came is the id still good.
_RINUMERA = "UPDATE interrogazione SET numero = DEFAULT WHERE id = $1 AND classe <> 'TRANSITORIO'"
_RINOMINA = "UPDATE verifica SET attesa = 'REGISTRO:' || $2 WHERE id = $1 AND stato = 'APERTA'"


class InterrogazioneNonRipetibile(Conflict):
    """The question does not wait for an operator."""

    tipo = "interrogazione-non-ripetibile"
    titolo = "Interrogazione non ripetibile"


async def ripeti_interrogazione(session: Session, interrogazione_id: UUID) -> UUID:
    """Put the question among those to be asked; give its verifica.

    :raises NotFound: if it is not there.
    :raises InterrogazioneNonRipetibile: if it does not wait for an operator.
    """
    riga = await session.fetchrow("SELECT verifica_id, registro FROM interrogazione WHERE id = $1", interrogazione_id)
    if riga is None:
        raise NotFound("L'interrogazione non esiste o non è visibile a chi chiama")
    verifica_id: UUID = riga["verifica_id"]
    await session.execute("SELECT 1 FROM verifica WHERE id = $1 FOR UPDATE", verifica_id)
    if await session.fetchval(_RIPETI, interrogazione_id, StatoInterrogazione.DA_OPERATORE.value) is None:
        raise InterrogazioneNonRipetibile("L'interrogazione non è in attesa di un operatore")
    await session.execute(_RINUMERA, interrogazione_id)
    await session.execute(_RINOMINA, verifica_id, riga["registro"])
    return verifica_id
