# SPDX-License-Identifier: EUPL-1.2
"""Every list with every filter it offers, as each kind of caller asks for it, on databases filled by `semina`.

`python -m deploy.bench elenchi --domande 2000000`; the first page, then a page from the middle by its cursor.
"""

import asyncio
import os
import re
from base64 import b64decode
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import urlencode

import asyncpg
import httpx
from rich.console import Console
from rich.table import Table

from deploy.bench.carico import Carico, manda
from deploy.bench.semina import AL, COMUNI_DELL_AMBITO, DAL, SEMINE, semina
from deploy.locale.configurazione import Segreti
from deploy.locale.postgres import postgres_locale
from deploy.locale.separati import processi_separati
from deploy.locale.sistema import migra_tutti
from deploy.sandbox.impostazioni import ENTI
from services.domande.domain.domanda import Stato as StatoDomanda
from services.erogazioni.domain.posizione import StatoPosizione
from services.notifiche.domain.avviso import Avviso
from services.notifiche.domain.consegna import StatoNotifica
from services.presa_in_carico.domain.caso import Stato as StatoCaso
from services.verifiche_anagrafiche.domain.accertamento import ControlloComune, StatoAccertamento
from services.verifiche_anagrafiche.domain.verifica import StatoVerifica
from shared.db.pagine import cursore_di
from shared.kernel.sigillo import Cifrario

DOMANDE = 200_000
# Each combination of values this many times, and each combination of filters at least that many.
VOLTE, MINIME = 3, 40
PRIME = 30  # not counted: the service meets its database and its issuers
PEGGIORI = 15
_META = DAL + (AL - DAL) / 2
_ID_META = "0193a000-0000-7000-8000-000000000000"  # an UUIDv7 of the end of 2024
_CAF = ("client-caf-aurora", "client-caf-levante", "client-patronato-solidale")
_COMUNI = ("client-c_h501", "client-c_d086")
_AMBITO, _INPS = "client-ambito-roma", "client-inps"


@dataclass(frozen=True, slots=True)
class Prova:
    """A list to measure: who may ask for it, the values of each filter (None: not asked), the keys of a middle row."""

    servizio: str
    percorso: str
    chi: Sequence[str]
    filtri: Mapping[str, Sequence[str | None]]
    meta: Sequence[object]

    def domande(self) -> Iterator[dict[str, str]]:
        """Give every combination of filters, each as the parameters of a request."""
        for valori in product(*self.filtri.values()):
            yield {nome: valore for nome, valore in zip(self.filtri, valori, strict=True) if valore is not None}


def _tutti(stati: type[Any]) -> tuple[str | None, ...]:
    return (None, *(stato.value for stato in stati))


