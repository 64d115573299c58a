# SPDX-License-Identifier: EUPL-1.2
"""The access log as a chain: finished rows are sealed in lots, each lot holds the hash of the one before.

Writers only insert. A row carries the number of its transaction; below the oldest transaction at work nothing can appear
any more, so the rows below it are final, in the order (transazione, id), and can be hashed without locking anybody out.
"""

import hashlib
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import orjson

from shared.db.session import Database, Session
from shared.errors import InclusioneError

RIGHE_PER_LOTTO = 5_000
INIZIO = bytes(32)
_POSTO = 8
_BLOCCO = "SELECT pg_try_advisory_xact_lock(hashtextextended('accesso_catena', 0))"
_ORIZZONTE = "SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint"
_ULTIMO = "SELECT numero, fino_a, impronta FROM accesso_catena ORDER BY numero DESC LIMIT 1"
_CAMPI = (
    "id, transazione, istante, ente, ruolo, operatore, finalita, operazione, oggetto, interessato, esito, correlazione"
)
_RIGHE = f"""
SELECT {_CAMPI} FROM accesso WHERE transazione >= $1 AND transazione < $2 ORDER BY transazione, id LIMIT $3
"""
_INSERT = """
INSERT INTO accesso_catena (numero, da, fino_a, righe, precedente, impronta, indice) VALUES ($1, $2, $3, $4, $5, $6, $7)
"""
_LOTTI = "SELECT * FROM accesso_catena WHERE numero > $1 ORDER BY numero LIMIT 100"


class CatenaFerma(InclusioneError):
    """The transaction counter of the database went back: it was rebuilt from a logical dump."""

    tipo = "catena-ferma"
    titolo = "Catena degli accessi ferma"


@dataclass(frozen=True, slots=True)
class Testa:
    """The last lot: whoever keeps it elsewhere can tell if the chain was rewritten or cut."""

    numero: int
    impronta: bytes

    def __str__(self) -> str:
        return f"{self.numero} {self.impronta.hex()}"

    @classmethod
    def da_testo(cls, testo: str) -> "Testa":
        """Read what `str` writes.

        :raises ValueError: if it is something else.
        """
        numero, impronta = testo.split()
        return cls(int(numero), bytes.fromhex(impronta))


class Difetto(StrEnum):
    """What can be wrong in the chain."""

    RIGA_CAMBIATA = "riga cambiata"
    RIGA_TOLTA = "riga tolta"
    RIGA_AGGIUNTA = "riga aggiunta"
    LOTTO_CAMBIATO = "lotto cambiato"
    LOTTO_MANCANTE = "lotto mancante"
    TESTA_DIVERSA = "diverso dalla testa conservata altrove"


@dataclass(frozen=True, slots=True)
class Rottura:
    """A broken link: the lot, the row where one can be named, what is wrong."""

    lotto: int
    difetto: Difetto
    riga: int | None = None


@dataclass(frozen=True, slots=True)
class Verifica:
    """What the verifier found: how much it read, and every lot that does not hold, from the first."""

    lotti: int
    righe: int
    da_sigillare: int
    rotture: tuple[Rottura, ...]
    testa: Testa | None


async def sigilla(database: Database, *, massimo: int = RIGHE_PER_LOTTO) -> tuple[Testa, int] | None:
    """Seal the next lot of finished rows; give the new head and how many rows, or None if there is nothing to do.

    One process at a time does it, whoever comes first.

    :raises CatenaFerma: if the database counts transactions from below the last sealed one.
    """
    async with database.transaction(silenziosa=True) as session:
        if not await session.fetchval(_BLOCCO):
            return None
        ultimo = await session.fetchrow(_ULTIMO)
        da = ultimo["fino_a"] if ultimo else 0
        fino_a = await session.fetchval(_ORIZZONTE)
        if fino_a < da:
            raise CatenaFerma("Il contatore delle transazioni è tornato indietro: riportarlo avanti con pg_resetwal")
        righe, fino_a = await _lotto(session, da, fino_a, massimo)
        if not righe:
            return None
        precedente = ultimo["impronta"] if ultimo else INIZIO
        indice, impronta = _riassumi(righe, precedente=precedente, da=da, fino_a=fino_a)
        testa = Testa(ultimo["numero"] + 1 if ultimo else 1, impronta)
        await session.execute(_INSERT, testa.numero, da, fino_a, len(righe), precedente, impronta, indice)
    return testa, len(righe)


async def _lotto(session: Session, da: int, fino_a: int, massimo: int) -> tuple[Sequence[Any], int]:
    """Give whole transactions only, about `massimo` rows of them, and where they end."""
    righe = await session.fetch(_RIGHE, da, fino_a, massimo + 1)
    if len(righe) <= massimo:
        return righe, fino_a
    ultima = righe[-1]["transazione"]
    if ultima == righe[0]["transazione"]:
        return await session.fetch(_RIGHE, da, ultima + 1, None), ultima + 1
    return [riga for riga in righe if riga["transazione"] < ultima], ultima


