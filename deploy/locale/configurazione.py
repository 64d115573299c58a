# SPDX-License-Identifier: EUPL-1.2
"""The environment of each service when everything runs on one machine: addresses, keys, issuers of tokens."""

import json
import os
from base64 import b64encode
from dataclasses import dataclass
from pathlib import Path
from secrets import token_bytes, token_urlsafe

from deploy.sandbox.eservizi import CLIENT_INCLUSIONE, ESTERNI, finalita, kid_di, kid_firma_di
from deploy.sandbox.impostazioni import AUDIENCE, ENTI, emittenti
from shared.db.migrazioni import SERVIZI

CARTELLA = Path(".dati")
COMUNI = ENTI.parent / "dati" / "luoghi.toml"


@dataclass(frozen=True, slots=True)
class Segreti:
    """Keys made at the first start and kept in a file that only its owner reads."""

    chiavi: dict[str, str]

    @classmethod
    def da_cartella(cls, cartella: Path) -> "Segreti":
        """Read the keys of a folder, making those that are missing."""
        percorso = cartella / "segreti.json"
        presenti: dict[str, str] = json.loads(percorso.read_text()) if percorso.exists() else {}
        segreti = cls(cls.di_passaggio().chiavi | presenti)
        cartella.mkdir(parents=True, exist_ok=True)
        percorso.touch(mode=0o600)
        percorso.write_text(json.dumps(segreti.chiavi))
        return segreti

    @classmethod
    def di_passaggio(cls) -> "Segreti":
        """Make keys that nobody keeps."""
        chiavi = {nome: b64encode(token_bytes(32)).decode() for nome in (*SERVIZI, "eventi")}
        return cls(chiavi | {"appio": token_urlsafe(24)})


@dataclass(frozen=True, slots=True)
class Indirizzi:
    """Where things are on this machine."""

    base: str
    sandbox: str
    porta_posta: int
    bus: str
    database: dict[str, str]
    cartella: Path

    def di(self, servizio: str) -> str:
        """Give the public address of a service."""
        return f"{self.base}/{servizio.replace('_', '-')}"


def comuni(indirizzi: Indirizzi, segreti: Segreti) -> dict[str, str]:
    """Give the variables that all the services share."""
    return {
        "AUDIENCE": AUDIENCE,
        "EMITTENTI": json.dumps(emittenti(indirizzi.sandbox)),
        "ENTI_FILE": str(ENTI),
        "EVENTI_CHIAVE": segreti.chiavi["eventi"],
        "BUS_URL": indirizzi.bus,
    } | _sistemi_esterni(indirizzi, segreti)


def _sistemi_esterni(indirizzi: Indirizzi, segreti: Segreti) -> dict[str, str]:
    sandbox = indirizzi.sandbox
    return {
        "PDND_URL": f"{sandbox}/pdnd/token.oauth2",
        "PDND_CLIENT_ID": CLIENT_INCLUSIONE,
        "PDND_KID": kid_di(CLIENT_INCLUSIONE),
        "PDND_CHIAVE_FILE": str(indirizzi.cartella / "sandbox" / "client" / f"{CLIENT_INCLUSIONE}.pem"),
        "PDND_FIRMA_KID": kid_firma_di(CLIENT_INCLUSIONE),
        "PDND_FIRMA_CHIAVE_FILE": str(indirizzi.cartella / "sandbox" / "client" / f"{CLIENT_INCLUSIONE}-firma.pem"),
        "PDND_FINALITA": json.dumps({e.nome: finalita(CLIENT_INCLUSIONE, e.nome) for e in ESTERNI}),
        "PDND_CHIAVI_URL": f"{sandbox}/pdnd/api/keys",
        "ANPR_URL": f"{sandbox}/anpr",
        "ISEE_URL": f"{sandbox}/inps/ConsultazioneISEE/v1",
        "PRA_URL": f"{sandbox}/pra/v1",
        "GIUSTIZIA_URL": f"{sandbox}/giustizia/v1",
        "UNILAV_URL": f"{sandbox}/unilav/v1",
        "POSTE_URL": f"{sandbox}/poste/carte/v1",
        "APPIO_URL": f"{sandbox}/appio/api/v1",
        "APPIO_CHIAVE": segreti.chiavi["appio"],
        "COMUNI_FILE": str(COMUNI),
        "SMTP_HOST": "127.0.0.1",
        "SMTP_PORTA": str(indirizzi.porta_posta),
    }


def del_servizio(servizio: str, indirizzi: Indirizzi, segreti: Segreti) -> dict[str, str]:
    """Give the variables of one service."""
    prefisso = servizio.upper()
    return comuni(indirizzi, segreti) | {
        f"{prefisso}_DATABASE_URL": indirizzi.database[servizio],
        f"{prefisso}_CHIAVE": segreti.chiavi[servizio],
        "URL_PUBBLICO": indirizzi.di(servizio),
    }


def applica(variabili: dict[str, str]) -> None:
    """Put the variables in the environment of this process, where the settings read them."""
    os.environ.update(variabili)
