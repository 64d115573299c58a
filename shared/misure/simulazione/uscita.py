# SPDX-License-Identifier: EUPL-1.2
"""Output of a simulation: the same for the API and for the command line, in Italian, with money in strings."""

from datetime import date
from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from shared.kernel.importo import Importo
from shared.kernel.mese import Mese
from shared.misure.comuni.argomenti import Argomento
from shared.misure.esito import EsitoRequisito


class EsitoSimulazione(StrEnum):
    """How a domanda would end."""

    ACCOLTA = "ACCOLTA"
    RESPINTA = "RESPINTA"
    IN_EVIDENZA = "IN_EVIDENZA"
    NON_IN_VIGORE = "NON_IN_VIGORE"


class Uscita(BaseModel):
    """Shape of an answer."""

    model_config = ConfigDict(frozen=True)


class RequisitoSimulato(Uscita):
    """Un requisito valutato."""

    codice: Annotated[str, Field(examples=["ADI-R06"])]
    esito: EsitoRequisito
    spiegazione: str
    fonte: str
    valore: str | None
    soglia: str | None
    argomenti: Annotated[list[Argomento], Field(description="Gli argomenti dei dati che il requisito guarda")]


class MotivoSimulato(Uscita):
    """Perché la domanda non sarebbe accolta, o che cosa manca."""

    codice: str
    spiegazione: str
    fonte: str


class ControfattualeSimulato(Uscita):
    """Che cosa cambierebbe l'esito o l'importo, un dato alla volta."""

    requisito: Annotated[str | None, Field(description="Il requisito che sarebbe soddisfatto; null per l'importo")]
    fatto: Annotated[str, Field(description="Il dato che cambierebbe", examples=["isee.isee"])]
    da: Annotated[str | None, Field(description="Il valore di oggi")]
    a: Annotated[str | None, Field(description="Il valore che basterebbe")]
    dal: Annotated[date | None, Field(description="Il giorno dal quale sarebbe così, se basta aspettare")]
    importo_mensile: Annotated[Importo | None, Field(description="Quanto spetterebbe al mese")]
    basta_da_solo: Annotated[bool, Field(description="Se con questo solo cambiamento la domanda sarebbe accolta")]
    testo: str


class Simulazione(Uscita):
    """L'esito di una misura per un nucleo, in un giorno."""

    misura: Annotated[str, Field(examples=["ADI"])]
    nome: Annotated[str, Field(description="Nome della misura")]
    al: Annotated[date, Field(description="Giorno per cui si simula")]
    esito: EsitoSimulazione
    requisiti: Annotated[list[RequisitoSimulato], Field(description="Tutti i requisiti, anche quelli soddisfatti")]
    importo_mensile: Annotated[
        Importo | None,
        Field(description="Importo del mese; in evidenza, quello che spetterebbe; null se non si calcola"),
    ]
    mese: Annotated[Mese | None, Field(description="Mese a cui si riferisce l'importo")]
    quota_a: Annotated[Importo | None, Field(description="Integrazione del reddito")]
    quota_b: Annotated[Importo | None, Field(description="Quota per la locazione")]
    scala: Annotated[str | None, Field(description="Scala di equivalenza", examples=["1.30"])]
    motivi: Annotated[list[MotivoSimulato], Field(description="Perché non è accolta, o che cosa manca")]
    righe: Annotated[list[str], Field(description="Il calcolo dell'importo, passo per passo")]
    controfattuali: Annotated[
        list[ControfattualeSimulato], Field(description="Che cosa cambierebbe l'esito o aumenterebbe l'importo")
    ]
    parametri: Annotated[str | None, Field(description="Versione dei parametri di legge applicati")]
    nota: Annotated[str | None, Field(description="Avvertenza su come si è simulato")]
