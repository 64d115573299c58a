# SPDX-License-Identifier: EUPL-1.2
"""The AsyncAPI 3 document of all the events: channels, messages, who sends and who receives."""

import importlib
import pkgutil
from collections.abc import Mapping, Sequence
from typing import Any

from pydantic.json_schema import models_json_schema

import shared.contracts
from deploy.locale.topologia import code
from shared.contracts.evento import REGISTRO, Evento
from shared.messaging.bus import SENZA_ASCOLTATORI, VERSIONE_CLOUDEVENTS
from shared.messaging.rabbitmq import nomi
from shared.web.openapi import VERSIONE

_RIFERIMENTO = "#/components/schemas/{model}"
_SOMMARI = {
    "domande.domanda_accolta.v1": "Tutti i requisiti ci sono: la domanda è accolta",
    "domande.domanda_cessata.v1": "La domanda è finita: dal mese indicato non spetta più nulla",
    "domande.domanda_in_evidenza.v1": "Il cittadino deve completare o correggere qualcosa entro una data",
    "domande.domanda_integrata.v1": "Una domanda in evidenza è stata completata: le verifiche ricominciano",
    "domande.domanda_presentata.v1": "Una domanda è stata presentata e ha il suo protocollo",
    "domande.domanda_respinta.v1": "Almeno un requisito manca: la domanda è respinta",
    "domande.spettanza_determinata.v1": "Quanto spetta, mese per mese: sostituisce ogni versione precedente",
    "erogazioni.erogazione_disposta.v1": "Un pagamento è stato ordinato",
    "erogazioni.erogazione_eseguita.v1": "Chi paga ha accreditato l'importo",
    "erogazioni.erogazione_restituita.v1": "Il denaro accreditato è tornato indietro: l'importo è di nuovo dovuto",
    "erogazioni.erogazione_scartata.v1": "Chi paga ha rifiutato il pagamento: l'importo resta dovuto",
    "notifiche.notifica_consegnata.v1": "Un avviso ha raggiunto il destinatario",
    "notifiche.notifica_non_recapitata.v1": "Nessun canale ha raggiunto il destinatario",
    "presa_in_carico.decadenza_proposta.v1": "È stato trovato un fatto che per legge fa finire il diritto",
    "presa_in_carico.nucleo_preso_in_carico.v1": "Il primo incontro con i servizi sociali c'è stato",
    "presa_in_carico.pad_sottoscritto.v1": "Il richiedente ha sottoscritto il patto di attivazione digitale",
    "presa_in_carico.sospensione_disposta.v1": "I pagamenti sono sospesi dal mese indicato",
    "presa_in_carico.sospensione_revocata.v1": "La sospensione è finita: i mesi sospesi si pagano come arretrati",
    "verifiche_anagrafiche.accertamento_comunale_richiesto.v1": "Le banche dati non bastano: deve accertare il Comune",
    "verifiche_anagrafiche.verifica_conclusa.v1": "Ogni verifica ha avuto risposta: ecco i fatti accertati",
}
_DESCRIZIONE = (
    "Gli eventi che i cinque servizi si scambiano su RabbitMQ: fatti avvenuti, con la loro versione. Ogni messaggio arriva "
    "almeno una volta e in qualunque ordine: chi legge riconosce i doppioni dall'identificativo e ignora le versioni superate. "
    "I dati personali viaggiano solo nei campi sigillati (AES-256-GCM), che cominciano con `s1.`."
)


def documento() -> dict[str, Any]:
    """Build the document; operations are read from the handlers of the services."""
    eventi = _eventi()
    ascoltatori = code()
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Eventi di inclusione",
            "version": VERSIONE,
            "description": _DESCRIZIONE,
            "license": {"name": "EUPL-1.2", "url": "https://joinup.ec.europa.eu/collection/eupl/eupl-text-eupl-12"},
        },
        "defaultContentType": "application/json",
        "servers": {"bus": {"host": "rabbitmq:5672", "protocol": "amqp", "protocolVersion": "0.9.1"}},
        "channels": {tipo: _canale(evento) for tipo, evento in eventi.items()},
        "operations": _operazioni(eventi, ascoltatori),
        "components": {
            "messages": {evento.__name__: _messaggio(evento) for evento in eventi.values()},
            "schemas": _schemi(list(eventi.values())) | {"Attributi": _attributi()},
        },
    }


def sommario(tipo: str) -> str:
    """Say in Italian what an event tells."""
    return _SOMMARI[tipo]