_GIORNI = (None, "2024-01-15", "2025-12-28", "2026-06-01")
PROVE = (
    Prova(
        "domande", "/v1/domande", (*_CAF, *_COMUNI, _AMBITO, _INPS),
        {"stato": _tutti(StatoDomanda), "presentata_dal": _GIORNI, "presentata_al": (None, "2024-01-20")},
        (_META, _ID_META),
    ),
    Prova("domande", "/v1/bozze", _CAF, {}, (_ID_META,)),
    Prova(
        "verifiche_anagrafiche", "/v1/verifiche", (*_CAF, _INPS),
        {"stato": _tutti(StatoVerifica), "attesa": (None, "REGISTRO:ANPR", "OPERATORE:ISEE", "REGISTRO:PRA")},
        (_META, _ID_META),
    ),
    Prova(
        "verifiche_anagrafiche", "/v1/accertamenti", (*_COMUNI, _AMBITO, _INPS),
        {"stato": _tutti(StatoAccertamento), "controllo": _tutti(ControlloComune),
         "scadenza_entro": (None, "2024-01-01", "2024-03-01", "2026-12-31")},
        (_META, _ID_META),
    ),
    Prova(
        "presa_in_carico", "/v1/casi", (*_COMUNI, _AMBITO, "client-cpi-roma", _INPS),
        {"stato": _tutti(StatoCaso), "sospesi": (None, "true", "false"), "non_raggiunti": (None, "true")},
        (_META, _ID_META),
    ),
    Prova(
        "presa_in_carico", "/v1/casi", (*_COMUNI, _AMBITO, _INPS),
        {"incontro_entro_il": ("2024-01-01", "2026-02-01", "2027-01-01"), "stato": (None, "PAD_SOTTOSCRITTO", "IN_CARICO"),
         "sospesi": (None, "false"), "non_raggiunti": (None, "true")},
        ("2026-01-15", _ID_META),
    ),
    Prova("erogazioni", "/v1/posizioni", (*_COMUNI, _INPS), {"stato": _tutti(StatoPosizione)}, ("8" * 32,)),
    Prova("erogazioni", "/v1/lotti", (_INPS,), {}, (_ID_META,)),
    Prova(
        "notifiche", "/v1/notifiche", (*_CAF, *_COMUNI, _INPS),
        {"stato": _tutti(StatoNotifica), "avviso": _tutti(Avviso)}, (_ID_META,),
    ),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Tempo:
    """The latencies of what one caller asks by some filters, over all their values."""

    prova: Prova
    chi: str
    filtri: str
    valori: int
    carico: Carico

    @property
    def p95(self) -> float:
        """Latency in milliseconds below which 95 % of the requests stay."""
        return self.carico.percentile(95)


async def misura(domande: int, *, servizi: Sequence[str], console: Console) -> dict[str, float]:
    """Fill each database on a throw-away server, start its service, ask for everything; print the slowest requests."""
    tempi = [tempo for servizio in servizi or SEMINE for tempo in await _di(servizio, domande)]
    stampa(tempi, console)
    return {"domande": domande} | riassunto(tempi)


async def _di(servizio: str, domande: int) -> list[Tempo]:
    with TemporaryDirectory(prefix="inclusione-bench-") as nome, postgres_locale(Path(nome), durevole=False) as server:
        url = server.url(servizio)
        await asyncio.to_thread(migra_tutti, {servizio: url})
        conn = await asyncpg.connect(url)
        try:
            await semina(conn, servizio, domande, cifrario=cifrario(servizio, Path(nome)))
        finally:
            await conn.close()
        await asyncio.to_thread(os.sync)  # what was just written is still on its way to the disk, and slows reads down
        return await chiedi(servizio, url, Path(nome))


def cifrario(servizio: str, cartella: Path) -> Cifrario:
    """Give the cipher of the service that will be started with the keys of the folder."""
    return Cifrario(b64decode(Segreti.da_cartella(cartella).chiavi[servizio]))


async def chiedi(servizio: str, url: str, cartella: Path) -> list[Tempo]:
    """Start the service on a database that is full, and ask for its lists."""
    enti = cartella / "enti.toml"
    enti.write_text(con_un_ambito_vasto(ENTI.read_text(encoding="utf-8")), encoding="utf-8")
    variabili = {"RICHIESTE_AL_MINUTO": "100000000", "LOG_LIVELLO": "WARNING", "RUOLI": "api", "ENTI_FILE": str(enti)}
    variabili["EROGAZIONI_CONTROLLA_DUREVOLEZZA"] = "false"  # nothing is paid, and the server is thrown away
    with processi_separati(
        [servizio], database={servizio: url}, bus="interno", cartella=cartella, **variabili
    ) as separati:
        token = {chi: _token(separati.indirizzi.sandbox, chi) for p in PROVE if p.servizio == servizio for chi in p.chi}
        porta, prove = separati.porte[servizio], [p for p in PROVE if p.servizio == servizio]
        for prova in prove:
            await _chiede(porta, [prova.percorso] * PRIME, token[prova.chi[0]])
        return [
            Tempo(prova, chi, filtri, len(percorsi), await _chiede(porta, _ripetuti(percorsi), token[chi]))
            for prova in prove
            for chi in prova.chi
            for filtri, percorsi in _per_filtri(prova).items()
        ]


def _per_filtri(prova: Prova) -> dict[str, list[str]]:
    """Gather the requests that ask for the same filters, whatever their values."""
    insieme: dict[str, list[str]] = {}
    for filtri, percorso in richieste(prova):
        insieme.setdefault(filtri, []).append(percorso)
    return insieme


def _ripetuti(percorsi: list[str]) -> list[str]:
    return percorsi * max(VOLTE, -(-MINIME // len(percorsi)))


def con_un_ambito_vasto(enti: str) -> str:
    """Give the ambito of Roma a territory of forty Comuni."""
    nuovo = 'client_id = "client-ambito-roma"\nterritorio = ' + str(COMUNI_DELL_AMBITO).replace("'", '"')
    return re.sub(r'client_id = "client-ambito-roma"\nterritorio = \[[^\]]*\]', nuovo, enti)


def _token(sandbox: str, client: str) -> str:
    risposta = httpx.post(f"{sandbox}/pdnd/voucher-di-prova", data={"client_id": client})
    return str(risposta.raise_for_status().json()["access_token"])


def richieste(prova: Prova) -> Iterator[tuple[str, str]]:
    """Give every request of a list: by which filters, from which place, and its address."""
    for filtri in prova.domande():
        for posto, cursore in (("prima", {}), ("in fondo", {"cursor": cursore_di(prova.meta)})):
            yield f"{' + '.join(filtri) or 'senza filtri'} ({posto})", f"{prova.percorso}?{urlencode(filtri | cursore)}"


async def _chiede(porta: int, percorsi: Sequence[str], token: str) -> Carico:
    coda = f"HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {token}\r\n\r\n"
    carico = await manda(porta, [f"GET {percorso} {coda}".encode() for percorso in percorsi], clienti=1)
    if set(carico.stati) != {200}:
        raise RuntimeError(f"{percorsi[0]}: risposte inattese: {carico.stati}")
    return carico


def riassunto(tempi: Sequence[Tempo]) -> dict[str, float]:
    """Give the figures that are kept: how many requests were tried, and the slowest p95 of each list."""
    percorsi = dict.fromkeys(t.prova.percorso for t in tempi)
    peggiori = {p: max(t.p95 for t in tempi if t.prova.percorso == p) for p in percorsi}
    provate = {"combinazioni": sum(t.valori for t in tempi), "richieste": sum(len(t.carico.latenze_ms) for t in tempi)}
    return provate | {
        f"{percorso.rpartition('/')[2]}_p95_peggiore_ms": round(ms, 1) for percorso, ms in peggiori.items()
    }


def stampa(tempi: Sequence[Tempo], console: Console) -> None:
    """Print the slowest requests, worst first."""
    righe = Table("Elenco", "Chi", "Filtri", "p50 ms", "p95 ms", title="Gli elenchi più lenti")
    for t in sorted(tempi, key=lambda t: t.p95, reverse=True)[:PEGGIORI]:
        righe.add_row(
            t.prova.percorso, t.chi.removeprefix("client-"), t.filtri, f"{t.carico.percentile(50):.1f}", f"{t.p95:.1f}"
        )
    console.print(righe)
