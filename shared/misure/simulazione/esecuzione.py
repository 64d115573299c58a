# SPDX-License-Identifier: EUPL-1.2
"""Run a misura on a household, or all of them side by side: pure, nothing is read and nothing is kept."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from shared.errors import Conflict
from shared.kernel.mese import MESI_ANNO, Mese, aggiungi_mesi
from shared.misure.catalogo import CATALOGO
from shared.misure.comuni.argomenti import Argomento
from shared.misure.controfattuale import Controfattuale, controfattuali
from shared.misure.esito import Esito
from shared.misure.formato import giorno
from shared.misure.misura import Importo, Misura
from shared.misure.nucleo import Fatti, Indicatore
from shared.misure.parametri import ParametroMancante
from shared.misure.simulazione.ingresso import ANNI_DI_DISTANZA, Simulato
from shared.misure.simulazione.traduzione import con_indicatore, in_fatti, indicatori_non_detti, sposta
from shared.misure.simulazione.uscita import (
    ControfattualeSimulato,
    EsitoSimulazione,
    MotivoSimulato,
    RequisitoSimulato,
    Simulazione,
)  # fmt: skip

# A corrente takes the place of the others, a sociosanitario serves something else: they are never presumed.
_PRESUMIBILI = tuple(i for i in Indicatore if i not in (Indicatore.CORRENTE, Indicatore.SOCIOSANITARIO))


@dataclass(frozen=True, slots=True)
class Richiesta:
    """One household, the day, and whether to look for what would change the outcome."""

    nucleo: Simulato
    al: date
    controfattuali: bool = True
    percorso: str = ""


def simula(richiesta: Richiesta, *, misura: Misura) -> Simulazione:
    """Say how a domanda of a misura would end on a day, and what would be due.

    :raises DatiNonValidi: if the facts contradict one another.
    """
    if not misura.in_vigore(richiesta.al):
        return _non_in_vigore(misura, richiesta.al)
    fatti = in_fatti(richiesta.nucleo, misura=misura, al=richiesta.al, percorso=richiesta.percorso)
    return _simula(richiesta, fatti, misura=misura, al=richiesta.al)


def confronta(
    richiesta: Richiesta, *, misure: Iterable[Misura] | None = None, a_ciascuna_il_suo: bool = True
) -> tuple[Simulazione, ...]:
    """Run several misure on the same household, those of the catalogue unless told otherwise.

    Where a misura is not in force on the day, the household is moved by whole years to a time when it is; with
    `a_ciascuna_il_suo` False it is not moved, and the misura answers that it is not in force.

    :raises DatiNonValidi: if the facts contradict one another.
    """
    scelte = tuple(CATALOGO.values() if misure is None else misure)
    return tuple(_a_suo_tempo(richiesta, m) if a_ciascuna_il_suo else simula(richiesta, misura=m) for m in scelte)


def _a_suo_tempo(richiesta: Richiesta, misura: Misura) -> Simulazione:
    anni = _anni(misura, richiesta.al)
    if not anni:
        return simula(richiesta, misura=misura)
    fatti = in_fatti(richiesta.nucleo, misura=misura, al=richiesta.al, percorso=richiesta.percorso)
    al = aggiungi_mesi(richiesta.al, anni * MESI_ANNO)
    nota = (
        f"La misura non è in vigore il {giorno(richiesta.al)}: "
        f"il nucleo è valutato com'è, ma con tutte le date spostate al {giorno(al)}."
    )
    spostati = sposta(fatti, anni * MESI_ANNO)
    return _simula(richiesta, spostati, misura=misura, al=al).model_copy(update={"nota": nota})


def _anni(misura: Misura, al: date) -> int:
    """Find by how many years to move a day so that the misura is in force: the nearest time, the past first."""
    for distanza in range(ANNI_DI_DISTANZA + 1):
        for anni in (-distanza, distanza):
            if misura.in_vigore(aggiungi_mesi(al, anni * MESI_ANNO)):
                return anni
    return 0


def _simula(richiesta: Richiesta, fatti: Fatti, *, misura: Misura, al: date) -> Simulazione:
    try:
        fatti, esito = _giudica(richiesta.nucleo, fatti, misura=misura, al=al)
    except ParametroMancante:
        return _non_in_vigore(misura, al)
    importo, mese, perche = (None, None, None) if esito.respinta else _importo(misura, fatti, al)
    trovati = controfattuali(misura, fatti, al) if richiesta.controfattuali else ()
    return _risposta(misura, fatti, esito, importo, mese, perche, trovati)


def _giudica(nucleo: Simulato, fatti: Fatti, *, misura: Misura, al: date) -> tuple[Fatti, Esito]:
    """Judge; where the kind of ISEE was not said, take the one that leaves least to complete: the right one."""
    candidati = [fatti]
    if indicatori_non_detti(nucleo):
        candidati = [con_indicatore(fatti, nucleo, indicatore) for indicatore in _PRESUMIBILI]
    giudizi = [(f, misura.verifica_requisiti(f, parametri=misura.parametri, al=al)) for f in candidati]
    return min(giudizi, key=lambda g: (len(g[1].da_completare), len(g[1].motivi)))


def _importo(misura: Misura, fatti: Fatti, al: date) -> tuple[Importo | None, Mese | None, str | None]:
    """Compute the importo of the month of the day, or of the first one that the misura knows."""
    perche = None
    for mese in (Mese.di(al), Mese.di(al) + 1):
        try:
            return misura.importo_mensile(fatti, parametri=misura.parametri, mese=mese), mese, None
        except ParametroMancante:
            perche = "L'importo del mese non si può calcolare: la misura non è ancora in vigore."
        except Conflict as errore:
            perche = f"L'importo non si può calcolare: {errore}."
    return None, None, perche


def _non_in_vigore(misura: Misura, al: date) -> Simulazione:
    testo = f"La misura non è in vigore il {giorno(al)}."
    return Simulazione(
        misura=misura.codice, nome=misura.nome, al=al, esito=EsitoSimulazione.NON_IN_VIGORE, requisiti=[],
        importo_mensile=None, mese=None, quota_a=None, quota_b=None, scala=None, motivi=[], righe=[],
        controfattuali=[], parametri=None, nota=testo,
    )  # fmt: skip


def _sommario(esito: Esito) -> EsitoSimulazione:
    if esito.respinta:
        return EsitoSimulazione.RESPINTA
    return EsitoSimulazione.ACCOLTA if esito.accolta else EsitoSimulazione.IN_EVIDENZA


def _risposta(
    misura: Misura, fatti: Fatti, esito: Esito, importo: Importo | None, mese: Mese | None, perche: str | None,
    trovati: tuple[Controfattuale, ...],
) -> Simulazione:  # fmt: skip
    sommario = _sommario(esito)
    nulla = "0.00" if esito.respinta else None
    scala = misura.scala(fatti, parametri=misura.parametri, al=esito.al)
    return Simulazione.model_validate(
        {
            "misura": misura.codice,
            "nome": misura.nome,
            "al": esito.al,
            "esito": sommario,
            "requisiti": [
                RequisitoSimulato(
                    codice=r.codice, esito=r.esito, spiegazione=r.spiegazione, fonte=r.fonte, valore=r.valore,
                    soglia=r.soglia, argomenti=sorted(misura.argomenti.get(r.codice, Argomento)),
                )
                for r in esito.requisiti
            ],
            "importo_mensile": importo.totale if importo else nulla,
            "mese": mese,
            "quota_a": importo.quota_a if importo else nulla,
            "quota_b": importo.quota_b if importo else nulla,
            "scala": f"{scala:.2f}",
            "motivi": [
                MotivoSimulato(codice=m.codice, spiegazione=m.spiegazione, fonte=m.fonte)
                for m in (*esito.motivi, *esito.da_completare)
            ],
            "righe": list(importo.righe) if importo else [],
            "controfattuali": [_controfattuale(c) for c in trovati],
            "parametri": esito.versione_parametri,
            "nota": perche,
        }
    )  # fmt: skip


def _controfattuale(c: Controfattuale) -> ControfattualeSimulato:
    return ControfattualeSimulato(
        requisito=c.requisito,
        fatto=c.fatto,
        da=c.da,
        a=c.a,
        dal=c.dal,
        importo_mensile=c.importo,
        basta_da_solo=c.basta_da_solo,
        testo=c.testo,
    )
