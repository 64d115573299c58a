# SPDX-License-Identifier: EUPL-1.2
"""Who may do what, to what: every operation of the OpenAPI documents, as every role, on a thing of its own and of others.

Nothing is listed by hand: an operation on a new kind of thing finds its table by the name of its parameter, or fails.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import httpx

from services.domande.schemas.esempi import DOMANDA
from shared.web.enti import Ruolo
from shared.web.permessi import Ambito
from tests.sicurezza.percorso import CHI, Percorso, modulo
from tests.support.servizio import ServizioInProva
from tests.support.token import cittadino

ENTI = {
    Ruolo.CAF: "CAF-ALFA", Ruolo.PATRONATO: "PAT-GAMMA", Ruolo.COMUNE: "COM-ROMA", Ruolo.AMBITO: "AMB-ROMA",
    Ruolo.CPI: "CPI-ROMA", Ruolo.INPS: "INPS", Ruolo.REGIONE: "REG-LAZIO", Ruolo.MLPS: "MLPS",
}  # fmt: skip
_ALTRA_PERSONA = "VRDGPP80A01H501B"
# Things that are nobody's: aggregates and messages, for who runs the service. No access row, no other's thing.
DI_NESSUNO = {"lotto", "flusso", "scarto", "esito_in_quarantena"}
_SUO = {Ambito.MANDATO: "ente", Ambito.TERRITORIO: "comune", Ambito.PROPRIO: "richiedente"}
_SCELTA = {"notifica": "SELECT notifica_id AS id FROM lettera LIMIT 1"}
_ACCESSI = "SELECT oggetto, esito, operazione FROM accesso WHERE id > $1"


@dataclass(frozen=True, slots=True)
class Operazione:
    """One operation of a document; `tabella` holds the thing that its path names, `elencata` those that it lists."""

    id: str
    metodo: str
    percorso: str
    esempio: Any
    parametro: str | None
    elencata: str | None

    @property
    def tabella(self) -> str | None:
        """Table of the thing in the path."""
        return _tabella(self.parametro)

    def indirizzo(self, oggetto: UUID | None) -> str:
        """Fill the path in."""
        return self.percorso.replace(f"{{{self.parametro}}}", str(oggetto)) if self.parametro else self.percorso


def chi_e(ruolo: Ruolo) -> str:
    """Give an ente that acts in a role, or the token of a citizen."""
    return cittadino(CHI) if ruolo is Ruolo.CITTADINO else ENTI[ruolo]


def operazioni(servizio: ServizioInProva) -> list[Operazione]:
    """Give every operation of the OpenAPI document that works on data."""
    documento = servizio.app.openapi()
    elenchi = {p[: p.index("/{")]: _parametro(p) for p in documento["paths"] if p.endswith("}")}
    return [
        Operazione(
            o["operationId"],
            metodo.upper(),
            percorso,
            esempio(documento, o),
            _parametro(percorso),
            _tabella(elenchi.get(percorso.removesuffix("/ricerche"))) if _elenca(o) else None,
        )
        for percorso, metodi in documento["paths"].items()
        for metodo, o in metodi.items()
        if percorso.startswith("/v1/")
    ]


def _elenca(operazione: dict[str, Any]) -> bool:
    return str(operazione["operationId"]).startswith(("list_", "search_"))


def _tabella(parametro: str | None) -> str | None:
    """Give the table of a thing: `caso_id` is in `caso`."""
    return parametro.removesuffix("_id") if parametro else None


def _parametro(percorso: str) -> str | None:
    nomi = [parte[1:-1] for parte in percorso.split("/") if parte.startswith("{")]
    assert len(nomi) <= 1, f"più di una cosa in {percorso}: la matrice ne conosce una"
    return nomi[0] if nomi else None


def esempio(documento: dict[str, Any], operazione: dict[str, Any]) -> Any:
    """Give the body that the document offers as an example, or None where there is no body."""
    if operazione["operationId"] == "create_domanda":  # a citizen presents its own only: not that of the example
        return modulo()
    if operazione["operationId"].startswith("search_"):
        return {"codice_fiscale": CHI}
    if "requestBody" not in operazione:
        return None
    schema = operazione["requestBody"]["content"]["application/json"]["schema"]
    modello = documento["components"]["schemas"].get(schema.get("$ref", "").rpartition("/")[2], {})
    pronti = [*schema.get("examples", ()), *modello.get("examples", ())]
    return (
        pronti[0]
        if pronti
        else {nome: c["examples"][0] for nome, c in modello["properties"].items() if "examples" in c}
    )


async def chiama(servizio: ServizioInProva, operazione: Operazione, chi: str, oggetto: UUID | None) -> httpx.Response:
    """Call an operation with its example, under a new key."""
    parti: dict[str, Any] = {"headers": {"Idempotency-Key": f"prova-{uuid4()}"}}
    if operazione.esempio is not None:
        parti["json"] = operazione.esempio
    return await servizio.come(chi).request(operazione.metodo, operazione.indirizzo(oggetto), **parti)


async def divari(percorso: Percorso, *nomi: str) -> list[tuple[object, ...]]:
    """Call everything as everybody; give what was not answered, or not logged, as the permissions say."""
    return [riga for nome in nomi or percorso.servizi async for riga in _divari_di(percorso, nome)]


async def _divari_di(percorso: Percorso, nome: str) -> AsyncIterator[tuple[object, ...]]:
    servizio = percorso.servizi[nome]
    matrice = servizio.app.state.risorse.matrice
    for operazione in operazioni(servizio):
        permessi = matrice.get(operazione.id)
        if permessi is None:
            yield nome, operazione.id, "senza permessi"
            continue
        for ruolo in Ruolo:
            for caso in _casi(operazione, permessi.get(ruolo)):
                oggetto = await oggetto_di(percorso, nome, operazione, permessi.get(ruolo), ruolo, caso)
                prima = await _ultimo(percorso, nome)
                risposta = await chiama(servizio, operazione, chi_e(ruolo), oggetto)
                righe = await percorso.righe(nome, _ACCESSI, prima)
                if errore := _sbagliata(operazione, ruolo in permessi, caso, oggetto, risposta, righe):
                    yield nome, operazione.id, ruolo.value, caso, errore


def _casi(operazione: Operazione, ambito: Ambito | None) -> list[str]:
    """Give whose the thing is: of the caller, of another, of nobody; where all is everybody's there is no other."""
    if operazione.elencata and ambito in _SUO:
        return ["altrui", "suo"]
    if operazione.tabella is None or ambito is None:
        return ["suo"]
    return ["ignoto", "suo"] if ambito is Ambito.TUTTO else ["altrui", "ignoto", "suo"]


