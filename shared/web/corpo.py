# SPDX-License-Identifier: EUPL-1.2
"""The body of a request, read whole before anything is done for it: within a size, and within a time."""

import asyncio

from starlette.types import Message, Receive

from shared.errors import InclusioneError, RichiestaTroppoGrande

_KIB = 1024


class CorpoLento(InclusioneError):
    """The body did not arrive in time."""

    status = 408
    tipo = "corpo-non-arrivato"
    titolo = "Corpo non arrivato in tempo"


def troppo_grande(massimo: int) -> RichiestaTroppoGrande:
    """Build the refusal of a body."""
    return RichiestaTroppoGrande(f"Il corpo supera {massimo // _KIB} KiB")


async def leggi_corpo(receive: Receive, *, massimo: int, secondi: float) -> bytes:
    """Read the whole body.

    :raises RichiestaTroppoGrande: as soon as it is larger than `massimo` bytes.
    :raises CorpoLento: if it is not all there within `secondi`, or the caller goes away before.
    """
    parti: list[bytes] = []
    letti = 0
    try:
        async with asyncio.timeout(secondi):
            while True:
                messaggio = await receive()
                if messaggio["type"] == "http.disconnect":
                    raise CorpoLento("Chi chiama ha chiuso la connessione")
                parti.append(messaggio.get("body", b""))
                letti += len(parti[-1])
                if letti > massimo:
                    raise troppo_grande(massimo)
                if not messaggio.get("more_body", False):
                    return b"".join(parti)
    except TimeoutError:
        raise CorpoLento(f"Il corpo non è arrivato entro {secondi:g} secondi") from None


def con_corpo(corpo: bytes, receive: Receive) -> Receive:
    """Give the application a body already read, then whatever comes."""
    dato = False

    async def ricevi() -> Message:
        nonlocal dato
        if dato:
            return await receive()
        dato = True
        return {"type": "http.request", "body": corpo, "more_body": False}

    return ricevi
