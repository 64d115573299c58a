# SPDX-License-Identifier: EUPL-1.2
"""Invented nuclei of the SIA: the families of the golden cases, and what a test may change of them."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import TypedDict, Unpack

from shared.kernel.mese import Mese, Periodo
from shared.misure.comuni.territori import ResidenzaTerritoriale
from shared.misure.comuni.trattamenti import Sostegno
from shared.misure.esito import EsitoRequisito, Requisito
from shared.misure.nucleo import Cittadinanza, Componente, Fatti, Indicatore, Isee, Residenza
from shared.misure.parametri import Parametri, Valore, ValoreDatato, carica
from shared.misure.sia.fatti import (
    Collocazione,
    FamiliareUe,
    FattiSia,
    Filiazione,
    GenitoreNonConvivente,
    Gravidanza,
    PerditaRequisito,
    ProgettoPersonalizzato,
    RedditoNuovo,
    TipoTrattamento,
    Titolarita,
    TrattamentoEconomico,
    ViolazioneProgetto,
)
from shared.misure.sia.requisiti import verifica_requisiti
from tests.misure.nuclei import ComponenteIn, persona

SIA = carica("sia")
OK, KO = EsitoRequisito.OK, EsitoRequisito.KO
DA_COMPLETARE, NON_APPLICABILE = EsitoRequisito.DA_COMPLETARE, EsitoRequisito.NON_APPLICABILE
IL = date(2016, 10, 15)


class SiaIn(TypedDict, total=False):
    """What a test may change of the facts of the SIA."""

    dichiarati: tuple[str, ...]
    familiare_ue: FamiliareUe | None
    filiazioni: tuple[Filiazione, ...] | None
    genitori_non_conviventi: tuple[GenitoreNonConvivente, ...]
    collocazioni: tuple[Collocazione, ...]
    non_autosufficienti: frozenset[str] | None
    gravidanza: Gravidanza | None
    disoccupati: frozenset[str] | None
    trattamenti: tuple[TrattamentoEconomico, ...] | None
    sostegni: tuple[Sostegno, ...] | None
    redditi_nuovi: tuple[RedditoNuovo, ...] | None
    percepiti: tuple[Mese, ...] | None
    revocato_il: tuple[date, ...]
    carte_acquisti: tuple[Titolarita, ...]
    bonus_bebe: tuple[Titolarita, ...]
    assegno_spettante: bool
    progetto: ProgettoPersonalizzato | None
    violazioni: tuple[ViolazioneProgetto, ...]
    perdite: tuple[PerditaRequisito, ...]
    dichiarazione_mendace_il: date | None
    residenze_regionali: tuple[ResidenzaTerritoriale, ...]


def adulto(sigla: str, anni: int = 35, **campi: Unpack[ComponenteIn]) -> Componente:
    """Make an adult born in April."""
    return persona(date(IL.year - anni, 4, 10), sigla, **campi)


def minore(sigla: str, nascita: date, **campi: Unpack[ComponenteIn]) -> Componente:
    """Make a child born on a day."""
    return persona(nascita, sigla, **campi)


MADRE = adulto("BNCNNA", 33)
PADRE = adulto("VRDLCU")
FIGLI = (
    minore("VRDGLI", date(2008, 5, 10)),
    minore("VRDSRA", date(2011, 5, 10)),
    minore("VRDMRC", date(2012, 5, 10)),
    minore("VRDPLA", date(2013, 6, 10)),
)


def attestazione(
    componenti: tuple[Componente, ...],
    *,
    il: date = date(2016, 9, 1),
    valore: str = "0.00",
    valido_al: date | None = None,
    indicatore: Indicatore = Indicatore.MINORENNE,
    scala: str = "2.46",
) -> Isee:
    """Make an ISEE of 2016 or 2017, valid up to 15 January of the year after."""
    return Isee(
        indicatore=indicatore,
        isee=Decimal(valore),
        scala=Decimal(scala),
        reddito_familiare=Decimal(0),
        patrimonio_mobiliare=Decimal(0),
        patrimonio_immobiliare=Decimal(0),
        presentata_il=il,
        valido_al=valido_al or date(il.year + 1, 1, 15),
        componenti=frozenset(c.codice_fiscale for c in componenti),
    )


def nucleo(
    componenti: tuple[Componente, ...],
    *,
    il: date = IL,
    valore: str = "0.00",
    isee: tuple[Isee, ...] | None = None,
    **sia: Unpack[SiaIn],
) -> Fatti:
    """Make the facts of a nucleo of which all is known: adults unemployed, parents of the minors, nothing else."""
    adulti = frozenset(c.codice_fiscale for c in componenti if c.data_nascita.year < 1999)
    figli = tuple(c for c in componenti if c.codice_fiscale not in adulti)
    indicatore = Indicatore.MINORENNE if figli else Indicatore.ORDINARIO
    ordinario: SiaIn = {
        "filiazioni": tuple(Filiazione(codice_fiscale=f.codice_fiscale, genitori=adulti) for f in figli),
        "non_autosufficienti": frozenset(),
        "disoccupati": adulti,
        "trattamenti": (),
        "sostegni": (),
        "redditi_nuovi": (),
        "percepiti": (),
    }
    tutti: SiaIn = {**ordinario, **sia}
    dsu = il.replace(month=max(1, il.month - 1), day=1)
    return Fatti(
        presentata_il=il,
        richiedente=componenti[0].codice_fiscale,
        componenti=componenti,
        cittadinanza=Cittadinanza(stato="IT"),
        residenza=Residenza(periodi=(Periodo(date(2000, 1, 1)),)),
        isee=isee or (attestazione(componenti, il=dsu, valore=valore, indicatore=indicatore),),
        veicoli=(),
        propri=(FattiSia(**tutti),),
    )


def coppia(figli: int = 2, *, il: date = IL, **campi: Unpack[SiaIn]) -> Fatti:
    """Make the couple of the golden cases with some children."""
    return nucleo((MADRE, PADRE, *FIGLI[:figli]), il=il, **campi)


def con_sia(fatti: Fatti, **campi: Unpack[SiaIn]) -> Fatti:
    """Change the facts of the SIA."""
    return replace(fatti, propri=(replace(fatti.propri_di(FattiSia), **campi),))


def trattamento(
    importo: str,
    dal: Mese,
    al: Mese | None = None,
    *,
    di: Componente = MADRE,
    tipo: TipoTrattamento = TipoTrattamento.ASSISTENZIALE,
    pagato_nel: Mese | None = None,
    nel_progetto: bool = False,
    sostituisce_servizi: bool = False,
) -> TrattamentoEconomico:
    """Make a treatment, paid in its first month unless told otherwise."""
    return TrattamentoEconomico(
        codice_fiscale=di.codice_fiscale,
        tipo=tipo,
        importo=Decimal(importo),
        dal=dal,
        al=al or dal,
        pagato_nel=pagato_nel or dal,
        nel_progetto=nel_progetto,
        sostituisce_servizi=sostituisce_servizi,
    )


def con_parametri(**valori: Valore) -> Parametri:
    """Make the parametri of the SIA with some values changed from the beginning."""
    serie = {nome: SIA.storia(nome) for nome in SIA.nomi}
    return Parametri("sia", serie | {nome: (ValoreDatato(date(2016, 1, 1), v, "prova"),) for nome, v in valori.items()})


def giudica(fatti: Fatti, codice: str, *, al: date | None = None, parametri: Parametri = SIA) -> Requisito:
    """Judge one requisito, on the day of the domanda unless told otherwise."""
    return verifica_requisiti(fatti, parametri=parametri, al=al or fatti.presentata_il).requisito(codice)


def esito_di(fatti: Fatti, codice: str, *, al: date | None = None) -> EsitoRequisito:
    """Give the outcome of one requisito."""
    return giudica(fatti, codice, al=al).esito
