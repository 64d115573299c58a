# SPDX-License-Identifier: EUPL-1.2
"""The Comuni and the ASL of the demo: each answers its accertamenti as the story of the nucleo says, or stays silent."""

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from rich.console import Console

from deploy.locale.demo.attori import Attori, insieme
from deploy.sandbox.persone import Nucleo, mondo


async def rispondi(attori: Attori, console: Console) -> "Counter[str]":
    """Let each Comune read its open accertamenti and answer; give how many were confirmed, denied, left in silence."""
    inps = await attori.operatore("inps")
    aperti = await attori.tutti("verifiche_anagrafiche", "/v1/accertamenti", inps, stato="APERTO")
    per_comune = Counter(a["comune"] for a in aperti)
    console.print(f"   {len(aperti)} accertamenti aperti in {len(per_comune)} Comuni")

    async def uno(accertamento: dict[str, Any]) -> str:
        token = await attori.operatore(f"c_{accertamento['comune'].lower()}")
        percorso = f"/v1/accertamenti/{accertamento['id']}"
        letto = await attori.get("verifiche_anagrafiche", percorso, token)
        nucleo = _nucleo(letto)
        risposta = nucleo.storia.atteso.comune
        if risposta in ("CONFERMA", "SMENTISCE"):
            esito = _esito(letto, nucleo, conferma=risposta == "CONFERMA")
            await attori.post("verifiche_anagrafiche", f"{percorso}/esito", token, esito, chiave=f"demo-{letto['id']}")
        return {"CONFERMA": "confermati", "SMENTISCE": "smentiti"}.get(risposta, "senza risposta")

    return Counter(await insieme(aperti, uno))


def _nucleo(accertamento: dict[str, Any]) -> Nucleo:
    richiedente = next(p["codice_fiscale"] for p in accertamento["persone"] if p["richiedente"])
    trovato = mondo().trova(richiedente)
    assert trovato is not None
    return trovato[0]


def _esito(accertamento: dict[str, Any], nucleo: Nucleo, *, conferma: bool) -> dict[str, Any]:
    parti: dict[str, Callable[[], dict[str, Any]]] = {
        "RESIDENZA": lambda: {"periodi": _periodi(nucleo, conferma=conferma)},
        "NUCLEO": lambda: {"conforme": conferma},
        "CITTADINANZA": lambda: _titolo(nucleo, conferma=conferma),
        "SVANTAGGIO": lambda: {
            "esiti": [
                {"codice_fiscale": s["codice_fiscale"], "confermato": conferma} for s in accertamento["svantaggi"]
            ]
        },
    }
    return {controllo.lower(): parti[controllo]() for controllo in accertamento["controlli"]}


def _periodi(nucleo: Nucleo, *, conferma: bool) -> list[dict[str, str]]:
    """Give the periods that the registers of the Comuni hold: all that was declared, or only the present one."""
    adesso = {"comune": nucleo.comune.belfiore, "dal": nucleo.residente_dal.isoformat()}
    if not conferma or nucleo.in_italia_dal >= nucleo.residente_dal:
        return [adesso]
    prima = nucleo.residente_dal - timedelta(days=1)
    return [{"comune": "L736", "dal": nucleo.in_italia_dal.isoformat(), "al": prima.isoformat()}, adesso]


def _titolo(nucleo: Nucleo, *, conferma: bool) -> dict[str, str]:
    """Give citizenship and permit: the declared one, or the temporary one that the office found instead."""
    richiedente = nucleo.richiedente
    titolo = richiedente.titolo_soggiorno if conferma else "TEMPORANEO"
    return {"stato": richiedente.cittadinanza} | ({"titolo_soggiorno": titolo} if titolo else {})
