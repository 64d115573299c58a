# SPDX-License-Identifier: EUPL-1.2
"""The steps of the demo, in the order in which they happen in real life."""

import asyncio
import time
import tomllib
from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from rich.console import Console

from deploy.demo.genera import ATTESI
from deploy.locale.demo import stampa
from deploy.locale.demo.attori import Attori, insieme
from deploy.locale.demo.comuni import rispondi
from deploy.locale.demo.esito import Esito, Uscite
from deploy.locale.sistema import Sistema
from deploy.sandbox.persone import mondo
from shared.kernel.calendario import giorno_legale

GIORNO = datetime(2025, 3, 3, 8, tzinfo=UTC)
_PAD = datetime(2025, 3, 10, 8, tzinfo=UTC)
# Sixty days and a night after the domande: the silence of the Comuni and of the citizens has its effects.
_SILENZI = datetime(2025, 5, 6, 8, tzinfo=UTC)
_MESI = (("2025-04", datetime(2025, 4, 22, 8, tzinfo=UTC)), ("2025-05", datetime(2025, 5, 22, 8, tzinfo=UTC)),
         ("2025-06", datetime(2025, 6, 23, 8, tzinfo=UTC)))  # fmt: skip
_PAZIENZA_SECONDS = 90


async def percorri(sistema: Sistema, attori: Attori, file: Path, uscite: Uscite, console: Console) -> Esito:
    """Walk from the file to the third payment."""
    esito = Esito(tomllib.loads(ATTESI.read_text(encoding="utf-8")))
    await presenta(attori, file, esito, console)
    await verifica(sistema, attori, esito, console)
    await attiva(sistema, attori, console, _PAD)
    await paga(sistema, attori, *_MESI[0], esito, uscite, console)
    await silenzi(sistema, attori, esito, console)
    for mese, giorno in _MESI[1:]:
        await paga(sistema, attori, mese, giorno, esito, uscite, console)
    await confronta_accrediti(sistema, attori, esito, console)
    esito.lettere = await lettere(sistema, attori, uscite, console)
    return esito


async def presenta(attori: Attori, file: Path, esito: Esito, console: Console) -> None:
    """Send every line of the file, bad ones included."""
    righe = file.read_bytes().splitlines()
    attese = {riga["numero"]: riga for riga in esito.attesi["riga"]}
    stampa.passo(console, f"Il CAF Aurora presenta le {len(righe)} domande di {file.name}")
    with stampa.barra(console, "Presentazione", len(righe)) as avanza:

        async def una(numerata: tuple[int, bytes]) -> int:
            numero, riga = numerata
            risposta = await attori.presenta(riga, chiave=f"demo-riga-{numero:04d}")
            if risposta.status_code == 201:
                esito.righe[risposta.json()["id"]] = attese[numero]
            return risposta.status_code

        esiti = Counter(await insieme(enumerate(righe, 1), una, avanza))
    attesi = esito.attesi["presentazione"]
    nomi = {201: "ricevute_201", 409: "duplicate_409", 400: "respinte_400", 422: "respinte_422"}
    for status, nome in nomi.items():
        esito.confronta(f"presentazione {nome}", esiti[status], attesi[nome])
    stampa.presentate(console, esiti)


async def verifica(sistema: Sistema, attori: Attori, esito: Esito, console: Console) -> None:
    """Wait for the registries, then let the Comuni answer."""
    stampa.passo(console, "INPS interroga ANPR, ISEE, PRA, Giustizia e UNILAV; poi decide su ogni requisito")
    inps = await attori.operatore("inps")
    with stampa.barra(console, "Decisioni", esito.attesi["presentazione"]["ricevute_201"]) as avanza:
        await quiete(sistema, lambda: _decise(attori, inps), avanza, ancora=lambda: _registri_attesi(attori, inps))
    await confronta_decisioni(attori, esito, console, quando="dopo_registri")

    stampa.passo(console, "I Comuni e le ASL rispondono a ciò che i registri non sanno")
    risposte = await rispondi(attori, console)
    await quiete(sistema)
    stampa.accertamenti(console, risposte)


