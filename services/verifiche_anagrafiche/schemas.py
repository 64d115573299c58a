# SPDX-License-Identifier: EUPL-1.2
"""HTTP shapes: verifiche without any answer of the registries, accertamenti with what the Comune must know."""

from datetime import date
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import Field, model_validator

from services.verifiche_anagrafiche.domain.accertamento import (
    ControlloComune,
    EsitoCittadinanza,
    EsitoComune,
    EsitoSvantaggio,
    PeriodoResidenza,
    StatoAccertamento,
)
from services.verifiche_anagrafiche.domain.interrogazione import Controllo, Registro, StatoInterrogazione
from services.verifiche_anagrafiche.domain.verifica import StatoVerifica
from shared.kernel.codice_fiscale import CodiceFiscaleIn
from shared.web.schemi import Belfiore, In, Intero, Istante, Out

Attesa = Annotated[
    str | None,
    Field(
        description="Che cosa si attende: `REGISTRO:<nome>` se il registro non risponde, `OPERATORE:<nome>` se serve un operatore, `COMUNE`",
        examples=["REGISTRO:ANPR"],
    ),
]
Giorni = Annotated[
    int,
    Field(
        ge=-100_000, le=100_000, json_schema_extra={"format": "int32"}, description="Negativi se il termine è passato"
    ),
]


class InterrogazioneOut(Out):
    """Una domanda fatta a un registro, senza la risposta."""

    id: UUID
    registro: Registro
    controllo: Controllo
    stato: StatoInterrogazione
    tentativi: Intero
    motivo: Annotated[
        str | None, Field(description="Perché non c'è ancora una risposta", examples=["TEMPO_SCADUTO", "HTTP_503"])
    ]
    prossimo_il: Annotated[Istante | None, Field(description="Quando si prova di nuovo, se la risposta manca")]


class VerificaOut(Out):
    """I controlli su una domanda: a che punto sono e che cosa attendono."""

    id: UUID
    domanda_id: UUID
    protocollo: str
    misura: str
    stato: StatoVerifica
    attesa: Attesa
    data_riferimento: Annotated[date, Field(description="Giorno legale al quale si riferiscono i controlli")]
    domanda_versione: Intero
    aperta_il: Istante
    conclusa_il: Istante | None


class VerificaDettaglioOut(VerificaOut):
    """I controlli su una domanda, con ogni interrogazione ai registri."""

    interrogazioni: list[InterrogazioneOut]


class VerificheOut(Out):
    """Una pagina di verifiche."""

    items: list[VerificaOut]
    next_cursor: str | None = None


class AccertamentoOut(Out):
    """Una richiesta al Comune, con il termine per rispondere."""

    id: UUID
    verifica_id: UUID
    domanda_id: UUID
    protocollo: str
    misura: str
    comune: Belfiore
    controlli: list[ControlloComune]
    stato: StatoAccertamento
    richiesto_il: Istante
    scadenza: Annotated[date, Field(description="Ultimo giorno del termine del Comune")]
    giorni_rimasti: Giorni
    silenzio_il: Annotated[
        date, Field(description="Ultimo giorno utile: dal successivo il silenzio produce il suo effetto")
    ]
    chiuso_il: Istante | None


class AccertamentiOut(Out):
    """Una pagina di accertamenti."""

    items: list[AccertamentoOut]
    next_cursor: str | None = None


class PersonaOut(Out):
    """Una persona da controllare, e dove risulta."""

    codice_fiscale: str
    cognome: str | None
    nome: str | None
    data_nascita: date | None
    richiedente: bool
    nella_domanda: bool
    nella_dsu: bool
    in_anpr: Annotated[bool, Field(description="Fa parte della famiglia anagrafica del richiedente")]


class ResidenzaDichiarataOut(Out):
    """La residenza come dichiarata, e da quando ANPR conosce l'indirizzo attuale."""

    in_italia_dal: date
    continuativa_dal: date
    in_anpr_dal: date | None


class CittadinanzaDichiarataOut(Out):
    """La cittadinanza come dichiarata, e gli Stati che risultano ad ANPR."""

    dichiarata: str
    stati: Annotated[list[str], Field(description="Codici ISO 3166-1", examples=[["MA"]])]


