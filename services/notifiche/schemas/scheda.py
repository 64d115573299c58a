# SPDX-License-Identifier: EUPL-1.2
"""The sheet that fills letters and messages: every value already written in Italian, as data and never as markup."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from services.notifiche.domain.avviso import Avviso
from services.notifiche.schemas.contenuto import Contenuto
from services.notifiche.schemas.italiano import giorno_esteso, indirizzo_proprio, mese_esteso, nome_proprio, termine
from services.notifiche.settings import Ufficio
from shared.contracts.domande import MotivoEsito, Recapiti
from shared.misure.formato import euro

_MISURE = {"ADI": "Assegno di inclusione", "SFL": "Supporto per la formazione e il lavoro"}


@dataclass(frozen=True, slots=True)
class MotivoScritto:
    """One reason as it is printed."""

    codice: str
    spiegazione: str
    fonte: str


@dataclass(frozen=True, slots=True)
class Scheda:
    """Everything a template may print; texts that do not apply are empty."""

    avviso: str
    misura: str
    misura_nome: str
    protocollo: str
    presentata_il: str
    data: str
    riferimento: str
    nome: str
    destinatario: tuple[str, ...]
    giorno: str
    entro: str
    mese: str
    importo: str
    motivi: tuple[MotivoScritto, ...]
    causa: str
    spiegazione: str
    ufficio: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Mandante:
    """Who writes, and the names of the Comuni by Belfiore code."""

    ufficio: Ufficio
    comuni: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Pratica:
    """The domanda that a notice speaks of, and its richiedente."""

    misura: str
    protocollo: str
    presentata: date
    recapiti: Recapiti


def componi(
    avviso: Avviso, contenuto: Contenuto, pratica: Pratica, *, mandante: Mandante, riferimento: str, data: date
) -> Scheda:
    """Write the sheet of a notice; `data` is the legal day on which it is written."""
    return Scheda(
        avviso=avviso.value,
        misura=pratica.misura,
        misura_nome=_MISURE.get(pratica.misura, pratica.misura),
        protocollo=pratica.protocollo,
        presentata_il=giorno_esteso(pratica.presentata),
        data=giorno_esteso(data),
        riferimento=riferimento,
        nome=_nome(pratica.recapiti),
        destinatario=_indirizzo(pratica.recapiti, mandante.comuni),
        giorno=giorno_esteso(contenuto.giorno) if contenuto.giorno else "",
        entro=termine(contenuto.entro) if contenuto.entro else "",
        mese=mese_esteso(contenuto.mese) if contenuto.mese else "",
        importo=euro(contenuto.importo) if contenuto.importo is not None else "",
        motivi=tuple(_motivo(m) for m in contenuto.motivi),
        causa=contenuto.causa,
        spiegazione=_frase(contenuto.spiegazione),
        ufficio=mandante.ufficio.model_dump(),
    )


def _motivo(motivo: MotivoEsito) -> MotivoScritto:
    return MotivoScritto(motivo.codice, _frase(motivo.spiegazione), motivo.fonte.rstrip("."))


def _frase(testo: str) -> str:
    testo = testo.strip()
    return testo if not testo or testo.endswith((".", "!", "?")) else f"{testo}."


def _nome(recapiti: Recapiti) -> str:
    return f"{nome_proprio(recapiti.nome)} {nome_proprio(recapiti.cognome)}"


def _indirizzo(recapiti: Recapiti, comuni: Mapping[str, str]) -> tuple[str, ...]:
    localita = " ".join(
        parte
        for parte in (
            recapiti.cap,
            _comune(recapiti.comune, comuni),
            f"({recapiti.provincia})" if recapiti.provincia else "",
        )
        if parte
    )
    return tuple(riga for riga in (_nome(recapiti), indirizzo_proprio(recapiti.indirizzo or ""), localita) if riga)


def _comune(comune: str | None, comuni: Mapping[str, str]) -> str:
    """Give the name of the Comune; a code that the table does not know is not printed."""
    if comune is None:
        return ""
    codice = len(comune) == 4 and comune[1:].isdigit()
    return indirizzo_proprio(comuni.get(comune, "") if codice else comune)
