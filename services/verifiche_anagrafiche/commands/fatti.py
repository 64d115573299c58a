# SPDX-License-Identifier: EUPL-1.2
"""From the answers of registries and Comune to dated facts with their source: never an opinion on them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from services.verifiche_anagrafiche.domain.accertamento import Accertamento, ControlloComune, EsitoComune
from services.verifiche_anagrafiche.domain.interrogazione import REGISTRO_DI, Controllo
from services.verifiche_anagrafiche.domain.risposte import (
    Attestazione,
    Carichi,
    Cittadinanze,
    Decesso,
    Famiglia,
    Rapporti,
    Residenza,
    Risposta,
    Veicoli,
)
from services.verifiche_anagrafiche.store.interrogazioni import Ricevuta
from shared.contracts.domande import DatiPerVerifica
from shared.contracts.verifiche_anagrafiche import (
    ComponenteDsu,
    FattiVerificati,
    Fatto,
    FattoCittadinanza,
    FattoControllo,
    FattoDecesso,
    FattoFamiglia,
    FattoGiudiziario,
    FattoIsee,
    FattoIseeAssente,
    FattoLavoro,
    FattoResidenza,
    FattoSvantaggio,
    FattoVeicolo,
    Fonte,
)

Comuni = dict[str, Any]
EsitoControllo = Literal["DATI", "NESSUN_DATO", "CONFORME", "NON_CONFORME", "SILENZIO"]
# The contract calls the comparison of DSU and registry family by the name of the latter.
_CONTROLLO_DI = {ControlloComune.NUCLEO: "FAMIGLIA"}


@dataclass(frozen=True, slots=True)
class RispostaComune:
    """The closed accertamento with its outcome; None when the term passed in silence."""

    accertamento: Accertamento
    esito: EsitoComune | None


def fatti_verificati(
    ricevute: Sequence[Ricevuta],
    comune: RispostaComune | None,
    *,
    dati: DatiPerVerifica,
    giorno: date,
    paesi_ue: frozenset[str],
) -> FattiVerificati:
    """Put together what everybody answered about a domanda, as of the legal day `giorno`.

    Of several citizenships the one that counts comes last: one of `paesi_ue`, or the one the Comune has seen.
    """
    fatti = [fatto for ricevuta in ricevute for fatto in _fatti_di(ricevuta, giorno)]
    fatti.sort(key=lambda fatto: isinstance(fatto, FattoCittadinanza) and fatto.stato in paesi_ue)
    if comune is not None:
        fatti += _fatti_del_comune(comune, dati, giorno)
    return FattiVerificati(fatti=tuple(fatti))


def _fatti_di(ricevuta: Ricevuta, giorno: date) -> Iterator[Fatto]:
    fonte = Fonte(
        sistema=REGISTRO_DI[ricevuta.controllo].value, riferimento=ricevuta.operazione, rilevato_il=ricevuta.istante
    )
    comuni: Comuni = {"soggetto": ricevuta.soggetto, "noto_dal": ricevuta.istante, "fonte": fonte}
    yield FattoControllo(
        registro=REGISTRO_DI[ricevuta.controllo].value,
        controllo=ricevuta.controllo.value,
        esito="NESSUN_DATO" if ricevuta.risposta is None else "DATI",
        valido_dal=giorno,
        **comuni,
    )
    if ricevuta.risposta is not None:
        yield from _da_risposta(ricevuta.risposta, comuni, giorno)
    elif ricevuta.controllo is Controllo.ISEE:
        yield FattoIseeAssente(valido_dal=giorno, **comuni)


def _da_risposta(risposta: Risposta, comuni: Comuni, giorno: date) -> Iterator[Fatto]:
    match risposta:
        case Famiglia():
            yield FattoFamiglia(componenti=risposta.componenti, valido_dal=giorno, **comuni)
            yield from (_decesso(d, comuni, giorno) for d in risposta.decessi)
        case Residenza():
            yield from _residenza(risposta, comuni, giorno)
        case Cittadinanze():
            yield from _cittadinanze(risposta, comuni, giorno)
        case Attestazione():
            yield _isee(risposta, comuni)
        case Veicoli() | Carichi() | Rapporti():
            yield from _da_elenco(risposta, comuni)


def _da_elenco(risposta: Veicoli | Carichi | Rapporti, comuni: Comuni) -> Iterator[Fatto]:
    match risposta:
        case Veicoli():
            yield from _veicoli(risposta, comuni)
        case Carichi():
            yield from _carichi(risposta, comuni)
        case Rapporti():
            yield from _rapporti(risposta, comuni)


def _cittadinanze(cittadinanze: Cittadinanze, comuni: Comuni, giorno: date) -> Iterator[FattoCittadinanza]:
    for stato, dal in cittadinanze.stati:
        if stato is not None:
            yield FattoCittadinanza(stato=stato, valido_dal=dal or giorno, **comuni)


def _decesso(decesso: Decesso, comuni: Comuni, giorno: date) -> FattoDecesso:
    return FattoDecesso(**{**comuni, "soggetto": decesso.codice_fiscale}, valido_dal=decesso.il or giorno)


def _residenza(residenza: Residenza, comuni: Comuni, giorno: date) -> Iterator[Fatto]:
    """Read the present residence; that of a dead person has ended. An Italian Comune that we cannot name keeps its sigla."""
    luogo = residenza.comune or residenza.provincia
    dal = residenza.dal or giorno
    if residenza.decesso is None:
        yield FattoResidenza(comune=luogo, valido_dal=dal, **comuni)
        return
    morte = residenza.decesso.il or giorno
    yield FattoResidenza(comune=luogo, valido_dal=min(dal, morte), valido_al=morte, **comuni)
    yield _decesso(residenza.decesso, comuni, giorno)


def _isee(a: Attestazione, comuni: Comuni) -> FattoIsee:
    return FattoIsee(
        indicatore=a.indicatore,
        isee=a.isee,
        ise=a.ise,
        isr=a.isr,
        isp=a.isp,
        scala_equivalenza=a.scala,
        reddito_familiare=a.reddito,
        trattamenti_nell_isee=a.trattamenti,
        patrimonio_mobiliare=a.patrimonio_mobiliare,
        patrimonio_immobiliare=a.patrimonio_immobiliare,
        valore_casa=a.valore_casa,
        canone_annuo=a.canone_annuo,
        protocollo_dsu=a.protocollo_dsu,
        presentata_il=a.presentata_il,
        difformita=a.difformita,
        componenti=tuple(ComponenteDsu(codice_fiscale=c.codice_fiscale, rapporto=c.rapporto) for c in a.componenti),
        disabili=a.disabili,
        disabili_gravi=a.disabili_gravi,
        valido_dal=a.presentata_il,
        valido_al=a.valida_al,
        **comuni,
    )


def _veicoli(veicoli: Veicoli, comuni: Comuni) -> Iterator[FattoVeicolo]:
    for v in veicoli.veicoli:
        yield FattoVeicolo.model_validate({
            **comuni, "categoria": v.categoria, "prima_immatricolazione": v.prima_immatricolazione,
            "cilindrata_cc": v.cilindrata_cc, "agevolazione_disabili": v.agevolazione_disabili,
            "valido_dal": v.dal or v.prima_immatricolazione, "valido_al": v.al,
        })  # fmt: skip


def _carichi(carichi: Carichi, comuni: Comuni) -> Iterator[FattoGiudiziario]:
    for c in carichi.carichi:
        yield FattoGiudiziario.model_validate({
            **comuni, "classe": c.classe, "reato_art8": c.reato_art8, "doloso": c.doloso, "pena_mesi": c.pena_mesi,
            "valido_dal": c.dal, "valido_al": c.al,
        })  # fmt: skip


def _rapporti(rapporti: Rapporti, comuni: Comuni) -> Iterator[FattoLavoro]:
    for r in rapporti.rapporti:
        yield FattoLavoro.model_validate({
            **comuni, "cessazione": r.cessazione, "retribuzione_annua": r.retribuzione_annua, "valido_dal": r.dal,
            "valido_al": r.al,
        })  # fmt: skip


def _fatti_del_comune(comune: RispostaComune, dati: DatiPerVerifica, giorno: date) -> Iterator[Fatto]:
    chiuso, esito = comune.accertamento, comune.esito
    istante = chiuso.chiuso_il or chiuso.richiesto_il
    fonte = Fonte(sistema="COMUNE", riferimento=str(chiuso.id), rilevato_il=istante)
    comuni: Comuni = {"noto_dal": istante, "fonte": fonte}
    richiedente = dati.richiedente.codice_fiscale
    for controllo in chiuso.controlli:
        yield FattoControllo(
            registro="COMUNE",
            controllo=_CONTROLLO_DI.get(controllo, controllo.value),
            esito=_esito_di(controllo, esito),
            soggetto=richiedente,
            valido_dal=giorno,
            **comuni,
        )
    if ControlloComune.SVANTAGGIO in chiuso.controlli:
        yield from _svantaggi(dati, esito, comuni)
    if esito is not None:
        yield from _accertati(esito, {**comuni, "soggetto": richiedente}, giorno)


def _esito_di(controllo: ControlloComune, esito: EsitoComune | None) -> EsitoControllo:
    if esito is None:
        return "SILENZIO"
    match controllo:
        case ControlloComune.RESIDENZA:
            return "DATI" if esito.residenza else "NESSUN_DATO"
        case ControlloComune.CITTADINANZA:
            return "DATI"
        case ControlloComune.NUCLEO:
            return "CONFORME" if esito.nucleo_conforme else "NON_CONFORME"
        case ControlloComune.SVANTAGGIO:
            return "CONFORME" if all(s.confermato for s in esito.svantaggi or ()) else "NON_CONFORME"


def _svantaggi(dati: DatiPerVerifica, esito: EsitoComune | None, comuni: Comuni) -> Iterator[FattoSvantaggio]:
    confermati = {s.codice_fiscale: s.confermato for s in esito.svantaggi or ()} if esito is not None else {}
    for s in dati.svantaggi:
        match confermati.get(s.codice_fiscale):
            case None:
                nome: Literal["CONFERMATO", "SILENZIO_ASSENSO", "NEGATO"] = "SILENZIO_ASSENSO"
            case confermato:
                nome = "CONFERMATO" if confermato else "NEGATO"
        yield FattoSvantaggio(
            soggetto=s.codice_fiscale,
            categoria=s.categoria,
            esito=nome,
            inizio_programma=s.inizio_programma,
            valido_dal=s.inizio_programma,
            **comuni,
        )


def _accertati(esito: EsitoComune, comuni: Comuni, giorno: date) -> Iterator[Fatto]:
    for periodo in esito.residenza or ():
        yield FattoResidenza(comune=periodo.comune, valido_dal=periodo.dal, valido_al=periodo.al, **comuni)
    if (c := esito.cittadinanza) is not None:
        yield FattoCittadinanza(
            stato=c.stato, titolo_soggiorno=c.titolo, valido_dal=giorno, valido_al=c.titolo_valido_al, **comuni
        )