class SvantaggioDichiaratoOut(Out):
    """Uno svantaggio dichiarato, con la certificazione da verificare."""

    codice_fiscale: str
    categoria: str
    amministrazione: str
    numero_certificazione: str
    data_certificazione: date
    inizio_programma: date


class PeriodoIn(In):
    """Un periodo di residenza in un Comune."""

    comune: Belfiore
    dal: date
    al: Annotated[date | None, Field(description="Assente se la residenza continua")] = None

    @model_validator(mode="after")
    def _in_ordine(self) -> Self:
        if self.al is not None and self.al < self.dal:
            raise ValueError("il periodo finisce prima di cominciare")
        return self


class EsitoResidenzaIn(In):
    """I periodi di residenza in Italia; nessuno, se la persona non vi risulta."""

    periodi: Annotated[list[PeriodoIn], Field(max_length=50)]


class EsitoNucleoIn(In):
    """Se il nucleo dichiarato è quello reale."""

    conforme: bool


class EsitoCittadinanzaIn(In):
    """La cittadinanza e il titolo di soggiorno come risultano al Comune."""

    stato: Annotated[str, Field(pattern=r"^[A-Z]{2}$", description="Codice ISO 3166-1", examples=["MA"])]
    titolo_soggiorno: Annotated[
        Literal["LUNGO_PERIODO", "PROTEZIONE_INTERNAZIONALE", "FAMILIARE_UE", "TEMPORANEO"] | None,
        Field(description="Assente se non c'è un titolo valido"),
    ] = None
    valido_al: Annotated[date | None, Field(description="Ultimo giorno di validità del titolo, se ne ha uno")] = None


class SvantaggioConfermatoIn(In):
    """Se lo svantaggio dichiarato da un componente è confermato."""

    codice_fiscale: CodiceFiscaleIn
    confermato: bool


class EsitoSvantaggioIn(In):
    """Un esito per ogni componente che ha dichiarato uno svantaggio."""

    esiti: Annotated[list[SvantaggioConfermatoIn], Field(min_length=1, max_length=30)]


class EsitoIn(In):
    """L'esito dell'accertamento: una parte per ogni controllo richiesto, nessuna per gli altri."""

    residenza: EsitoResidenzaIn | None = None
    nucleo: EsitoNucleoIn | None = None
    cittadinanza: EsitoCittadinanzaIn | None = None
    svantaggio: EsitoSvantaggioIn | None = None

    def in_dominio(self) -> EsitoComune:
        """Turn the body into what the domain knows."""
        c = self.cittadinanza
        return EsitoComune(
            residenza=None if self.residenza is None else tuple(
                PeriodoResidenza(p.comune, p.dal, p.al) for p in self.residenza.periodi
            ),
            nucleo_conforme=None if self.nucleo is None else self.nucleo.conforme,
            cittadinanza=None if c is None else EsitoCittadinanza(c.stato, c.titolo_soggiorno, c.valido_al),
            svantaggi=None if self.svantaggio is None else tuple(
                EsitoSvantaggio(s.codice_fiscale, s.confermato) for s in self.svantaggio.esiti
            ),
        )  # fmt: skip


class AccertamentoDettaglioOut(AccertamentoOut):
    """Una richiesta al Comune con le persone e che cosa va controllato: sono dati personali, la lettura si registra."""

    persone: list[PersonaOut]
    residenza: ResidenzaDichiarataOut | None
    cittadinanza: CittadinanzaDichiarataOut | None
    svantaggi: list[SvantaggioDichiaratoOut]


ESITO_RESIDENZA = {
    "residenza": {
        "periodi": [
            {"comune": "F839", "dal": "2009-05-04", "al": "2023-04-11"},
            {"comune": "H501", "dal": "2023-04-12"},
        ]
    }
}
ESITO_NUCLEO = {"nucleo": {"conforme": True}}
ESITO_CITTADINANZA = {"cittadinanza": {"stato": "MA", "titolo_soggiorno": "LUNGO_PERIODO", "valido_al": "2033-02-10"}}
ESITO_SVANTAGGIO = {"svantaggio": {"esiti": [{"codice_fiscale": "RSSMRA80A41H501Y", "confermato": True}]}}
