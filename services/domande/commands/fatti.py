# SPDX-License-Identifier: EUPL-1.2
"""From what was declared and what the registries answered to the facts of the rules."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import TypeVar

from services.domande.commands.contenuti import persone
from services.domande.schemas.modulo import MAGGIORE_ETA, DomandaIn, PersonaIn
from shared.contracts.evento import Modello
from shared.contracts.verifiche_anagrafiche import (
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
)  # fmt: skip
from shared.kernel.mese import Periodo, anni_compiuti
from shared.misure.nucleo import (
    Assenza,
    CategoriaVeicolo,
    CausaFineLavoro,
    CessazioneLavoro,
    Cittadinanza,
    ClasseGiudiziaria,
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
    Svantaggio,
    TipoReddito,
    TitoloSoggiorno,
    Veicolo,
)  # fmt: skip

F = TypeVar("F", bound=Modello)


class Verificati:
    """The verified facts of one domanda, by kind; what a registry was not asked stays unknown."""

    def __init__(self, verificati: FattiVerificati) -> None:
        # Whatever the order of arrival: what became known last comes last.
        self._fatti = sorted(verificati.fatti, key=_ordine)
        self._esiti = {(f.registro, f.controllo): f.esito for f in self.di(FattoControllo)}
        self._controlli = {controllo for _, controllo in self._esiti}

    def di(self, tipo: type[F], *, soggetto: str | None = None) -> tuple[F, ...]:
        """Give the facts of one kind, of one person or of all."""
        return tuple(f for f in self._fatti if isinstance(f, tipo) and soggetto in (None, f.soggetto))

    def controllato(self, controllo: str) -> bool:
        """Tell whether some registry answered to this check."""
        return controllo in self._controlli

    def esito_comune(self, controllo: str) -> str | None:
        """Give what the Comune said of a check, SILENZIO included; None if it was not asked."""
        return self._esiti.get(("COMUNE", controllo))


def _ordine(fatto: Fatto) -> tuple[datetime, date, str]:
    return fatto.noto_dal, fatto.valido_dal, fatto.model_dump_json()


def costruisci_fatti(
    modulo: DomandaIn,
    verificati: FattiVerificati,
    *,
    giorno: date,
    precedenti: Iterable[Precedente] = (),
) -> Fatti:
    """Put declared and verified facts together for a domanda presented on `giorno`."""
    v = Verificati(verificati)
    famiglie = v.di(FattoFamiglia)
    attestazioni = v.di(FattoIsee)
    return Fatti(
        presentata_il=giorno,
        richiedente=modulo.richiedente.codice_fiscale,
        componenti=tuple(_componente(p, modulo, v, giorno) for p in persone(modulo)),
        cittadinanza=_cittadinanza(modulo, v),
        residenza=_residenza(modulo, v),
        assenze=tuple(
            Assenza(codice_fiscale=modulo.richiedente.codice_fiscale, dal=a.dal, al=a.al, motivi_di_salute=a.gravi_motivi_di_salute)
            for a in modulo.richiedente.residenza.assenze
        ),
        isee=tuple(_isee(f) for f in attestazioni) if attestazioni or bool(v.di(FattoIseeAssente)) else None,
        famiglia_anagrafica=frozenset(famiglie[-1].componenti) if famiglie else None,
        discordanza_nucleo=_discordanza(v),
        veicoli=(*_veicoli(v), *_navi_dichiarate(modulo, giorno)) if v.controllato("VEICOLI") else None,
        misure_giudiziarie=(*_giudiziari(v), *_giudiziari_dichiarati(modulo, giorno)) if v.controllato("GIUDIZIARIO") else None,
        cessazioni=(*_cessazioni(v), *_dimissioni_dichiarate(modulo, giorno)) if v.controllato("LAVORO") else None,
        redditi=tuple(
            RedditoAggiuntivo(codice_fiscale=r.codice_fiscale, tipo=TipoReddito.LAVORO, importo_annuo=r.reddito_annuo_previsto, dal=r.iniziato_il)
            for r in modulo.lavoro
        ),
        precedenti=tuple(precedenti),
        sfl_accolti=(),
        autorizza_trasmissione_dati=modulo.consensi.trasmissione_ai_servizi,
    )  # fmt: skip


def _componente(persona: PersonaIn, modulo: DomandaIn, v: Verificati, giorno: date) -> Componente:
    codice = persona.codice_fiscale
    attestazioni = v.di(FattoIsee)
    gravi = {c for a in attestazioni for c in a.disabili_gravi}
    disabili = {c for a in attestazioni for c in a.disabili} | gravi
    decessi = v.di(FattoDecesso, soggetto=codice)
    in_corso = any(rapporto.valido_al is None for rapporto in v.di(FattoLavoro, soggetto=codice))
    return Componente(
        codice_fiscale=codice,
        data_nascita=persona.data_nascita,
        disabile=codice in disabili if attestazioni else None,
        disabile_grave=codice in gravi if attestazioni else None,
        svantaggio=_svantaggio(persona, v),
        responsabilita_genitoriale=persona.responsabilita_genitoriale,
        # Not declared is not "no": since 2025 the increment is given ex officio.
        carichi_di_cura=persona.carichi_di_cura or None,
        occupato=persona.occupato or in_corso,
        studente=persona.studente,
        istruzione=_istruzione(persona, modulo, giorno),
        in_struttura=(Periodo(persona.data_nascita),) if persona.in_struttura else (),
        residente_in_italia=_residente(codice, v),
        deceduto_il=decessi[0].valido_dal if decessi else None,
    )


def _istruzione(persona: PersonaIn, modulo: DomandaIn, giorno: date) -> Istruzione:
    """Read the declaration of the nucleo for the minors, their own for the adults."""
    if anni_compiuti(persona.data_nascita, giorno) >= MAGGIORE_ETA:
        dichiarata = persona.obbligo_istruzione
        return Istruzione.OBBLIGO_ASSOLTO if dichiarata == "ASSOLTO" else Istruzione(dichiarata)
    return Istruzione.IN_CORSO if modulo.dichiarazioni.obbligo_istruzione_assolto else Istruzione.NON_ASSOLTO


def _residente(codice: str, v: Verificati) -> bool | None:
    if residenze := v.di(FattoResidenza, soggetto=codice):
        return any(r.comune is not None and r.valido_al is None for r in residenze)
    if any(codice in famiglia.componenti for famiglia in v.di(FattoFamiglia)):
        return True
    # In the DSU, not in the registry family, and the Comune found nothing against it.
    return True if v.esito_comune("FAMIGLIA") in ("CONFORME", "SILENZIO") else None


def _svantaggio(persona: PersonaIn, v: Verificati) -> Svantaggio | None:
    dichiarato = persona.svantaggio
    if dichiarato is None:
        return None
    esiti = v.di(FattoSvantaggio, soggetto=persona.codice_fiscale)
    return Svantaggio(
        categoria=dichiarato.categoria,
        data_certificazione=dichiarato.data_certificazione,
        inizio_programma=dichiarato.inizio_programma,
        esito=EsitoSvantaggio(esiti[-1].esito) if esiti else None,
    )


def _cittadinanza(modulo: DomandaIn, v: Verificati) -> Cittadinanza | None:
    accertate = v.di(FattoCittadinanza, soggetto=modulo.richiedente.codice_fiscale)
    if not accertate:
        return None
    # The registry knows the State, the Comune the permit; while the Comune is silent the declaration holds.
    titoli = [f.titolo_soggiorno for f in accertate if f.titolo_soggiorno]
    dichiarato = (
        modulo.richiedente.cittadinanza.titolo_soggiorno if v.esito_comune("CITTADINANZA") == "SILENZIO" else None
    )
    titolo = titoli[-1] if titoli else dichiarato
    scadenze = [f.valido_al for f in accertate if f.titolo_soggiorno]
    return Cittadinanza(
        stato=accertate[-1].stato,
        titolo=TitoloSoggiorno(titolo) if titolo else None,
        titolo_valido_al=scadenze[-1] if scadenze else None,
    )


def _residenza(modulo: DomandaIn, v: Verificati) -> Residenza | None:
    righe = v.di(FattoResidenza, soggetto=modulo.richiedente.codice_fiscale)
    comune = v.esito_comune("RESIDENZA")
    if not righe and comune is None:
        return None
    periodi = tuple(Periodo(r.valido_dal, r.valido_al) for r in righe if r.comune is not None)
    if comune == "SILENZIO":
        dichiarata = modulo.richiedente.residenza
        periodi += (Periodo(dichiarata.in_italia_dal),)
    return Residenza(periodi=periodi, completa=comune is not None)


def _isee(f: FattoIsee) -> Isee:
    return Isee(
        indicatore=Indicatore(f.indicatore),
        isee=f.isee,
        scala=f.scala_equivalenza,
        reddito_familiare=f.reddito_familiare,
        patrimonio_mobiliare=f.patrimonio_mobiliare,
        patrimonio_immobiliare=f.patrimonio_immobiliare,
        valore_casa=f.valore_casa,
        trattamenti=f.trattamenti_nell_isee,
        canone_annuo=f.canone_annuo,
        presentata_il=f.presentata_il,
        valido_al=f.valido_al or date(f.presentata_il.year, 12, 31),
        componenti=frozenset(c.codice_fiscale for c in f.componenti),
        difformita=f.difformita,
    )


def _discordanza(v: Verificati) -> Discordanza | None:
    match v.esito_comune("FAMIGLIA"):
        case None:
            return None
        case "NON_CONFORME":
            return Discordanza.CONFERMATA
        case _:
            return Discordanza.SUPERATA


def _veicoli(v: Verificati) -> tuple[Veicolo, ...]:
    return tuple(
        Veicolo(
            codice_fiscale=f.soggetto or "",
            categoria=CategoriaVeicolo(f.categoria),
            prima_immatricolazione=f.prima_immatricolazione,
            cilindrata_cc=f.cilindrata_cc,
            agevolazione_disabili=f.agevolazione_disabili,
            dal=f.valido_dal,
            al=f.valido_al,
        )
        for f in v.di(FattoVeicolo)
    )


def _navi_dichiarate(modulo: DomandaIn, giorno: date) -> tuple[Veicolo, ...]:
    if modulo.dichiarazioni.nessuna_nave_o_aeromobile:
        return ()
    categoria = CategoriaVeicolo.IMBARCAZIONE_DA_DIPORTO
    return (
        Veicolo(
            codice_fiscale=modulo.richiedente.codice_fiscale,
            categoria=categoria,
            prima_immatricolazione=giorno,
        ),
    )


def _giudiziari(v: Verificati) -> tuple[MisuraGiudiziaria, ...]:
    return tuple(
        MisuraGiudiziaria(
            codice_fiscale=f.soggetto or "",
            classe=ClasseGiudiziaria(f.classe),
            dal=f.valido_dal,
            al=f.valido_al,
            reato_art8=f.reato_art8,
            doloso=f.doloso,
            pena_mesi=f.pena_mesi,
        )
        for f in v.di(FattoGiudiziario)
    )


def _giudiziari_dichiarati(modulo: DomandaIn, giorno: date) -> tuple[MisuraGiudiziaria, ...]:
    """Who does not declare to be without sentences is asked which: the class stays unknown."""
    if modulo.dichiarazioni.nessuna_misura_o_condanna:
        return ()
    classe = ClasseGiudiziaria.CONDANNA_DEFINITIVA
    return (MisuraGiudiziaria(codice_fiscale=modulo.richiedente.codice_fiscale, classe=classe, dal=giorno),)


def _cessazioni(v: Verificati) -> tuple[CessazioneLavoro, ...]:
    return tuple(
        CessazioneLavoro(
            codice_fiscale=f.soggetto or "",
            il=f.valido_al,
            causa=CausaFineLavoro(f.cessazione) if f.cessazione else None,
        )
        for f in v.di(FattoLavoro)
        if f.valido_al is not None
    )


def _dimissioni_dichiarate(modulo: DomandaIn, giorno: date) -> tuple[CessazioneLavoro, ...]:
    if modulo.dichiarazioni.nessuna_dimissione:
        return ()
    return (
        CessazioneLavoro(
            codice_fiscale=modulo.richiedente.codice_fiscale,
            il=giorno,
            causa=CausaFineLavoro.DIMISSIONI,
        ),
    )