async def confronta_decisioni(attori: Attori, esito: Esito, console: Console, *, quando: str) -> None:
    """Compare each domanda with its story: outcome, requisiti that failed, amount; then print the table."""
    inps = await attori.operatore("inps")
    domande = await attori.tutti("domande", "/v1/domande", inps)
    decise = [d for d in domande if d["stato"] != "ACQUISITA"]
    letti = await insieme(decise, lambda d: attori.get("domande", f"/v1/domande/{d['id']}/decisione", inps))
    decisioni = {d["id"]: letta for d, letta in zip(decise, letti, strict=True)}
    for domanda in domande:
        riga = esito.righe[domanda["id"]]
        trovato = "ATTESA" if domanda["stato"] == "ACQUISITA" else domanda["stato"]
        esito.confronta(f"{quando} {riga['storia']}", trovato, riga[quando])
        if trovato == riga["finale"] == "RESPINTA":
            esito.confronta(f"requisiti {riga['storia']}", mancanti(decisioni[domanda["id"]]), sorted(riga["codici"]))
        if trovato == riga["finale"] == "ACCOLTA":
            esito.confronta(
                f"importo {riga['storia']}", decisioni[domanda["id"]]["importo"]["importo"], riga["importo"]
            )
    stampa.decisioni(
        console, domande, Counter(c for d in decise if d["stato"] == "RESPINTA" for c in mancanti(decisioni[d["id"]]))
    )


def mancanti(decisione: dict[str, Any]) -> list[str]:
    """Give the requisiti for which a domanda is refused: failed, or, if none failed, never completed."""
    per_esito = {
        e: sorted(r["codice"] for r in decisione["requisiti"] if r["esito"] == e) for e in ("KO", "DA_COMPLETARE")
    }
    return per_esito["KO"] or per_esito["DA_COMPLETARE"]


async def attiva(sistema: Sistema, attori: Attori, console: Console, giorno: datetime) -> None:
    """Let the citizens register on SIISL and sign the PAD, on a day that may be later."""
    avanza_a(sistema, giorno)
    inps = await attori.operatore("inps")
    casi = await attori.tutti("presa_in_carico", "/v1/casi", inps, stato="APERTO")
    stampa.passo(console, f"{len(casi)} nuclei si registrano su SIISL e firmano il patto di attivazione digitale")
    oggi = giorno_legale(sistema.orologio()).isoformat()
    with stampa.barra(console, "Patti firmati", len(casi)) as avanti:

        async def uno(caso: dict[str, Any]) -> None:
            dettaglio = await attori.get("presa_in_carico", f"/v1/casi/{caso['id']}", inps)
            token = await attori.cittadino(dettaglio["componenti"][0]["codice_fiscale"])
            radice, chiave = f"/v1/casi/{caso['id']}", f"demo-{caso['id']}"
            await attori.post("presa_in_carico", f"{radice}/registrazione-siisl", token, {}, chiave=chiave)
            pad = {
                "sottoscritto_il": oggi,
                "recapiti_confermati": True,
                "consenso_trasmissione_dati": True,
                "impegno_primo_incontro": True,
            }
            await attori.post("presa_in_carico", f"{radice}/pad", token, pad, chiave=chiave)

        await insieme(casi, uno, avanti)
    await quiete(sistema)


async def silenzi(sistema: Sistema, attori: Attori, esito: Esito, console: Console) -> None:
    """Let sixty days pass: silence accepts a svantaggio, and refuses what nobody completed."""
    avanza_a(sistema, _SILENZI)
    stampa.passo(console, "Passano sessanta giorni: il silenzio dei Comuni e dei cittadini ha i suoi effetti")
    sistema.sveglia()
    await quiete(sistema)
    await confronta_decisioni(attori, esito, console, quando="finale")
    await attiva(sistema, attori, console, sistema.orologio())


async def paga(
    sistema: Sistema, attori: Attori, mese: str, giorno: datetime, esito: Esito, uscite: Uscite, console: Console
) -> None:
    """Run a month: order, send, receive, and prove that nothing is missing or doubled."""
    avanza_a(sistema, giorno)
    stampa.passo(console, f"INPS paga il mese {mese}")
    inps = await attori.operatore("inps")
    lotto = await attori.post("erogazioni", "/v1/lotti", inps, {"misura": "ADI", "mese": mese}, chiave=f"lotto-{mese}")
    fine = time.monotonic() + _PAZIENZA_SECONDS
    while lotto["stato"] != "CONCLUSO" and time.monotonic() < fine:
        await asyncio.sleep(0.1)
        lotto = await attori.get("erogazioni", f"/v1/lotti/{lotto['id']}", inps)
    quadratura = await attori.get("erogazioni", f"/v1/lotti/{lotto['id']}/quadratura", inps)
    esito.quadrature.append(quadratura)
    for flusso in await attori.tutti("erogazioni", f"/v1/lotti/{lotto['id']}/flussi", inps):
        contenuto = await attori.scarica("erogazioni", f"/v1/flussi/{flusso['id']}/file", inps)
        percorso = uscite.cartella / "pagamenti" / f"carte-{mese}-{flusso['numero']:03d}.json"
        percorso.write_bytes(contenuto)
        stampa.flusso(console, percorso, contenuto)
    stampa.quadratura(console, quadratura)