async def oggetto_di(
    percorso: Percorso, nome: str, operazione: Operazione, ambito: Ambito | None, ruolo: Ruolo, caso: str
) -> UUID | None:
    """Give the id of a thing to be named, or listed: nobody's (`ignoto`), or made the caller's own, or another's."""
    tabella = operazione.tabella or operazione.elencata
    if tabella is None:
        return None
    if caso == "ignoto":
        return uuid4()
    oggetto = await _esistente(percorso, nome, tabella)
    if ambito in _SUO:
        await _assegna(percorso, nome, tabella, oggetto, ambito=ambito, ruolo=ruolo, suo=caso == "suo")
    return oggetto


async def _esistente(percorso: Percorso, nome: str, tabella: str) -> UUID:
    righe = await percorso.righe(nome, _SCELTA.get(tabella, f"SELECT id FROM {tabella} LIMIT 1"))
    if not righe and tabella == "bozza":  # the last one was removed by who could
        fatta = await percorso.chiedi(nome, "POST", "/v1/bozze", "CAF-ALFA", {"richiedente": DOMANDA["richiedente"]})
        return UUID(fatta["id"])
    trovato: UUID = righe[0]["id"]
    return trovato


async def _assegna(
    percorso: Percorso, nome: str, tabella: str, oggetto: UUID, *, ambito: Ambito, ruolo: Ruolo, suo: bool
) -> None:
    impronta = percorso.servizi[nome].database.cifrario.impronta
    valori: dict[Ambito, tuple[Any, Any]] = {
        Ambito.PROPRIO: (impronta(CHI), impronta(_ALTRA_PERSONA)),
        Ambito.MANDATO: (ENTI.get(ruolo), "CAF-BETA"),
        Ambito.TERRITORIO: ("H501", "F205"),
    }
    async with percorso.servizi[nome].database.connection() as conn:
        valore = valori[ambito][0 if suo else 1]
        await conn.execute(f"UPDATE {tabella} SET {_SUO[ambito]} = $2 WHERE id = $1", oggetto, valore)


async def _ultimo(percorso: Percorso, nome: str) -> int:
    (riga,) = await percorso.righe(nome, "SELECT coalesce(max(id), 0) AS id FROM accesso")
    return int(riga["id"])


def _sbagliata(
    operazione: Operazione, ammesso: bool, caso: str, oggetto: UUID | None, risposta: httpx.Response, righe: Any
) -> str:
    """Say what is wrong with an answer, or nothing."""
    personale = operazione.tabella is not None and operazione.tabella not in DI_NESSUNO
    negati = [r for r in righe if r["esito"] == "NEGATO"]
    stato = risposta.status_code
    if not ammesso:
        return "" if stato == 403 and not righe else f"{stato} a chi non può, {len(righe)} accessi"
    if operazione.elencata:
        visto = stato == 200 and str(oggetto) in [voce["id"] for voce in risposta.json()["items"]]
        return "" if stato == 200 and visto == (caso == "suo") else f"{stato}, visto: {visto}"
    if caso != "suo":
        forma = set(risposta.json()) if stato == 404 else set()
        atteso = {"type", "title", "status", "detail", "instance", "correlation_id"}
        in_regola = len(righe) == len(negati) == int(personale) and all(r["oggetto"] == oggetto for r in negati)
        return "" if (forma, in_regola) == (atteso, True) else f"{stato}, {len(negati)} accessi negati su {len(righe)}"
    if operazione.metodo == "GET" and operazione.tabella:
        suoi = [r for r in righe if r["oggetto"] == oggetto and r["esito"] == "CONSENTITO"]
        return (
            "" if stato == 200 and (len(suoi) == len(righe) == 1 or not personale) else f"{stato}, {len(righe)} accessi"
        )
    buona = stato == 200 if operazione.metodo == "GET" else stato < 300 or stato in (409, 422)
    return "" if buona and not negati else f"{stato}, {len(negati)} accessi negati"
