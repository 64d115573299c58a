# SPDX-License-Identifier: EUPL-1.2
"""The accounts after the faults: each broken promise is a sentence."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from deploy.locale.topologia import code
from deploy.sandbox.modello import Nucleo
from shared.db.migrazioni import SERVIZI
from shared.kernel.importo import in_centesimi

Righe = list[Any]
_IN_ATTESA = "SELECT domanda_id FROM verifica WHERE stato = 'IN_ATTESA_COMUNE' OR attesa LIKE 'OPERATORE:%'"
_MOVIMENTI = """
SELECT e.id FROM erogazione e LEFT JOIN movimento m ON m.erogazione_id = e.id
GROUP BY e.id, e.stato
HAVING sum(m.importo_cent) <> 0
    OR count(m.causale) FILTER (WHERE m.causale = 'DISPOSTA') <> 2
    OR count(m.causale) FILTER (WHERE m.causale = 'ANNULLATA') <> CASE WHEN e.stato = 'ANNULLATO' THEN 2 ELSE 0 END
    OR count(m.causale) FILTER (WHERE m.causale = 'ESEGUITA') <> CASE WHEN e.stato IN ('ESEGUITO', 'RESTITUITO') THEN 2 ELSE 0 END
    OR count(m.causale) FILTER (WHERE m.causale = 'SCARTATA') <> CASE WHEN e.stato = 'SCARTATO' THEN 2 ELSE 0 END
    OR count(m.causale) FILTER (WHERE m.causale = 'RESTITUITA') <> CASE WHEN e.stato = 'RESTITUITO' THEN 2 ELSE 0 END
