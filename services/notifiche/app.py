# SPDX-License-Identifier: EUPL-1.2
"""Where the pieces of `notifiche` meet."""

import tomllib
from functools import partial
from pathlib import Path

from fastapi import FastAPI

from services.notifiche.api import INTEGRITA, PERMESSI, rotte
from services.notifiche.clients.appio import AppIo
from services.notifiche.clients.lettere import Tipografia
from services.notifiche.clients.posta import Posta, ServerPosta
from services.notifiche.clients.testi import Frasario
from services.notifiche.handlers import handlers
from services.notifiche.jobs import Officina, lavori
from services.notifiche.schemas.scheda import Mandante
from services.notifiche.settings import ImpostazioniNotifiche
from shared.servizio import Ambiente, Definizione, crea_applicazione

_DESCRIZIONE = """
Che cosa è stato comunicato a chi, su quale canale e con quale esito. Ogni fatto (domanda ricevuta, accolta, respinta,
in evidenza, cessata; pagamento accreditato; sospensione) diventa al più una comunicazione per destinatario e canale.

- **Canali**: App IO, e-mail con la lettera allegata, lettera in PDF accessibile (PDF/UA-1) da stampare quando nessun
  canale elettronico raggiunge la persona.
- **Profili ModI**: [BLOCK_REST], [ID_AUTH_REST_01] attraverso il voucher PDND; la ripetizione di una notifica con un voucher
  è una richiesta firmata: [ID_AUTH_REST_02], [INTEGRITY_REST_02], [AUDIT_REST_02].
- **Letture registrate**: ogni accesso a dati personali lascia una riga nel registro degli accessi.
"""


def create_app(impostazioni: ImpostazioniNotifiche, ambiente: Ambiente | None = None) -> FastAPI:
    """Build the application of the service."""
    return crea_applicazione(definizione(impostazioni), impostazioni, ambiente)


def definizione(impostazioni: ImpostazioniNotifiche) -> Definizione:
    """Say what the service is, with its channels open."""
    officina = _officina(impostazioni)
    return Definizione(
        nome="notifiche",
        titolo="Notifiche",
        sommario="Comunicazioni ai cittadini e loro consegna",
        descrizione=_DESCRIZIONE,
        rotte=[rotte],
        permessi=PERMESSI,
        integrita=INTEGRITA,
        handlers=handlers,
        jobs=partial(lavori, officina),
        alla_chiusura=(officina.chiudi,),
    )


def _officina(impostazioni: ImpostazioniNotifiche) -> Officina:
    return Officina(
        mandante=Mandante(impostazioni.ufficio, _comuni(impostazioni.comuni_file)),
        tipografia=Tipografia(),
        testi=Frasario(),
        app_io=_app_io(impostazioni),
        posta=_posta(impostazioni),
    )


def _app_io(impostazioni: ImpostazioniNotifiche) -> AppIo | None:
    if not impostazioni.appio_url or impostazioni.appio_chiave is None:
        return None
    chiave = impostazioni.appio_chiave.get_secret_value()
    return AppIo(impostazioni.appio_url, chiave, timeout_seconds=impostazioni.http_timeout_seconds)


def _posta(impostazioni: ImpostazioniNotifiche) -> Posta | None:
    if not impostazioni.smtp_host:
        return None
    segreto = impostazioni.smtp_password
    server = ServerPosta(
        host=impostazioni.smtp_host,
        porta=impostazioni.smtp_porta,
        mittente=impostazioni.mittente_email,
        nome_mittente=impostazioni.ufficio.nome,
        rispondi_a=impostazioni.ufficio.email,
        utente=impostazioni.smtp_utente,
        password=segreto.get_secret_value() if segreto else None,
        timeout_seconds=impostazioni.http_timeout_seconds,
    )
    return Posta(server)


def _comuni(file: Path | None) -> dict[str, str]:
    """Read the names of the Comuni by Belfiore code."""
    if file is None:
        return {}
    righe = tomllib.loads(file.read_text(encoding="utf-8"))["comune"]
    return {riga["belfiore"]: riga["nome"] for riga in righe}