async def confronta_accrediti(sistema: Sistema, attori: Attori, esito: Esito, console: Console) -> None:
    """Ask the payer what each person received, and compare it with three months of the story (one, if it began in June)."""
    risposta = await attori.http.get(f"{sistema.indirizzi.sandbox}/sandbox/v1/accrediti")
    ricevuti = {
        voce["codice_fiscale"]: voce["totale"]["amount"] for voce in risposta.raise_for_status().json()["items"]
    }
    for riga in esito.righe.values():
        nucleo = mondo().storia(riga["storia"])
        rifiuta_sempre = nucleo.storia.carta is not None and not nucleo.storia.carta_volte
        mesi = (
            0 if riga["finale"] != "ACCOLTA" or rifiuta_sempre else 1 if riga["risposta"] == "SILENZIO" else len(_MESI)
        )
        atteso = f"{Decimal(riga['importo'] or 0) * mesi:.2f}"
        esito.confronta(f"accrediti {riga['storia']}", ricevuti.get(nucleo.richiedente.codice_fiscale, "0.00"), atteso)
    stampa.accrediti(console, [Decimal(totale) for totale in ricevuti.values()])


async def lettere(sistema: Sistema, attori: Attori, uscite: Uscite, console: Console) -> int:
    """Download the letters of the outcomes."""
    stampa.passo(console, "Notifiche: messaggi su App IO, e-mail e lettere")
    await quiete(sistema)
    inps = await attori.operatore("inps")
    notifiche = await attori.tutti("notifiche", "/v1/notifiche", inps)
    protocolli = {d["id"]: d["protocollo"] for d in await attori.tutti("domande", "/v1/domande", inps)}
    con_lettera = [n for n in notifiche if n["lettera"]]

    async def una(notifica: dict[str, Any]) -> None:
        pdf = await attori.scarica("notifiche", f"/v1/notifiche/{notifica['id']}/lettera", inps)
        nome = f"{protocolli[notifica['domanda_id']]}-{notifica['avviso'].lower()}.pdf"
        (uscite.cartella / "lettere" / nome).write_bytes(pdf)

    with stampa.barra(console, "Lettere", len(con_lettera)) as avanza:
        await insieme(con_lettera, una, avanza)
    stampa.notifiche(console, Counter((n["avviso"], n["stato"]) for n in notifiche))
    return len(con_lettera)


def avanza_a(sistema: Sistema, istante: datetime) -> None:
    """Move the simulated clock forward; an instant already past changes nothing."""
    if istante > sistema.orologio():
        sistema.orologio.imposta(istante)


async def quiete(
    sistema: Sistema,
    misura: Callable[[], Awaitable[int]] | None = None,
    avanza: Callable[..., None] | None = None,
    *,
    ancora: Callable[[], Awaitable[int]] | None = None,
) -> None:
    """Wait until nothing is at work, twice in a row; `misura` says how far it has come, `ancora` what is still expected."""
    fine, quieti = time.monotonic() + _PAZIENZA_SECONDS, 0
    while quieti < 2 and time.monotonic() < fine:
        await asyncio.sleep(0.15)
        quieti = quieti + 1 if await sistema.quieto() else 0
        if misura is not None and avanza is not None:
            avanza(await misura())
        if quieti and ancora is not None and await ancora():
            quieti = 0


async def _registri_attesi(attori: Attori, inps: str) -> int:
    """Count the verifiche that wait for a registry to answer, operators apart."""
    aperte = await attori.tutti("verifiche_anagrafiche", "/v1/verifiche", inps, stato="APERTA")
    return sum(not (v["attesa"] or "").startswith("OPERATORE") for v in aperte)


async def _decise(attori: Attori, inps: str) -> int:
    domande = await attori.tutti("domande", "/v1/domande", inps)
    return sum(d["stato"] != "ACQUISITA" for d in domande)
