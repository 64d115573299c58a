# SPDX-License-Identifier: EUPL-1.2
"""From a seed to its verdict: people and faults are drawn, the run is lived, the accounts are made."""

import itertools
import os
import random
import traceback
from dataclasses import dataclass, field
from functools import cache
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import structlog

from deploy.sandbox.modello import Nucleo
from deploy.sandbox.persone import mondo
from shared.kernel import identita
from shared.messaging import jobs, relay
from shared.messaging.jobs import Ciclo
from shared.messaging.pulizia import Pulizia
from shared.messaging.sigillatura import Sigillatura
from tests.guasti import invarianti
from tests.guasti.contabilita import conta_gli_effetti
from tests.guasti.punti import sostituisci
from tests.simulazione import conti
from tests.simulazione.archivio import Archivi, Motore
from tests.simulazione.ciclo import CicloSimulato, TroppiPassi
from tests.simulazione.difetti import DIFETTI
from tests.simulazione.esterni import Esterni
from tests.simulazione.mondo import Mondo, OrologioSimulato, Piano
from tests.simulazione.storia import PRESENTAZIONI, Storia
from tests.support.sessione import cartella, lucchetto

# Loops look around by themselves this much more rarely: in virtual time a look costs as much as a piece of work.
_PIU_RARO = 120
_CON_REGISTRI = ("ACCOLTA", "RESPINTA", "IN_EVIDENZA")


@dataclass(frozen=True, slots=True)
class Opzioni:
    """What a run is made of; whatever is missing is drawn from the seed."""

    seme: int
    quiete: bool = False
    al_punto: int | None = None
    difetto: str = ""

    @property
    def comando(self) -> str:
        """The command that runs it again."""
        al_punto = f" --al-punto {self.al_punto}" if self.al_punto is not None else ""
        difetto = f" --difetto {self.difetto}" if self.difetto else ""
        return f"python -m tests.simulazione --seme {self.seme}{al_punto}{difetto}"


@dataclass
class Verdetto:
    """What a run was like and what it broke."""

    seme: int
    impronta: str = ""
    passi: int = 0
    punti: int = 0
    secondi_virtuali: float = 0.0
    morti: int = 0
    restituiti: int = 0
    violazioni: list[str] = field(default_factory=list)
    traccia: list[str] = field(default_factory=list)
    ripeti: str = ""

    def in_testo(self) -> str:
        """Say it in a few lines."""
        tempo = f"{self.passi} passi, {self.secondi_virtuali:.0f} s virtuali"
        righe = [f"seme {self.seme}: traccia {self.impronta}, {tempo}, {self.morti} morti"]
        righe += [f"VIOLAZIONE {violazione}" for violazione in self.violazioni]
        return "\n".join([*righe, f"per ripetere: {self.ripeti}"] if self.violazioni else righe)