def _eventi() -> dict[str, type[Evento]]:
    """Load every module of the contracts and give the events by type, in order."""
    for modulo in pkgutil.iter_modules(shared.contracts.__path__):
        importlib.import_module(f"shared.contracts.{modulo.name}")
    return dict(sorted(REGISTRO.items()))


def _canale(evento: type[Evento]) -> dict[str, Any]:
    scambio = {"name": nomi()[0], "type": "topic", "durable": True, "autoDelete": False}
    return {
        "address": evento.tipo,
        "title": sommario(evento.tipo),
        "messages": {evento.__name__: {"$ref": f"#/components/messages/{evento.__name__}"}},
        "bindings": {"amqp": {"is": "routingKey", "exchange": scambio, "bindingVersion": "0.3.0"}},
    }


def _operazioni(eventi: Mapping[str, type[Evento]], ascoltatori: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    invii = {f"{tipo}.invia": _operazione(evento, "send", _editore(tipo)) for tipo, evento in eventi.items()}
    ricezioni = {
        f"{tipo}.riceve.{servizio}": _operazione(eventi[tipo], "receive", servizio)
        for servizio, tipi in ascoltatori.items()
        for tipo in tipi
    }
    return dict(sorted((invii | ricezioni).items()))


def _operazione(evento: type[Evento], azione: str, servizio: str) -> dict[str, Any]:
    verbo = "pubblica" if azione == "send" else "ascolta"
    obbligo = (
        {"mandatory": evento.tipo not in SENZA_ASCOLTATORI, "deliveryMode": 2} if azione == "send" else {"ack": True}
    )
    return {
        "action": azione,
        "channel": {"$ref": f"#/channels/{evento.tipo}"},
        "title": f"{servizio} {verbo} {evento.__name__}",
        "messages": [{"$ref": f"#/channels/{evento.tipo}/messages/{evento.__name__}"}],
        "tags": [{"name": servizio}],
        "bindings": {"amqp": obbligo | {"bindingVersion": "0.3.0"}},
    }


def _messaggio(evento: type[Evento]) -> dict[str, Any]:
    return {
        "name": evento.tipo,
        "title": evento.__name__,
        "summary": sommario(evento.tipo),
        "contentType": "application/json",
        "headers": {"$ref": "#/components/schemas/Attributi"},
        "payload": {"$ref": _RIFERIMENTO.format(model=evento.__name__)},
        "correlationId": {"location": "$message.header#/correlation_id"},
    }


def _attributi() -> dict[str, Any]:
    """Describe the CloudEvents attributes, as headers of the AMQP binding in binary mode."""
    testo = {"type": "string"}
    proprieta: dict[str, Any] = {
        "cloudEvents:specversion": testo | {"const": VERSIONE_CLOUDEVENTS},
        "cloudEvents:id": testo
        | {"format": "uuid", "description": "Identificativo dell'evento: i doppioni hanno lo stesso"},
        "cloudEvents:source": testo | {"format": "uri-reference", "description": "Il servizio che pubblica"},
        "cloudEvents:type": testo | {"description": "Il tipo, uguale alla chiave di instradamento"},
        "cloudEvents:subject": testo | {"format": "uuid", "description": "La domanda di cui si parla"},
        "cloudEvents:time": testo | {"format": "date-time", "description": "L'istante del fatto"},
        "cloudEvents:entityversion": {
            "type": "integer",
            "minimum": 0,
            "description": "Versione dell'oggetto del fatto",
        },
    }
    return {"type": "object", "properties": proprieta, "required": list(proprieta)}


def _schemi(eventi: Sequence[type[Evento]]) -> dict[str, Any]:
    """Give the schemas of the bodies; the English notes for the maintainers stay in the code."""
    _, insieme = models_json_schema([(evento, "serialization") for evento in eventi], ref_template=_RIFERIMENTO)
    schemi: dict[str, Any] = _senza_note(insieme["$defs"])
    return schemi


def _senza_note(valore: Any, *, nomi_propri: bool = True) -> Any:
    """Drop titles and descriptions, but not the fields that happen to have those names."""
    if isinstance(valore, list):
        return [_senza_note(elemento, nomi_propri=False) for elemento in valore]
    if not isinstance(valore, dict):
        return valore
    return {
        chiave: _senza_note(interno, nomi_propri=chiave == "properties" and not nomi_propri)
        for chiave, interno in valore.items()
        if nomi_propri or chiave not in ("title", "description")
    }


def _editore(tipo: str) -> str:
    return tipo.partition(".")[0]
