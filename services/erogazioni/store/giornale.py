# SPDX-License-Identifier: EUPL-1.2
"""The journal of what was sent to the payer, kept outside the database: it remembers what a restored database has forgotten.

A folder with one line per file handed over (`invii.txt`, only added to) and, beside it, the sealed content of each.
"""

import json
import os
import zlib
from dataclasses import asdict
from pathlib import Path
from uuid import UUID

from services.erogazioni.domain.invio import Invio, Ordine
from services.erogazioni.store import erogazioni, flussi
from shared.db.session import Session
from shared.kernel.sigillo import Cifrario

_REGISTRO = "invii.txt"
# Enough to see that a database is older than the journal: what is lost is always the end of the story.
ULTIMI = 50


async def componi(session: Session, flusso_id: UUID, contenuto: bytes) -> Invio:
    """Put together what must be remembered of a file that is leaving."""
    flusso = await flussi.carica(session, flusso_id, blocca=False)
    ordini = await erogazioni.nel_file(session, flusso_id)
    return Invio(
        str(flusso_id), str(flusso.lotto_id), flusso.numero, flusso.misura, str(flusso.mese), ordini, contenuto.decode()
    )


class Giornale:
    """The folder, as the processes of the service share it."""

    def __init__(self, cartella: Path, cifrario: Cifrario) -> None:
        self._cartella = cartella
        self._cifrario = cifrario

    def annota(self, invio: Invio) -> None:
        """Remember a file before it is handed over, once: when this returns, it is on the disk."""
        if UUID(invio.flusso_id) in self.inviati():
            return
        self._cartella.mkdir(mode=0o700, parents=True, exist_ok=True)
        sigillato = self._cifrario.cifra(zlib.compress(json.dumps(asdict(invio)).encode(), 1))
        _scrivi(self._file(UUID(invio.flusso_id)), sigillato, "wb")
        _scrivi(self._cartella / _REGISTRO, f"INVIATO {invio.flusso_id}\n".encode(), "ab")

    def dimentica(self, flusso_id: UUID) -> None:
        """Remember that the payer says it has never had this file."""
        _scrivi(self._cartella / _REGISTRO, f"MAI_ARRIVATO {flusso_id}\n".encode(), "ab")

    def inviati(self, *, ultimi: int | None = None) -> list[UUID]:
        """Give the files handed over, the newest last."""
        registro = self._cartella / _REGISTRO
        righe = registro.read_text().splitlines() if registro.exists() else []
        stati: dict[str, str] = {}
        for stato, flusso_id in (riga.split() for riga in (righe if ultimi is None else righe[-ultimi:])):
            stati.pop(flusso_id, None)
            stati[flusso_id] = stato
        return [UUID(flusso_id) for flusso_id, stato in stati.items() if stato == "INVIATO"]

    def leggi(self, flusso_id: UUID) -> Invio:
        """Read what was sent."""
        letto = json.loads(zlib.decompress(self._cifrario.decifra(self._file(flusso_id).read_bytes())))
        return Invio(**letto | {"ordini": tuple(Ordine(**ordine) for ordine in letto["ordini"])})

    def _file(self, flusso_id: UUID) -> Path:
        return self._cartella / f"{flusso_id}.sigillato"


def _scrivi(file: Path, dati: bytes, modo: str) -> None:
    with file.open(modo) as aperto:
        aperto.write(dati)
        aperto.flush()
        os.fsync(aperto.fileno())
    cartella = os.open(file.parent, os.O_RDONLY)
    try:
        os.fsync(cartella)
    finally:
        os.close(cartella)