async def verifica(conn: Any, *, teste: Sequence[Testa] = ()) -> Verifica:
    """Read the whole log again and compare it with the chain; `teste` are heads that were kept elsewhere."""
    attese = {testa.numero: testa.impronta for testa in teste}
    rotture: list[Rottura] = []
    precedente, numero, righe, fino_a = INIZIO, 0, 0, 0
    async for lotto in _lotti(conn):
        lette = await conn.fetch(_RIGHE, fino_a, lotto["fino_a"], None)
        rotture += _rotture(
            lotto, lette, attesi=(numero + 1, fino_a, precedente), testa=attese.pop(lotto["numero"], None)
        )
        numero, fino_a, precedente, righe = lotto["numero"], lotto["fino_a"], lotto["impronta"], righe + len(lette)
    rotture += [Rottura(mancante, Difetto.LOTTO_MANCANTE) for mancante in sorted(attese)]
    da_sigillare = await conn.fetchval("SELECT count(*) FROM accesso WHERE transazione >= $1", fino_a)
    return Verifica(numero, righe, da_sigillare, tuple(rotture), Testa(numero, precedente) if numero else None)


async def _lotti(conn: Any) -> AsyncIterator[Any]:
    numero = 0
    while lotti := await conn.fetch(_LOTTI, numero):
        for lotto in lotti:
            yield lotto
        numero = lotti[-1]["numero"]


def _rotture(lotto: Any, righe: Sequence[Any], *, attesi: tuple[int, int, bytes], testa: bytes | None) -> list[Rottura]:
    """Say what is wrong in one lot: the link with the one before, its rows, the head that was kept elsewhere."""
    numero, da, precedente = attesi
    if lotto["numero"] != numero:
        return [Rottura(numero, Difetto.LOTTO_MANCANTE)]
    if testa is not None and testa != lotto["impronta"]:
        return [Rottura(numero, Difetto.TESTA_DIVERSA)]
    if (lotto["da"], lotto["precedente"]) != (da, precedente):
        return [Rottura(numero, Difetto.LOTTO_CAMBIATO)]
    indice, impronta = _riassumi(righe, precedente=precedente, da=da, fino_a=lotto["fino_a"])
    if (lotto["righe"], lotto["indice"], lotto["impronta"]) == (len(righe), indice, impronta):
        return []
    return [_prima_diversa(numero, _leggi_indice(lotto["indice"]), _leggi_indice(indice))]


def _prima_diversa(numero: int, sigillate: Mapping[int, bytes], trovate: Mapping[int, bytes]) -> Rottura:
    """Find the first row that is not as it was sealed; if all are, it is the lot itself that was touched."""
    for riga in sorted({*sigillate, *trovate}):
        if riga not in trovate:
            return Rottura(numero, Difetto.RIGA_TOLTA, riga)
        if riga not in sigillate:
            return Rottura(numero, Difetto.RIGA_AGGIUNTA, riga)
        if trovate[riga] != sigillate[riga]:
            return Rottura(numero, Difetto.RIGA_CAMBIATA, riga)
    return Rottura(numero, Difetto.LOTTO_CAMBIATO)


def _riga(riga: Any) -> bytes:
    """Hash one row in canonical form: its values in a fixed order, instants in UTC, bytes in hexadecimal."""
    valori = [valore.hex() if isinstance(valore, bytes) else valore for valore in riga.values()]
    return hashlib.sha256(orjson.dumps(valori, default=str, option=orjson.OPT_UTC_Z)).digest()


def _riassumi(righe: Sequence[Any], *, precedente: bytes, da: int, fino_a: int) -> tuple[bytes, bytes]:
    """Give index and hash of a lot: what comes before, its bounds, then row after row, each over the hash so far.

    The index (id and first bytes of the hash of each row) serves to say which row was touched.
    """
    corrente, indice = hashlib.sha256(precedente + orjson.dumps([da, fino_a, len(righe)])).digest(), bytearray()
    for riga in righe:
        sua = _riga(riga)
        corrente = hashlib.sha256(corrente + sua).digest()
        indice += riga["id"].to_bytes(_POSTO, "big") + sua[:_POSTO]
    return bytes(indice), corrente


def _leggi_indice(indice: bytes) -> dict[int, bytes]:
    posti = range(0, len(indice), 2 * _POSTO)
    return {int.from_bytes(indice[i : i + _POSTO], "big"): indice[i + _POSTO : i + 2 * _POSTO] for i in posti}
