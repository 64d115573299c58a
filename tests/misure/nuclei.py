# SPDX-License-Identifier: EUPL-1.2
"""Invented nuclei for the tests of the misure: an ordinary family that has every requisito, and its variants."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import TypedDict, Unpack

from stdnum.it import codicefiscale

from shared.kernel.mese import Periodo
from shared.misure.adi.requisiti import verifica_requisiti
from shared.misure.esito import EsitoRequisito
from shared.misure.nucleo import (
    Assenza,
    BeneficioInCorso,
    CessazioneLavoro,
    Cittadinanza,
    Componente,
    Discordanza,
    EsitoSvantaggio,
    Fatti,
    Indicatore,
    Isee,
    Istruzione,
    MisuraGiudiziaria,
    Precedente,
    RedditoAggiuntivo,
    Residenza,
    Rinnovo,
    Svantaggio,
    Veicolo,
)
from shared.misure.parametri import Parametri, Valore, ValoreDatato, carica

_MESI = "ABCDEHLMPRST"
ADI = carica("adi")


class FattiIn(TypedDict, total=False):
    """What a test may change of the facts."""

    richiedente: str
    cittadinanza: Cittadinanza | None
    residenza: Residenza | None
    assenze: tuple[Assenza, ...] | None
    isee: tuple[Isee, ...] | None
    famiglia_anagrafica: frozenset[str] | None
    nucleo_giustificati: frozenset[str]
    discordanza_nucleo: Discordanza | None
    veicoli: tuple[Veicolo, ...] | None
    misure_giudiziarie: tuple[MisuraGiudiziaria, ...] | None
    cessazioni: tuple[CessazioneLavoro, ...] | None
    redditi: tuple[RedditoAggiuntivo, ...]
    precedenti: tuple[Precedente, ...] | None
    sfl_accolti: tuple[BeneficioInCorso, ...] | None
    autorizza_trasmissione_dati: bool | None
    rinnovo: Rinnovo | None


class IseeIn(TypedDict, total=False):
    """What a test may change of the ISEE."""

    indicatore: Indicatore
    isee: Decimal
    scala: Decimal
    patrimonio_mobiliare: Decimal
    patrimonio_immobiliare: Decimal
    valore_casa: Decimal
    trattamenti: Decimal
    misure_contro_la_poverta: Decimal
    valido_al: date
    difformita: tuple[str, ...]


class ComponenteIn(TypedDict, total=False):
    """What a test may change of a member."""

    disabile: bool | None
    disabile_grave: bool | None
    svantaggio: Svantaggio | None
    responsabilita_genitoriale: bool | None
    carichi_di_cura: bool | None
    occupato: bool | None
    studente: bool | None
    istruzione: Istruzione | None
    pensione_diretta: bool | None
    disabile_l68: bool | None
    protezione_violenza: bool | None
    in_struttura: tuple[Periodo, ...]
    residente_in_italia: bool | None
    espatriato_il: date | None
    deceduto_il: date | None
    nel_nucleo_dal: date | None
    nel_nucleo_al: date | None


def codice(nascita: date, *, sigla: str = "RSSMRA") -> str:
    """Make the valid codice fiscale of an invented person born in Rome."""
    senza_controllo = f"{sigla}{nascita:%y}{_MESI[nascita.month - 1]}{nascita:%d}H501"
    return senza_controllo + codicefiscale.calc_check_digit(senza_controllo)


def persona(nascita: date, sigla: str = "RSSMRA", **campi: Unpack[ComponenteIn]) -> Componente:
    """Make a member of whom everything is known and nothing is special."""
    ordinario: ComponenteIn = {
        "disabile": False,
        "disabile_grave": False,
        "responsabilita_genitoriale": False,
        "residente_in_italia": True,
        "istruzione": Istruzione.OBBLIGO_ASSOLTO,
    }
    tutti: ComponenteIn = {**ordinario, **campi}
    return Componente(codice_fiscale=codice(nascita, sigla=sigla), data_nascita=nascita, **tutti)


def di_eta(anni: int, al: date, sigla: str = "RSSMRA", **campi: Unpack[ComponenteIn]) -> Componente:
    """Make a member who turned `anni` six months before the day, more or less."""
    mese = (al.month + 5) % 12 + 1
    return persona(date(al.year - anni - (mese > al.month), mese, 10), sigla, **campi)


def genitore(anni: int, al: date, sigla: str, **campi: Unpack[ComponenteIn]) -> Componente:
    """Make an adult with responsabilità genitoriale who works, so that no duty is in the way."""
    ordinario: ComponenteIn = {"responsabilita_genitoriale": True, "occupato": True}
    tutti: ComponenteIn = {**ordinario, **campi}
    return di_eta(anni, al, sigla, **tutti)


def attestazione(
    componenti: tuple[Componente, ...],
    *,
    il: date,
    reddito: Decimal | int = 0,
    canone: Decimal | int | None = 0,
    **campi: Unpack[IseeIn],
) -> Isee:
    """Make an ISEE of the right kind for the nucleo, low enough for every threshold."""
    minori = any(il.year - c.data_nascita.year < 18 for c in componenti)
    base = Indicatore.MINORENNE if minori else Indicatore.ORDINARIO
    ordinario: IseeIn = {
        "indicatore": Indicatore.INCLUSIONE if il.year >= 2026 else base,
        "isee": Decimal("4000.00"),
        "scala": Decimal("2.04"),
        "patrimonio_mobiliare": Decimal(0),
        "patrimonio_immobiliare": Decimal(0),
        "valido_al": date(il.year, 12, 31),
    }
    tutti: IseeIn = {**ordinario, **campi}
    return Isee(
        reddito_familiare=Decimal(reddito),
        canone_annuo=None if canone is None else Decimal(canone),
        presentata_il=il,
        componenti=frozenset(c.codice_fiscale for c in componenti),
        **tutti,
    )


def fatti_di(
    componenti: tuple[Componente, ...],
    *,
    il: date,
    reddito: Decimal | int = 0,
    canone: Decimal | int | None = 0,
    **campi: Unpack[FattiIn],
) -> Fatti:
    """Make the facts of a nucleo with every requisito, but for what the test changes."""
    codici = frozenset(c.codice_fiscale for c in componenti)
    ordinario: FattiIn = {
        "richiedente": componenti[0].codice_fiscale,
        "cittadinanza": Cittadinanza(stato="IT"),
        "residenza": Residenza(periodi=(Periodo(date(2000, 1, 1)),)),
        "assenze": (),
        "isee": (attestazione(componenti, il=date(il.year, 1, 1), reddito=reddito, canone=canone),),
        "famiglia_anagrafica": codici,
        "veicoli": (),
        "misure_giudiziarie": (),
        "cessazioni": (),
        "precedenti": (),
        "sfl_accolti": (),
        "autorizza_trasmissione_dati": True,
    }
    tutti: FattiIn = {**ordinario, **campi}
    return Fatti(presentata_il=il, componenti=componenti, **tutti)


def famiglia(il: date, *, reddito: Decimal | int = 1500, **campi: Unpack[FattiIn]) -> Fatti:
    """Make the family of the published cases: parents of 35 and 33, children of 8 and 5, tenants."""
    componenti = (
        genitore(35, il, "VRDLCU"),
        genitore(33, il, "BNCNNA"),
        di_eta(8, il, "VRDGLI"),
        di_eta(5, il, "VRDSRA"),
    )
    return fatti_di(componenti, il=il, reddito=reddito, canone=4200, **campi)


def sola(anni: int, il: date, *, reddito: Decimal | int = 0, canone: int = 0, **campi: Unpack[FattiIn]) -> Fatti:
    """Make a nucleo of one person."""
    return fatti_di((di_eta(anni, il),), il=il, reddito=reddito, canone=canone, **campi)


def svantaggio(
    il: date, *, esito: EsitoSvantaggio | None = EsitoSvantaggio.CONFERMATO, programma: date | None = None
) -> Svantaggio:
    """Make a condition of svantaggio certified on a day."""
    return Svantaggio(
        categoria="PERSONA_SENZA_DIMORA", data_certificazione=il, inizio_programma=programma or il, esito=esito
    )


def con_componente(fatti: Fatti, posizione: int, **campi: Unpack[ComponenteIn]) -> Fatti:
    """Change one member of the nucleo."""
    componenti = list(fatti.componenti)
    componenti[posizione] = replace(componenti[posizione], **campi)
    return replace(fatti, componenti=tuple(componenti))


def con_isee(fatti: Fatti, **campi: Unpack[IseeIn]) -> Fatti:
    """Change the only ISEE of the nucleo."""
    assert fatti.isee is not None
    return replace(fatti, isee=(replace(fatti.isee[0], **campi),))


def con_parametri(valori: Mapping[str, Valore]) -> Parametri:
    """Make the parametri of the ADI with some values changed from the beginning."""
    serie = {nome: ADI.storia(nome) for nome in ADI.nomi}
    serie |= {nome: (ValoreDatato(date(2023, 1, 1), valore, "prova"),) for nome, valore in valori.items()}
    return Parametri("adi", serie)


def esito_di(
    fatti: Fatti, codice_requisito: str, *, al: date | None = None, parametri: Parametri = ADI
) -> EsitoRequisito:
    """Judge one requisito, on the day of the domanda unless told otherwise."""
    esito = verifica_requisiti(fatti, parametri=parametri, al=al or fatti.presentata_il)
    return esito.requisito(codice_requisito).esito
