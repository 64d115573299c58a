# SPDX-License-Identifier: EUPL-1.2
"""Events about the invented people of the sandbox, as `domande` would announce them."""

from datetime import UTC, date, datetime
from uuid import UUID, uuid4

from deploy.sandbox.modello import Nucleo
from deploy.sandbox.persone import GIORNO_DEMO, mondo
from deploy.sandbox.persone import Persona as PersonaSandbox
from shared.contracts.domande import (
    CausaCessazione,
    DatiPerVerifica,
    DomandaCessataV1,
    DomandaIntegrataV1,
    DomandaPresentataV1,
    Persona,
    Recapiti,
    SvantaggioDichiarato,
)
from shared.contracts.verifiche_anagrafiche import FattiVerificati, Fatto, VerificaConclusaV1
from shared.kernel.mese import Mese
from shared.kernel.sigillo import Cifrario
from tests.support.archivi import CHIAVE_EVENTI

ISTANTE = datetime(2025, 3, 3, 9, 0, tzinfo=UTC)
SIGILLI = Cifrario(CHIAVE_EVENTI)
SEMPLICE = "anpr-limite"


def storia(nome: str) -> Nucleo:
    """Find a nucleo of the sandbox by the name of its story."""
    return mondo().storia(nome)


def dati(nucleo: Nucleo) -> DatiPerVerifica:
    """Give what the nucleo declares."""
    s = nucleo.storia.svantaggio
    svantaggi: tuple[SvantaggioDichiarato, ...] = ()
    if s is not None:
        svantaggi = (
            SvantaggioDichiarato(
                codice_fiscale=nucleo.persone[s.di].codice_fiscale, categoria=s.categoria, amministrazione=s.amministrazione,
                numero_certificazione=s.numero, data_certificazione=s.certificato_il, inizio_programma=s.inizio_programma,
            ),
        )  # fmt: skip
    return DatiPerVerifica(
        richiedente=_persona(nucleo.richiedente),
        componenti=tuple(_persona(p) for p in nucleo.dichiarati),
        cittadinanza="ITALIANA" if nucleo.richiedente.cittadinanza == "IT" else "SOGGIORNANTE_LUNGO_PERIODO",
        residente_in_italia_dal=nucleo.in_italia_dal,
        residenza_continuativa_dal=nucleo.continuativa_dal,
        svantaggi=svantaggi,
    )


def _persona(persona: PersonaSandbox) -> Persona:
    return Persona(
        codice_fiscale=persona.codice_fiscale,
        cognome=persona.cognome,
        nome=persona.nome,
        data_nascita=persona.data_nascita,
    )


def presentata(
    nucleo: Nucleo,
    domanda_id: UUID | None = None,
    *,
    versione: int = 1,
    ente: str = "CAF-ALFA",
    comune: str | None = None,
) -> DomandaPresentataV1:
    """Announce that the domanda of a nucleo was presented."""
    recapiti = Recapiti(codice_fiscale=nucleo.richiedente.codice_fiscale, cognome="X", nome="Y")
    return DomandaPresentataV1(
        domanda_id=domanda_id or uuid4(), versione=versione, misura="ADI", protocollo=f"INPS-ADI-{nucleo.numero:07d}",
        presentata_il=ISTANTE, giorno=GIORNO_DEMO, comune=comune or nucleo.comune.belfiore, ente=ente,
        dati=SIGILLI.sigilla(dati(nucleo)), recapiti=SIGILLI.sigilla(recapiti),
    )  # fmt: skip


def integrata(nucleo: Nucleo, domanda_id: UUID, *, versione: int = 3, giorno: date = GIORNO_DEMO) -> DomandaIntegrataV1:
    """Announce that the domanda of a nucleo was completed."""
    return DomandaIntegrataV1(
        domanda_id=domanda_id, versione=versione, misura="ADI", protocollo=f"INPS-ADI-{nucleo.numero:07d}",
        integrata_il=ISTANTE, giorno=giorno, comune=nucleo.comune.belfiore, dati=SIGILLI.sigilla(dati(nucleo)),
    )  # fmt: skip


def cessata(nucleo: Nucleo, domanda_id: UUID, *, versione: int = 2) -> DomandaCessataV1:
    """Announce that the richiedente renounced."""
    return DomandaCessataV1(
        domanda_id=domanda_id, versione=versione, misura="ADI", protocollo=f"INPS-ADI-{nucleo.numero:07d}",
        causa=CausaCessazione.RINUNCIA, dal_mese=Mese.di(GIORNO_DEMO), giorno=GIORNO_DEMO,
    )  # fmt: skip


def fatti_di(evento: VerificaConclusaV1) -> tuple[Fatto, ...]:
    """Open the facts of a concluded verifica."""
    return SIGILLI.apri(evento.fatti, FattiVerificati).fatti
