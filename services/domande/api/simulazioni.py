# SPDX-License-Identifier: EUPL-1.2
"""Route of the simulations: rules only, nothing is stored and nobody is named."""

from collections.abc import Iterator
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Body, Response

from services.domande.schemas.simulazioni import (
    CONFRONTO,
    SIMULAZIONI,
    SimulazioneOut,
    SimulazioniIn,
    SimulazioniOut,
)
from shared.errors import DatiNonValidi, Difetto
from shared.kernel.calendario import giorno_legale
from shared.misure.catalogo import MisuraSconosciuta, get_misura
from shared.misure.misura import Misura
from shared.misure.simulazione import Richiesta, Simulazione, confronta, simula
from shared.web.contesto import Chi
from shared.web.enti import Ruolo
from shared.web.permessi import Ambito, Matrice
from shared.web.rotte import RottaSevera

rotte = APIRouter(prefix="/v1/simulazioni", tags=["simulazioni"], route_class=RottaSevera)

PERMESSI: Matrice = {"create_simulazione": dict.fromkeys(Ruolo, Ambito.TUTTO)}
CORPO_MASSIMO = 1024 * 1024


# Not a coroutine: the rules of a batch run in a thread, so that the other requests are served meanwhile.
@rotte.post("", operation_id="create_simulazione", summary="Simula una o più misure", response_model=SimulazioniOut)
def create_simulazione(
    chi: Chi, richiesta: Annotated[SimulazioniIn, Body(examples=[SIMULAZIONI, CONFRONTO])]
) -> Response:
    """Dice come finirebbe la domanda di ciascun nucleo, quanto spetterebbe e che cosa cambierebbe l'esito.

    Le regole sono quelle delle domande vere, con i parametri in vigore nel giorno indicato. Non si chiedono nomi e
    nulla è conservato: le persone si indicano con la loro posizione. Ciò che non si indica si presume ordinario, e
    `null` vuol dire che non si sa.
    """
    al = richiesta.al or giorno_legale(chi.now)
    esito = SimulazioniOut(items=[_out(i, s) for i, s in _simulazioni(richiesta, al)])
    return Response(esito.model_dump_json(), media_type="application/json")


def _simulazioni(richiesta: SimulazioniIn, al: date) -> Iterator[tuple[int, Simulazione]]:
    if richiesta.confronta and "misura" in richiesta.model_fields_set:
        raise DatiNonValidi(
            "misura e confronta non vanno insieme",
            (Difetto("/misura", "con confronta si valutano tutte le misure", "misura-con-confronta"),),
        )
    misura = None if richiesta.confronta else _misura(richiesta.misura)
    for posizione, nucleo in enumerate(richiesta.nuclei):
        una = Richiesta(nucleo, al, controfattuali=richiesta.controfattuali, percorso=f"/nuclei/{posizione}")
        if misura is not None:
            yield posizione, simula(una, misura=misura)
        else:
            yield from ((posizione, s) for s in confronta(una, a_ciascuna_il_suo=richiesta.al is None))


def _misura(codice: str) -> Misura:
    try:
        return get_misura(codice.upper())
    except MisuraSconosciuta as errore:
        raise DatiNonValidi(
            str(errore), (Difetto("/misura", "la misura non è nel catalogo", "misura-sconosciuta"),)
        ) from None


def _out(posizione: int, simulazione: Simulazione) -> SimulazioneOut:
    return SimulazioneOut.model_construct(nucleo=posizione, **dict(simulazione))