class Impianto:
    """What the runs of one operating-system process share; it changes that process for good."""

    def __init__(self, difetto: str = "") -> None:
        base = cartella()
        mie, comuni = base / f"simulazione-{_nome()}", base / "simulazione-sandbox"
        mie.mkdir(exist_ok=True)
        self.motore = Motore()
        self.archivi = Archivi(self.motore, mie)
        self.orologio = OrologioSimulato(self.archivi)
        with lucchetto("simulazione-sandbox"):  # whoever comes first makes the keys
            self.esterni = Esterni(self.motore, comuni, self.orologio)
        self._abbandonati: list[Any] = []
        structlog.configure(processors=[_taci])
        self.esterni.installa()
        conta_gli_effetti()
        _rallenta_i_cicli()
        if difetto:
            DIFETTI[difetto]()

    def corri(self, opzioni: Opzioni) -> Verdetto:
        """Live one seed on empty databases."""
        dado, verdetto = random.Random(opzioni.seme), Verdetto(opzioni.seme, ripeti=opzioni.comando)
        self.archivi.svuota()
        self.esterni.stato.azzera()
        self.esterni.anzitempo.clear()
        gia_ricevute = len(self.esterni.leggi("/guasti/pagatore")["ricevute"])
        ciclo = CicloSimulato(dado)
        self.orologio.comincia(ciclo, PRESENTAZIONI)
        _semina(opzioni.seme, ciclo)
        mondo_simulato = Mondo(self.archivi, self.esterni, self.orologio, dado, ciclo, _piano(opzioni, dado))
        self.esterni.regia = mondo_simulato
        nuclei = _nuclei(dado, opzioni)
        rinuncia = frozenset(
            n.nome for n in nuclei if not opzioni.quiete and opzioni.al_punto is None and dado.random() < 0.6
        )
        storia = Storia(mondo_simulato, nuclei, rinuncia)
        try:
            verdetto.violazioni += ciclo.run_until_complete(self._vivi_e_giudica(storia, gia_ricevute))
        except TroppiPassi as errore:
            verdetto.violazioni += [*storia.violazioni, f"INV9: non finisce: {errore}"]
        except Exception:
            verdetto.violazioni += [*storia.violazioni, f"imprevisto: {traceback.format_exc(limit=-6)}"]
        mondo_simulato.spegni()
        verdetto.punti = mondo_simulato.punti
        verdetto.impronta, verdetto.passi, verdetto.secondi_virtuali = (
            mondo_simulato.impronta,
            ciclo.passi,
            ciclo.adesso,
        )
        verdetto.restituiti = len(self.esterni.stato.carte.restituzioni)
        verdetto.morti, verdetto.traccia = mondo_simulato.morti.total(), list(mondo_simulato.traccia)
        self._abbandonati.append((ciclo.abbandonati(), mondo_simulato))
        return verdetto

    async def _vivi_e_giudica(self, storia: Storia, gia_ricevute: int) -> list[str]:
        await storia.percorri()
        archivi, promesse = self.archivi, storia.promesse
        pagatore, avvisi = self.esterni.leggi("/guasti/pagatore"), self.esterni.leggi("/guasti/avvisi")
        pagatore["ricevute"] = pagatore["ricevute"][gia_ricevute:]
        return [
            *storia.violazioni,
            *self.esterni.anzitempo,
            *await invarianti.messaggi(archivi),
            *await invarianti.domande(archivi, promesse),
            *await invarianti.denaro(archivi, promesse, pagatore),
            *await invarianti.avvisi(archivi, promesse, avvisi),
            *await conti.cessazioni(archivi, storia.rinunciate_il),
            *await conti.scarti(archivi, self.esterni.stato.carte),
        ]


def _piano(opzioni: Opzioni, dado: random.Random) -> Piano:
    if opzioni.al_punto is not None or opzioni.quiete:
        return Piano(al_punto=opzioni.al_punto, perdite=False)
    return Piano(uccisioni=4, a_un_passo=1 / 3000, a_un_punto=1 / 40)


def _nuclei(dado: random.Random, opzioni: Opzioni) -> list[Nucleo]:
    """Draw who presents a domanda: mostly somebody who will be paid."""
    if opzioni.quiete or opzioni.al_punto is not None:
        return [_adatti()[0]]
    accolti = [n for n in _adatti() if n.storia.atteso.dopo_registri == "ACCOLTA"]
    altri = [n for n in _adatti() if n not in accolti]
    return dado.sample(accolti, 2) if dado.random() < 0.7 else [dado.choice(accolti), dado.choice(altri)]


@cache
def _adatti() -> list[Nucleo]:
    """Give the nuclei that need neither a Comune nor a registry that is out of order by itself; small ones."""
    return [
        n for n in mondo().nuclei
        if n.storia.atteso.dopo_registri in _CON_REGISTRI and not n.storia.ritardi and len(n.persone) <= 3
    ]  # fmt: skip


def _semina(seme: int, ciclo: CicloSimulato) -> None:
    """Take away from the code every other source of chance: jitter, identifiers, the clock of the machine."""
    random.seed(seme)
    dado, numeri = random.Random(-seme), itertools.count(int(PRESENTAZIONI.timestamp() * 1000) << 12)
    sostituisci(identita, "uuid7", lambda: UUID(int=next(numeri) << 68 | 0x7 << 76 | 0x2 << 62 | dado.getrandbits(62)))
    sostituisci(relay, "time", SimpleNamespace(monotonic=lambda: ciclo.time() / _PIU_RARO))


def _rallenta_i_cicli() -> None:
    """Leave the loops to their wakes; sealing and cleaning, which look at other databases too, stay out of the runs."""
    crea = Ciclo.__init__

    def con_calma(ciclo: Ciclo, nome: str, passata: Any, *, intervallo_seconds: float = 1.0) -> None:
        crea(ciclo, nome, passata, intervallo_seconds=intervallo_seconds * _PIU_RARO)

    async def nulla(_: object) -> bool:
        return False

    sostituisci(Ciclo, "__init__", con_calma)
    sostituisci(jobs, "PAUSA_MINIMA_SECONDS", 2.0)
    sostituisci(Pulizia, "passata", nulla)
    sostituisci(Sigillatura, "passata", nulla)


def _taci(*_: object) -> str:
    raise structlog.DropEvent


def _nome() -> str:
    return os.environ.get("PYTEST_XDIST_WORKER", "solo")
