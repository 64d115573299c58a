# SPDX-License-Identifier: EUPL-1.2
"""What callers read back: receipts, domande, decisions, spettanze."""

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from services.domande.domain.domanda import EsitoDecisione, Stato
from services.domande.schemas.modulo import DomandaIn
from shared.kernel.codice_fiscale import CodiceFiscaleIn
from shared.kernel.importo import Importo
from shared.kernel.mese import Mese
from shared.misure.esito import EsitoRequisito
from shared.web.schemi import In, Intero, Istante, Out, TestoLungo

Protocollo = Annotated[str, Field(examples=["INPS-ADI-2025-03-03-0000001"], max_length=40)]


class RicevutaOut(Out):
    """Ricevuta di presentazione."""

    id: UUID
    protocollo: Protocollo
    misura: Literal["ADI"]
    stato: Stato
    presentata_il: Istante
    giorno: Annotated[date, Field(description="Giorno legale (Roma) di presentazione")]
    numero_del_giorno: Annotated[Intero, Field(description="Ordine di arrivo nel giorno")]


class DomandaOut(RicevutaOut):
    """Una domanda con il suo stato."""

    in_attesa_di: Annotated[
        Literal["VERIFICHE", "INTEGRAZIONE", "PAD"] | None,
        Field(description="Che cosa manca perché la domanda proceda"),
    ]
    comune: Annotated[
        str,
        Field(description="Codice Belfiore del Comune di residenza", examples=["H501"]),
    ]
    ente: Annotated[str, Field(description="Ente che ha presentato la domanda, oppure CITTADINO")]
    decisa_il: Istante | None
    integrare_entro: date | None
    pad_il: date | None
    decorre_dal: Annotated[Mese | None, Field(description="Primo mese spettante")]
    cessata_il: date | None
    causa_cessazione: str | None


class DomandaDettaglioOut(DomandaOut):
    """Una domanda con il modulo presentato."""

    modulo: DomandaIn


class DomandeOut(Out):
    """Una pagina di domande."""

    items: list[DomandaOut]
    next_cursor: str | None = None


class RicercaIn(In):
    """Ricerca per codice fiscale del richiedente: nel corpo, mai nell'indirizzo."""

    codice_fiscale: Annotated[CodiceFiscaleIn, Field(examples=["RSSMRA85T10A562S"])]


class ParametroOut(Out):
    """Un valore di legge applicato."""

    nome: Annotated[str, Field(examples=["isee_max"])]
    dal: Annotated[date, Field(description="Giorno da cui vale")]
    valore: Annotated[str, Field(examples=["10140.00"])]
    fonte: Annotated[str, Field(description="Norma o atto da cui viene")]


class ProvenienzaOut(Out):
    """Da dove viene un fatto e da quando è noto."""

    argomento: Annotated[str, Field(description="Di che cosa si tratta", examples=["ISEE"])]
    registro: Annotated[str, Field(description="Chi l'ha detto; DOMANDA per ciò che è dichiarato nel modulo")]
    operazione: Annotated[str | None, Field(description="Identificativo dell'operazione presso il registro")]
    rilevato_il: Istante
    noto_dal: Annotated[Istante, Field(description="Da quando il fatto è noto al servizio")]
    valido_dal: date
    valido_al: date | None


class RequisitoOut(Out):
    """Un requisito valutato."""

    codice: Annotated[str, Field(examples=["ADI-R06"])]
    esito: EsitoRequisito
    spiegazione: str
    fonte: Annotated[str, Field(description="Articolo applicato")]
    valore: str | None
    soglia: str | None
    parametri: Annotated[list[ParametroOut], Field(default_factory=list, description="I valori di legge applicati")]
    fatti: Annotated[
        list[ProvenienzaOut], Field(default_factory=list, description="Da dove vengono i fatti considerati")
    ]


class ImportoOut(Out):
    """Importo mensile calcolato per un mese di competenza."""

    mese: Mese
    scala: str
    quota_a: Importo
    quota_b: Importo
    importo: Importo
    righe: Annotated[list[str], Field(description="Il calcolo, passo per passo")]


class ImportoDecisoOut(ImportoOut):
    """Importo mensile con i valori di legge applicati."""

    parametri: Annotated[list[ParametroOut], Field(default_factory=list)]


class ControfattualeOut(Out):
    """Il cambiamento più piccolo di un solo fatto che cambierebbe l'esito o l'importo."""

    requisito: Annotated[str | None, Field(description="Requisito che ci sarebbe; assente se cambia solo l'importo")]
    fatto: Annotated[str, Field(description="Che cosa dovrebbe cambiare; `tempo` se basta aspettare")]
    da: str | None
    a: str | None
    dal: Annotated[date | None, Field(description="Giorno da cui varrebbe")]
    importo: Importo | None
    basta_da_solo: Annotated[bool, Field(description="Se con questo solo cambiamento la domanda sarebbe accolta")]
    testo: str


class DecisioneOut(Out):
    """La decisione con tutti i requisiti e il calcolo."""

    domanda_id: UUID
    misura: Annotated[str, Field(examples=["ADI"])]
    protocollo: Protocollo
    versione: Intero
    esito: EsitoDecisione
    decisa_il: Istante
    al: Annotated[date, Field(description="Giorno al quale sono valutati i requisiti")]
    scaduta_il: Annotated[
        date | None, Field(description="Ultimo giorno per integrare, se è passato senza risposta")
    ] = None
    parametri: Annotated[str, Field(description="Versione dei parametri di legge applicati")]
    regole: Annotated[str | None, Field(description="Versione delle regole applicate")] = None
    requisiti: list[RequisitoOut]
    parametri_comuni: Annotated[
        list[ParametroOut], Field(default_factory=list, description="Valori di legge comuni a tutti i requisiti")
    ]
    importo: ImportoDecisoOut | None
    controfattuali: Annotated[
        list[ControfattualeOut], Field(default_factory=list, description="Che cosa cambierebbe la decisione")
    ]
    impronta_fatti: Annotated[str | None, Field(description="SHA-256 dei fatti considerati")] = None
    impronta: Annotated[str, Field(description="SHA-256 del fascicolo in JSON canonico")]


class DecisioniOut(Out):
    """Tutte le decisioni di una domanda, la più recente per prima."""

    items: list[DecisioneOut]
    next_cursor: str | None = None


class SpettanzaOut(Out):
    """Quanto spetta per un mese."""

    mese: Mese
    importo: Importo
    quota_a: Importo
    quota_b: Importo


class SpettanzeOut(Out):
    """Quanto spetta, mese per mese."""

    items: list[SpettanzaOut]
    next_cursor: str | None = None


class RinunciaIn(In):
    """Rinuncia del cittadino."""

    motivo: Annotated[TestoLungo | None, Field(description="Facoltativo")] = None


class BozzaOut(Out):
    """Una bozza non ancora presentata."""

    id: UUID
    versione: Intero
    creata_il: Istante
    aggiornata_il: Istante
    contenuto: dict[str, object]
    mancanze: Annotated[list["MancanzaOut"], Field(description="Che cosa manca per presentarla")]


class MancanzaOut(Out):
    """Un dato che manca o non è accettabile."""

    pointer: str
    code: str
    detail: str


class BozzeOut(Out):
    """Una pagina di bozze."""

    items: list[BozzaOut]
    next_cursor: str | None = None
