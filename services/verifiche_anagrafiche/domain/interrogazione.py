# SPDX-License-Identifier: EUPL-1.2
"""The questions to the registries: which ones, how an answer ends, when to ask again."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from shared.kernel.mese import anni_compiuti

MAGGIORE_ETA = 18
TENTATIVI_MASSIMI = 12
PRIMO_RITARDO = timedelta(seconds=2)
RITARDO_MASSIMO = timedelta(minutes=15)
# Failures in a row after which a registry is left alone, and for how long; then one question tries it again.
FALLIMENTI_MASSIMI = 5
PAUSA_REGISTRO = timedelta(seconds=30)
PAUSA_NON_AUTORIZZATO = timedelta(minutes=15)


class Registro(StrEnum):
    """Who is asked."""

    ANPR = "ANPR"
    ISEE = "ISEE"
    PRA = "PRA"
    GIUSTIZIA = "GIUSTIZIA"
    UNILAV = "UNILAV"


class Controllo(StrEnum):
    """What is asked, in the words of the contract."""

    FAMIGLIA = "FAMIGLIA"
    RESIDENZA = "RESIDENZA"
    CITTADINANZA = "CITTADINANZA"
    ISEE = "ISEE"
    VEICOLI = "VEICOLI"
    GIUDIZIARIO = "GIUDIZIARIO"
    LAVORO = "LAVORO"


REGISTRO_DI = {
    Controllo.FAMIGLIA: Registro.ANPR,
    Controllo.RESIDENZA: Registro.ANPR,
    Controllo.CITTADINANZA: Registro.ANPR,
    Controllo.ISEE: Registro.ISEE,
    Controllo.VEICOLI: Registro.PRA,
    Controllo.GIUDIZIARIO: Registro.GIUSTIZIA,
    Controllo.LAVORO: Registro.UNILAV,
}


class StatoInterrogazione(StrEnum):
    """Where a question stands; ANNULLATA when its verifica was annulled or began again."""

    DA_ESEGUIRE = "DA_ESEGUIRE"
    RISPOSTA = "RISPOSTA"
    DA_OPERATORE = "DA_OPERATORE"
    ANNULLATA = "ANNULLATA"


class Classe(StrEnum):
    """How one call ended."""

    TROVATO = "TROVATO"
    NON_TROVATO = "NON_TROVATO"
    RICHIESTA_ERRATA = "RICHIESTA_ERRATA"
    NON_AUTORIZZATO = "NON_AUTORIZZATO"
    LIMITE = "LIMITE"
    TRANSITORIO = "TRANSITORIO"
    ALTRA_PERSONA = "ALTRA_PERSONA"


@dataclass(frozen=True, slots=True)
class Domanda:
    """One question: the check and the person it is about."""

    controllo: Controllo
    soggetto: str

    @property
    def registro(self) -> Registro:
        """The registry that knows."""
        return REGISTRO_DI[self.controllo]


@dataclass(frozen=True, slots=True)
class Seguito:
    """What becomes of a question after a call: its state and, if it must be repeated, after how long."""

    stato: StatoInterrogazione
    ritardo: timedelta = timedelta(0)
    conta: bool = True


def prime_domande(richiedente: str, nascite: Iterable[tuple[str, date]], *, giorno: date) -> tuple[Domanda, ...]:
    """Give the questions that open a verifica: few calls, and of minors nothing but what the family says."""
    adulti = [codice for codice, nata in nascite if anni_compiuti(nata, giorno) >= MAGGIORE_ETA]
    sul_richiedente = (Controllo.FAMIGLIA, Controllo.RESIDENZA, Controllo.CITTADINANZA, Controllo.ISEE)
    sugli_adulti = (Controllo.VEICOLI, Controllo.GIUDIZIARIO, Controllo.LAVORO)
    return (
        *(Domanda(controllo, richiedente) for controllo in sul_richiedente),
        *(Domanda(controllo, codice) for codice in dict.fromkeys(adulti) for controllo in sugli_adulti),
    )


def domande_ulteriori(
    dichiarati: Sequence[str], famiglia: Iterable[str], gia_chiesti: Iterable[str]
) -> tuple[Domanda, ...]:
    """Give the questions on the residence of the members that the registry family does not show."""
    noti = {*famiglia, *gia_chiesti}
    return tuple(Domanda(Controllo.RESIDENZA, codice) for codice in dichiarati if codice not in noti)


def seguito(classe: Classe, *, tentativi: int, attesa: timedelta | None = None) -> Seguito:
    """Decide what follows a call; `tentativi` includes it, `attesa` is what the registry asked to wait."""
    match classe:
        case Classe.TROVATO | Classe.NON_TROVATO:
            return Seguito(StatoInterrogazione.RISPOSTA)
        case Classe.RICHIESTA_ERRATA | Classe.ALTRA_PERSONA:
            return Seguito(StatoInterrogazione.DA_OPERATORE)
        case Classe.NON_AUTORIZZATO:
            return Seguito(StatoInterrogazione.DA_ESEGUIRE, PAUSA_NON_AUTORIZZATO, conta=False)
        case Classe.LIMITE:
            return Seguito(StatoInterrogazione.DA_ESEGUIRE, attesa or PAUSA_REGISTRO, conta=False)
        case Classe.TRANSITORIO if tentativi >= TENTATIVI_MASSIMI:
            return Seguito(StatoInterrogazione.DA_OPERATORE)
        case Classe.TRANSITORIO:
            return Seguito(StatoInterrogazione.DA_ESEGUIRE, max(ritardo(tentativi), attesa or timedelta(0)))


def ritardo(tentativi: int) -> timedelta:
    """Give the pause after a failed attempt: doubled each time, up to a limit."""
    raddoppi = min(max(tentativi - 1, 0), 20)
    return min(PRIMO_RITARDO * (1 << raddoppi), RITARDO_MASSIMO)
