# SPDX-License-Identifier: EUPL-1.2
"""The facts of the SIA as they stand on one day: the nucleo is the one of the ISEE, whatever the registry says."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from shared.kernel.bimestre import Bimestre
from shared.kernel.mese import anni_compiuti
from shared.misure.nucleo import ZERO, Componente, Fatti, Isee
from shared.misure.parametri import Parametri, Valori
from shared.misure.sia.fatti import FattiSia
from shared.misure.sia.isee import adatto, isee_del_bimestre, isee_del_giorno


@dataclass(frozen=True, slots=True)
class Quadro:
    """Snapshot of `fatti` on the day `al`, with the values `p` then in force.

    `presenti` are the members of the DSU in a canonical order or, without an ISEE, those of the domanda.
    """

    fatti: Fatti
    sia: FattiSia
    parametri: Parametri
    p: Valori
    al: date
    isee: Isee | None
    presenti: tuple[Componente, ...]
    eta: dict[str, int]

    @property
    def codici(self) -> frozenset[str]:
        """Codici fiscali of the nucleo: all those of the DSU, also who is not in the domanda."""
        return frozenset(self.eta) if self.isee is None else self.isee.componenti

    @property
    def minori(self) -> tuple[Componente, ...]:
        """The members below the age of majority."""
        return tuple(c for c in self.presenti if self.minorenne(c))

    @property
    def isee_adatto(self) -> bool:
        """Whether there is an ISEE, of the kind that the nucleo needs."""
        return self.isee is not None and adatto(self.fatti, self.isee, p=self.p, al=self.al)

    @property
    def non_autosufficiente(self) -> bool:
        """Whether the DSU shows a member who is non autosufficiente."""
        return bool(self.codici & (self.sia.non_autosufficienti or frozenset()))

    def minorenne(self, componente: Componente) -> bool:
        """Whether the member is below the age of majority."""
        return self.eta[componente.codice_fiscale] < self.p.intero("eta_minore")

    def disabile(self, componente: Componente) -> bool:
        """Whether the DSU shows a disability of the member, of any degree."""
        noto = self.sia.non_autosufficienti or frozenset()
        dichiarata = componente.disabile or componente.disabile_grave or componente.codice_fiscale in noto
        return bool(dichiarata) and (componente.disabile_dal is None or componente.disabile_dal <= self.al)


def quadro_del_giorno(fatti: Fatti, *, parametri: Parametri, al: date) -> Quadro:
    """Take the snapshot for a verification: the domanda needs an ISEE of the day, later days follow the bimestri.

    :raises ParametroMancante: if no value is in force on that day.
    """
    if al <= fatti.presentata_il:
        return _quadro(fatti, parametri, al, isee_del_giorno(fatti, parametri=parametri, al=al))
    isee = isee_del_bimestre(fatti, Bimestre.di(al), parametri=parametri, conosciuto_al=al)
    return _quadro(fatti, parametri, al, isee)


def quadro_del_bimestre(fatti: Fatti, *, parametri: Parametri, bimestre: Bimestre) -> Quadro:
    """Take the snapshot for an importo: the facts on the first day of the bimestre of competence.

    :raises ParametroMancante: if no value is in force on that day.
    """
    isee = isee_del_bimestre(fatti, bimestre, parametri=parametri)
    return _quadro(fatti, parametri, bimestre.primo_giorno, isee)


def isee_aggiornato(q: Quadro, isee: Isee) -> Decimal:
    """Add to the ISEE the expected yearly income of the jobs begun after the DSU, over the scala; EUR/year.

    :source: D.M. 26/5/2016, art. 4, c. 3, lett. b), punto i; Ministero del lavoro, FAQ SIA.
    """
    if not q.p.logico("reddito_nuovo_nell_isee"):
        return isee.isee
    nuovi = (r for r in q.sia.redditi_nuovi or () if r.codice_fiscale in q.codici)
    totale = sum((r.importo_annuo for r in nuovi if isee.presentata_il < r.dal <= q.al), ZERO)
    return isee.isee + totale / isee.scala if totale else isee.isee


def _quadro(fatti: Fatti, parametri: Parametri, al: date, isee: Isee | None) -> Quadro:
    nel_nucleo = [c for c in fatti.componenti if (isee is None or c.codice_fiscale in isee.componenti)]
    presenti = tuple(sorted((c for c in nel_nucleo if isee is not None or _presente(c, al)), key=_ordine))
    return Quadro(
        fatti=fatti,
        sia=fatti.propri_di(FattiSia),
        parametri=parametri,
        p=parametri.al(al),
        al=al,
        isee=isee,
        presenti=presenti,
        eta={c.codice_fiscale: anni_compiuti(c.data_nascita, al) for c in presenti},
    )


def _presente(c: Componente, al: date) -> bool:
    arrivato = c.data_nascita <= al and (c.nel_nucleo_dal is None or c.nel_nucleo_dal <= al)
    uscito = c.nel_nucleo_al is not None and c.nel_nucleo_al < al
    return arrivato and not uscito and (c.deceduto_il is None or al < c.deceduto_il)


def _ordine(c: Componente) -> tuple[date, str]:
    return c.data_nascita, c.codice_fiscale