"""
_CONSEGNE = """
SELECT n.domanda_id, c.canale, count(*)::int AS quante, sum(greatest(c.tentativi - 1, 0))::int AS ripetute
FROM consegna c JOIN notifica n ON n.id = c.notifica_id GROUP BY n.domanda_id, c.canale
"""
_CADUTE = ("SCARTATO", "ANNULLATO", "RESTITUITO")
_ATTESI_DA = {"ACCOLTA": "DOMANDA_ACCOLTA", "RESPINTA": "DOMANDA_RESPINTA", "IN_EVIDENZA": "DOMANDA_IN_EVIDENZA"}


class Archivi(Protocol):
    """The databases of a run, to be read."""

    async def righe(self, servizio: str, sql: str) -> Righe:
        """Read from the database of a service."""


@dataclass
class Conti:
    """What was read of a run, to be judged."""

    emessi: set[Any] = field(default_factory=set)
    tabelle: dict[str, Righe] = field(default_factory=dict)
    pagatore: dict[str, Righe] = field(default_factory=dict)
    avvisi: dict[str, Righe] = field(default_factory=dict)


@dataclass
class Promesse:
    """What the callers were told: the receipts of the domande, by id, with the nucleo that presented each."""

    ricevute: dict[str, Nucleo]
    pagati: bool = False
    # Domande that their citizens have renounced: where these end is judged apart.
    rinunciate: set[str] = field(default_factory=set)
    # People whose payments came back: they have nothing, until another lotto.
    restituiti: set[str] = field(default_factory=set)


async def leggi(giro: Archivi, sql: dict[str, tuple[str, str]]) -> dict[str, Righe]:
    """Run the queries, each on its database."""
    return {nome: await giro.righe(servizio, query) for nome, (servizio, query) in sql.items()}


async def messaggi(giro: Archivi) -> list[str]:
    """INV2 and the promise of the bus: every event reached all its listeners, and had one effect in each."""
    emessi: dict[str, set[Any]] = defaultdict(set)
    for servizio in SERVIZI:
        letti = await leggi(giro, {"emessi": (servizio, "SELECT id, tipo FROM guasti_emesso")})
        for riga in letti["emessi"]:
            emessi[riga["tipo"]].add(riga["id"])
    violazioni = []
    for servizio, tipi in code().items():
        letti = await leggi(giro, {
            "inbox": (servizio, "SELECT id FROM inbox"),
            "doppi": (servizio, "SELECT messaggio FROM guasti_effetto GROUP BY messaggio HAVING count(*) > 1"),
            "parcheggiati": (servizio, "SELECT tipo, motivo FROM scarto WHERE stato <> 'RIELABORATO'"),
            "outbox": (servizio, "SELECT tipo, errore FROM outbox"),
        })  # fmt: skip
        arrivati = {riga["id"] for riga in letti["inbox"]}
        persi = Counter({tipo: len(emessi[tipo] - arrivati) for tipo in tipi})
        violazioni += [f"INV1: {n} eventi {t} non sono arrivati a {servizio}" for t, n in persi.items() if n]
        violazioni += _se(letti["doppi"], f"INV2: messaggi con più di un effetto in {servizio}")
        violazioni += _se(letti["parcheggiati"], f"messaggi innocenti parcheggiati in {servizio}")
        violazioni += _se(letti["outbox"], f"outbox non vuota in {servizio}")
    return violazioni


async def domande(giro: Archivi, promesse: Promesse) -> list[str]:
    """INV1: who was answered 201 has a row, one only, and its state is the one of its story or a named wait."""
    letti = await leggi(giro, {
        "domande": ("domande", "SELECT id, stato FROM domanda"),
        "numeri": ("domande", "SELECT numero_del_giorno FROM domanda ORDER BY 1"),
        "attese": ("verifiche_anagrafiche", _IN_ATTESA),
    })  # fmt: skip
    stati = {str(riga["id"]): riga["stato"] for riga in letti["domande"]}
    attese = {str(riga["domanda_id"]) for riga in letti["attese"]}
    violazioni = []
    for domanda_id, nucleo in promesse.ricevute.items():
        stato = stati.get(domanda_id, "ASSENTE")
        trovato = "ATTESA" if stato == "ACQUISITA" and domanda_id in attese else stato
        if domanda_id not in promesse.rinunciate and trovato != nucleo.storia.atteso.dopo_registri:
            violazioni.append(f"INV1: {nucleo.nome} è {trovato} e non {nucleo.storia.atteso.dopo_registri}")
    violazioni += _se(sorted(set(stati) - set(promesse.ricevute)), "domande che nessuno sa di avere presentato")
    numeri = [riga[0] for riga in letti["numeri"]]
    if numeri != list(range(1, len(numeri) + 1)):
        violazioni.append("il numero del giorno ha buchi o doppioni")
    return violazioni


async def denaro(giro: Archivi, promesse: Promesse, pagatore: dict[str, Righe]) -> list[str]:
    """INV3, INV4: one order per key known to the payer, with one identity for ever; the ledger balances."""
    letti = await leggi(giro, {
        "erogazioni": ("erogazioni", "SELECT id, posizione_id, mese, stato, importo_cent FROM erogazione"),
        "sbilanciate": ("erogazioni", _MOVIMENTI),
        "somma": ("erogazioni", "SELECT coalesce(sum(importo_cent), 0) FROM movimento"),
        "quarantena": ("erogazioni", "SELECT causa FROM esito_in_quarantena WHERE stato = 'APERTO'"),
        "incerte": ("erogazioni", "SELECT id FROM erogazione WHERE stato IN ('IN_INVIO', 'INCERTO', 'DA_INVIARE')"),
    })  # fmt: skip
    violazioni = _se(letti["sbilanciate"], "INV4: ordini con movimenti che il loro stato non comporta")
    violazioni += _se(letti["quarantena"], "esiti in quarantena") + _se(letti["incerte"], "ordini senza esito")
    if letti["somma"][0][0]:
        violazioni.append(f"INV4: il registro somma {letti['somma'][0][0]}")
    violazioni += _ordini(letti["erogazioni"], pagatore)
    return violazioni + list(_pagati(promesse, pagatore))


def _ordini(erogazioni: Righe, pagatore: dict[str, Righe]) -> list[str]:
    nostre = {str(riga["id"]): riga for riga in erogazioni}
    ricevute = pagatore["ricevute"]
    forme = defaultdict(set)
    for riga in ricevute:
        forme[riga["id"]].add((riga["flusso"], riga["codice_fiscale"], riga["importo"]))
    eseguite = {str(riga["id"]) for riga in erogazioni if riga["stato"] == "ESEGUITO"}
    pagate = {riga["id"] for riga in pagatore["accrediti"]}
    per_persona = Counter((riga["codice_fiscale"], riga["mese"]) for riga in pagatore["accrediti"])
    vivi = Counter((r["posizione_id"], r["mese"]) for r in erogazioni if r["stato"] not in _CADUTE)
    return (
        _se([i for i, f in forme.items() if len(f) > 1], "INV3: ordini mandati in due forme o in due flussi")
        + _se(sorted(set(forme) - set(nostre)), "INV3: ordini noti al pagatore e non a noi")
        + _se(sorted(eseguite ^ pagate), "INV3: ordini eseguiti per uno solo dei due")
        + _se([c for c, n in per_persona.items() if n > 1], "INV3: mesi pagati due volte dal pagatore")
        + _se([c for c, n in vivi.items() if n > 1], "INV3: mesi con più di un ordine vivo")
    )


def _pagati(promesse: Promesse, pagatore: dict[str, Righe]) -> Iterator[str]:
    """Compare what each person received in the month with its story, to the cent."""
    if not promesse.pagati:
        return
    ricevuto = Counter[str]()
    for riga in pagatore["accrediti"]:
        ricevuto[riga["codice_fiscale"]] += riga["cent"]
    for domanda_id, nucleo in promesse.ricevute.items():
        if domanda_id in promesse.rinunciate:
            continue
        storia = nucleo.storia
        tornato = nucleo.richiedente.codice_fiscale in promesse.restituiti
        accolta = storia.atteso.dopo_registri == "ACCOLTA" and storia.carta is None and not tornato
        atteso = in_centesimi(nucleo.importo) if accolta and nucleo.importo is not None else 0
        if ricevuto[nucleo.richiedente.codice_fiscale] != atteso:
            yield f"INV3: {nucleo.nome} ha ricevuto {ricevuto[nucleo.richiedente.codice_fiscale]} centesimi e non {atteso}"


async def avvisi(giro: Archivi, promesse: Promesse, inviati: dict[str, Righe]) -> list[str]:
    """INV7: one notice per fact, recipient and channel; the notices that the law wants are all there."""
    letti = await leggi(giro, {
        "notifiche": ("notifiche", "SELECT domanda_id, avviso, fatto, stato FROM notifica"),
        "consegne": ("notifiche", _CONSEGNE),
        "domande": ("domande", "SELECT id, stato FROM domanda"),
    })  # fmt: skip
    fatti = Counter((r["domanda_id"], r["avviso"], r["fatto"]) for r in letti["notifiche"])
    per_domanda = Counter((str(r["domanda_id"]), r["avviso"]) for r in letti["notifiche"])
    dovuti = [(d, "DOMANDA_RICEVUTA") for d in promesse.ricevute]
    dovuti += [(str(r["id"]), _ATTESI_DA[r["stato"]]) for r in letti["domande"] if r["stato"] in _ATTESI_DA]
    return (
        _se([f for f, n in fatti.items() if n > 1], "INV7: fatti con due avvisi")
        + _se([d for d in dovuti if per_domanda[d] != 1], "INV7: avvisi dovuti che mancano o sono doppi")
        + list(_di_troppo(promesse, letti["consegne"], inviati))
    )


def _di_troppo(promesse: Promesse, consegne: Righe, inviati: dict[str, Righe]) -> Iterator[str]:
    """Compare what each person received with what was to be delivered to them.

    An e-mail sent again carries the same Message-ID. The same text twice on App IO only after a call that was cut: the
    law wants the act, and App IO keeps no key.
    """
    identita = defaultdict(set)
    for destinatario, _, message_id in inviati["email"]:
        identita[destinatario].add(message_id)
    app_io = Counter(codice_fiscale for codice_fiscale, _ in inviati["app_io"])
    da_fare = {(str(r["domanda_id"]), r["canale"]): (r["quante"], r["ripetute"]) for r in consegne}
    for domanda_id, nucleo in promesse.ricevute.items():
        quante, _ = da_fare.get((domanda_id, "EMAIL"), (0, 0))
        if len(identita[nucleo.email]) > quante:
            yield f"INV7: {nucleo.nome} ha {len(identita[nucleo.email])} e-mail diverse per {quante} avvisi"
        quante, ripetute = da_fare.get((domanda_id, "APP_IO"), (0, 0))
        ricevuti = app_io[nucleo.richiedente.codice_fiscale]
        if ricevuti > quante + ripetute:
            yield f"INV7: {nucleo.nome} ha {ricevuti} messaggi su App IO per {quante} avvisi, {ripetute} ripetuti"


def _se(righe: Sequence[Any], testo: str) -> list[str]:
    return (
        [f"{testo}: {len(righe)}, per esempio {tuple(righe[0]) if not isinstance(righe[0], str) else righe[0]}"]
        if righe
        else []
    )
