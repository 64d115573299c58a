# SPDX-License-Identifier: EUPL-1.2
"""Which ISEE attestation counts for the SIA: on the day of the domanda, and bimestre by bimestre afterwards."""

from collections.abc import Callable, Iterable
from datetime import date
from decimal import Decimal

from shared.kernel.bimestre import Bimestre
from shared.kernel.mese import anni_compiuti
from shared.misure.nucleo import Fatti, Indicatore, Isee
from shared.misure.parametri import Parametri, Valori


def scadenza_dsu(presentata_il: date, *, parametri: Parametri) -> date:
    """Give the last day of validity of a DSU filed on a day: 15 January of the year after.

    :raises ParametroMancante: if no value is in force on that day.
    :source: D.P.C.M. 159/2013, art. 10, c. 1.
    """
    p = parametri.al(presentata_il)
    return date(presentata_il.year + 1, p.intero("dsu_scadenza_mese"), p.intero("dsu_scadenza_giorno"))


def indicatore_richiesto(fatti: Fatti, isee: Isee, *, p: Valori, al: date) -> Indicatore:
    """Say which ISEE the nucleo of a DSU needs: minorenni if a member is a minor, else ordinario.

    :source: Ministero del lavoro, FAQ SIA; D.P.C.M. 159/2013, art. 7.
    """
    nel_nucleo = (c for c in fatti.componenti if c.codice_fiscale in isee.componenti and c.data_nascita <= al)
    minori = any(anni_compiuti(c.data_nascita, al) < p.intero("eta_minore") for c in nel_nucleo)
    return Indicatore.MINORENNE if minori else Indicatore.ORDINARIO


def adatto(fatti: Fatti, isee: Isee, *, p: Valori, al: date) -> bool:
    """Tell whether the attestation is of the kind the nucleo needs; an ISEE corrente always is."""
    return isee.indicatore in (Indicatore.CORRENTE, indicatore_richiesto(fatti, isee, p=p, al=al))


def isee_del_giorno(fatti: Fatti, *, parametri: Parametri, al: date) -> Isee | None:
    """Give the attestation in force on a day: the corrente first, then the kind that the nucleo needs.

    :raises ParametroMancante: if no value is in force on that day.
    :source: Ministero del lavoro, FAQ SIA.
    """
    p = parametri.al(al)
    validi = [i for i in _usabili(fatti, p) if i.presentata_il <= al <= i.valido_al]
    return max(validi, key=_precedenza(fatti, p, al), default=None)


def isee_del_bimestre(
    fatti: Fatti, bimestre: Bimestre, *, parametri: Parametri, conosciuto_al: date | None = None
) -> Isee | None:
    """Give the attestation that covers a bimestre of competence: one day of validity in it is enough.

    The DSU filed before the bimestre come first, the latest of them: a change of the nucleo counts from the next
    bimestre. Failing those, the first one filed later: the bimestre waits for it and is paid then. `conosciuto_al`
    leaves out what was filed after a day.

    :raises ParametroMancante: if no value is in force in the bimestre.
    :source: Ministero del lavoro, FAQ SIA; D.M. 26/5/2016, art. 5, c. 1.
    """
    inizio = bimestre.primo_giorno
    p = parametri.al(inizio)
    noti = [i for i in _usabili(fatti, p) if conosciuto_al is None or i.presentata_il <= conosciuto_al]
    prima = [i for i in noti if i.presentata_il < inizio <= i.valido_al]
    if prima:
        return max(prima, key=_precedenza(fatti, p, inizio))
    dopo = [i for i in noti if i.presentata_il >= inizio]
    primo = min((Bimestre.di(i.presentata_il) for i in dopo), default=None)
    return max(
        (i for i in dopo if Bimestre.di(i.presentata_il) == primo), key=_precedenza(fatti, p, inizio), default=None
    )


def _usabili(fatti: Fatti, p: Valori) -> Iterable[Isee]:
    """Leave out the kinds that the SIA never uses, the sociosanitario first of all."""
    ammessi = p.elenco("isee_indicatori")
    return (i for i in fatti.isee or () if i.indicatore in ammessi)


def _precedenza(fatti: Fatti, p: Valori, al: date) -> Callable[[Isee], tuple[bool, bool, date, Decimal, str]]:
    """By kind, then by day of the DSU; figure and name only keep the choice the same whatever the order of the facts."""

    def chiave(i: Isee) -> tuple[bool, bool, date, Decimal, str]:
        corrente = i.indicatore is Indicatore.CORRENTE
        return corrente, adatto(fatti, i, p=p, al=al), i.presentata_il, i.isee, i.indicatore.value

    return chiave
