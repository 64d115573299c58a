# SPDX-License-Identifier: EUPL-1.2
"""The rules alone, on one core and without a database: one whole decision, and a hundred thousand nuclei again.

`python -m deploy.bench.regole` prints the figures as JSON. Times are of the processor, so that what else runs on the
machine does not enter them.
"""

import gc
import json
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from itertools import islice
from random import Random
from statistics import median
from time import process_time, process_time_ns

from deploy.bench.domande import codici_fiscali
from services.domande.commands.determina_spettanza import mese_dovuto
from shared.kernel.mese import Mese, Periodo
from shared.misure.catalogo import get_misura
from shared.misure.nucleo import Cittadinanza, Componente, Fatti, Indicatore, Isee, Istruzione, Residenza

_IL = date(2025, 3, 3)
_MESE = Mese(2025, 4)
_PROVE = 5_000
_GENITORI = ((date(1989, 5, 14), date(1992, 8, 2)), (date(1985, 1, 30),), (date(1960, 3, 9), date(1961, 11, 20)))
_FIGLI = (
    (),
    (date(2016, 9, 21),),
    (date(2014, 2, 8), date(2019, 6, 17)),
    (date(2012, 1, 3), date(2016, 5, 5), date(2023, 7, 7)),
)


async def misura(nuclei: int) -> dict[str, float]:
    """Time one decision, then all the nuclei; microseconds and nuclei per second."""
    tutti = list(islice(genera(Random(2025)), nuclei))  # noqa: S311 - invented people, the same each time
    gc.collect()
    gc.freeze()
    try:
        return {**_una_decisione(tutti), **_tutti_i_nuclei(tutti)}
    finally:
        gc.unfreeze()


def _una_decisione(nuclei: list[Fatti]) -> dict[str, float]:
    """Judge every requisito on the day of the domanda and compute the importo of the first month."""
    regole, parametri = get_misura("ADI"), get_misura("ADI").parametri

    def decidi(fatti: Fatti) -> None:
        if not regole.verifica_requisiti(fatti, parametri=parametri, al=_IL).respinta:
            regole.importo_mensile(fatti, parametri=parametri, mese=_MESE)

    return {"decisione_mediana_us": _mediana_us(decidi, nuclei[:_PROVE])}


def _mediana_us(decidi: Callable[[Fatti], None], nuclei: list[Fatti]) -> float:
    tempi = []
    for fatti in nuclei:
        inizio = process_time_ns()
        decidi(fatti)
        tempi.append(process_time_ns() - inizio)
    return round(median(tempi) / 1000, 1)


def _tutti_i_nuclei(nuclei: list[Fatti]) -> dict[str, float]:
    """Determine again what is due to each for one month, requisiti and importo."""
    regole, parametri = get_misura("ADI"), get_misura("ADI").parametri
    inizio = process_time()
    spettanti = sum(mese_dovuto(regole, fatti, _MESE, parametri=parametri).importo > 0 for fatti in nuclei)
    secondi = process_time() - inizio
    return {
        "nuclei": len(nuclei),
        "spettanti": spettanti,
        "rideterminazione_secondi": round(secondi, 2),
        "nuclei_al_secondo": round(len(nuclei) / secondi),
    }


def genera(caso: Random) -> Iterator[Fatti]:
    """Give families of invented people, different in size, age, reddito and rent; a few of them do not qualify."""
    codici = codici_fiscali()
    while True:
        nascite = (*caso.choice(_GENITORI), *caso.choice(_FIGLI))
        componenti = tuple(_persona(codice, nascita, caso) for codice, nascita in zip(codici, nascite, strict=False))
        yield _fatti(componenti, caso)


def _persona(codice: str, nascita: date, caso: Random) -> Componente:
    adulto = nascita.year < 2005
    return Componente(
        codice_fiscale=codice,
        data_nascita=nascita,
        disabile=caso.random() < 0.05,
        disabile_grave=False,
        responsabilita_genitoriale=adulto,
        occupato=adulto and caso.random() < 0.4,
        istruzione=Istruzione.OBBLIGO_ASSOLTO if adulto else Istruzione.IN_CORSO,
        residente_in_italia=True,
    )


def _fatti(componenti: tuple[Componente, ...], caso: Random) -> Fatti:
    codici = frozenset(c.codice_fiscale for c in componenti)
    minori = any(c.istruzione is Istruzione.IN_CORSO for c in componenti)
    isee = Isee(
        indicatore=Indicatore.MINORENNE if minori else Indicatore.ORDINARIO,
        isee=_euro(caso, 10_200),
        scala=Decimal("2.04"),
        reddito_familiare=_euro(caso, 9_000),
        patrimonio_mobiliare=_euro(caso, 6_000),
        patrimonio_immobiliare=_euro(caso, 20_000),
        canone_annuo=_euro(caso, 6_000) if caso.random() < 0.6 else Decimal(0),
        presentata_il=date(2025, 1, 20),
        valido_al=date(2025, 12, 31),
        componenti=codici,
    )
    return Fatti(
        presentata_il=_IL,
        richiedente=componenti[0].codice_fiscale,
        componenti=componenti,
        cittadinanza=Cittadinanza(stato="IT"),
        residenza=Residenza(periodi=(Periodo(date(2000, 1, 1)),)),
        assenze=(),
        isee=(isee,),
        famiglia_anagrafica=codici,
        veicoli=(),
        misure_giudiziarie=(),
        cessazioni=(),
        precedenti=(),
        sfl_accolti=(),
        autorizza_trasmissione_dati=True,
    )


def _euro(caso: Random, massimo: int) -> Decimal:
    return Decimal(caso.randrange(massimo * 100)).scaleb(-2)


if __name__ == "__main__":
    import asyncio

    print(json.dumps(asyncio.run(misura(100_000)), indent=2))
