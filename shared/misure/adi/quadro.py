# SPDX-License-Identifier: EUPL-1.2
"""The facts as they stand on one day: who is in the nucleo, who is counted, which ISEE and figures hold."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from shared.kernel.mese import Mese, anni_compiuti
from shared.misure.adi.assenze import residenza_interrotta
from shared.misure.adi.isee import indicatori_ammessi, isee_del_giorno, isee_del_mese
from shared.misure.nucleo import Componente, EsitoSvantaggio, Fatti, Isee
from shared.misure.parametri import Parametri, Valori
from shared.misure.ricordo import ricorda_ultima


@dataclass(frozen=True, slots=True)
class Quadro:
    """Snapshot of `fatti` on the day `al`, with the values `p` then in force.

    `presenti` are the members on that day, in a canonical order; `contati` those whom the scala may count; `disabili`
    and `gravi` those with a disability, and with a grave one. `nucleo_67`: all are at least 67, or the members below
    that age all have a grave disability (D.L. 48/2023, art. 2, c. 2, e art. 3, c. 1).
    """

    fatti: Fatti
    parametri: Parametri
    p: Valori
    al: date
    isee: Isee | None
    presenti: tuple[Componente, ...]
    adulti: tuple[Componente, ...]
    minori: tuple[Componente, ...]
    contati: frozenset[str]
    eta: dict[str, int]
    disabili: frozenset[str]
    gravi: frozenset[str]
    nucleo_67: bool

    def disabile(self, componente: Componente) -> bool:
        """Whether the member has a disability or is non autosufficiente (Allegato 3 D.P.C.M. 159/2013)."""
        return componente.codice_fiscale in self.disabili

    def disabile_grave(self, componente: Componente) -> bool:
        """Whether the member has a grave disability or is non autosufficiente."""
        return componente.codice_fiscale in self.gravi

    def in_svantaggio(self, componente: Componente, *, prima_di: date) -> bool:
        """Whether a confirmed condition of svantaggio, certified and in a programme before a day, still lasts."""
        s = componente.svantaggio
        if s is None or s.esito not in (EsitoSvantaggio.CONFERMATO, EsitoSvantaggio.SILENZIO_ASSENSO):
            return False
        iniziato = max(s.data_certificazione, s.inizio_programma) < prima_di
        return iniziato and (s.fine_programma is None or self.al <= s.fine_programma)

    def in_disagio(self, componente: Componente) -> bool:
        """Whether an adult is in a confirmed condition of grave disagio on the day, for the scala."""
        if componente.svantaggio is None or self.minorenne(componente):
            return False
        return self.in_svantaggio(componente, prima_di=self.al)

    def minorenne(self, componente: Componente) -> bool:
        """Whether the member is below the age of majority."""
        return self.eta[componente.codice_fiscale] < self.p.intero("eta_minore")

    def anziano(self, componente: Componente) -> bool:
        """Whether the member has reached the age of fragility (60 years)."""
        return self.eta[componente.codice_fiscale] >= self.p.intero("eta_fragilita_anziano")


def quadro_del_giorno(fatti: Fatti, *, parametri: Parametri, al: date) -> Quadro:
    """Take the snapshot for a verification: the domanda needs an ISEE of the day, later days follow the months."""
    if al <= fatti.presentata_il:
        return _quadro(fatti, parametri, al, isee_del_giorno(fatti, al, ammesso=_ammesso(fatti, parametri, al)))
    return _quadro(fatti, parametri, al, _isee_del_mese(fatti, parametri, Mese.di(al), al))


def quadro_del_mese(fatti: Fatti, *, parametri: Parametri, mese: Mese) -> Quadro:
    """Take the snapshot for an importo: the facts on the first day of the month of competence."""
    al = mese.primo_giorno
    return _quadro(fatti, parametri, al, _isee_del_mese(fatti, parametri, mese, al))


def _isee_del_mese(fatti: Fatti, parametri: Parametri, mese: Mese, al: date) -> Isee | None:
    return isee_del_mese(fatti, mese, parametri=parametri, ammesso=_ammesso(fatti, parametri, al))


def _ammesso(fatti: Fatti, parametri: Parametri, al: date) -> Callable[[Isee], bool]:
    """Tell of each ISEE whether its kind is the one for this nucleo: asked only where there are more than one."""

    def ammesso(isee: Isee) -> bool:
        maggiore_eta = parametri.al(al).intero("eta_minore")
        minori = any(_presente(c, al) and anni_compiuti(c.data_nascita, al) < maggiore_eta for c in fatti.componenti)
        return isee.indicatore in indicatori_ammessi(isee, minori=minori, parametri=parametri)

    return ammesso


@ricorda_ultima
def _quadro(fatti: Fatti, parametri: Parametri, al: date, isee: Isee | None) -> Quadro:
    p = parametri.al(al)
    presenti = tuple(sorted((c for c in fatti.componenti if _presente(c, al)), key=_eta_e_codice))
    eta = {c.codice_fiscale: anni_compiuti(c.data_nascita, al) for c in presenti}
    maggiore_eta = p.intero("eta_minore")
    gravi = frozenset(c.codice_fiscale for c in presenti if c.disabile_grave and _gia(c.disabile_dal, al))
    altri = {codice for codice, anni in eta.items() if anni < p.intero("eta_soglia_anziani")}
    return Quadro(
        fatti=fatti,
        parametri=parametri,
        p=p,
        al=al,
        isee=isee,
        presenti=presenti,
        adulti=tuple(c for c in presenti if eta[c.codice_fiscale] >= maggiore_eta),
        minori=tuple(c for c in presenti if eta[c.codice_fiscale] < maggiore_eta),
        contati=frozenset(c.codice_fiscale for c in presenti if _contato(c, fatti, p, al)),
        eta=eta,
        disabili=frozenset(c.codice_fiscale for c in presenti if _disabile(c, al)),
        gravi=gravi,
        nucleo_67=len(altri) < len(presenti) and altri <= gravi,
    )


def _disabile(c: Componente, al: date) -> bool:
    return bool(c.disabile or c.disabile_grave) and _gia(c.disabile_dal, al)


def _eta_e_codice(componente: Componente) -> tuple[date, str]:
    return componente.data_nascita, componente.codice_fiscale


def _gia(dal: date | None, al: date) -> bool:
    return dal is None or dal <= al


def _presente(c: Componente, al: date) -> bool:
    if c.data_nascita > al or (c.deceduto_il is not None and c.deceduto_il <= al):
        return False
    return _gia(c.nel_nucleo_dal, al) and (c.nel_nucleo_al is None or al <= c.nel_nucleo_al)


def residente(componente: Componente, al: date) -> bool | None:
    """Whether the member resides in Italy on a day; None when the registries have not said."""
    if componente.espatriato_il is not None and componente.espatriato_il <= al:
        return False
    return componente.residente_in_italia


def _contato(c: Componente, fatti: Fatti, p: Valori, al: date) -> bool:
    """Leave out who lives in a facility at full public charge, abroad, or with an interrupted residence."""
    if residente(c, al) is False or (c.in_struttura and any(periodo.contiene(al) for periodo in c.in_struttura)):
        return False
    return not (fatti.assenze and residenza_interrotta(c.codice_fiscale, fatti, p=p, al=al))
