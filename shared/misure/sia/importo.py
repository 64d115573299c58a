# SPDX-License-Identifier: EUPL-1.2
"""Importo of the SIA: so much for each member, the supplement of the genitore solo, less the deductions."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from shared.kernel.bimestre import MESI_BIMESTRE, Bimestre
from shared.kernel.importo import arrotonda
from shared.kernel.mese import MESI_ANNO, Mese
from shared.misure.comuni.isee import IseeNonDisponibile
from shared.misure.formato import euro, numero
from shared.misure.nucleo import ZERO, Fatti, Isee
from shared.misure.parametri import Parametri
from shared.misure.sia.concorso import Concorso, concorso
from shared.misure.sia.famiglia import figli_minori, genitore_solo
from shared.misure.sia.fatti import Titolarita
from shared.misure.sia.quadro import Quadro, isee_aggiornato, quadro_del_bimestre


@dataclass(frozen=True, slots=True)
class ImportoMensile:
    """What is due for a month of the bimestre, in EUR/month: `totale` = `lordo` - `deduzioni`, never below zero.

    `contati` are the members of the DSU that the importo counts. `spetta` is False when the ISEE is over the
    threshold: then nothing is due. `regionale` is the part of `totale` that a Regione pays by protocollo, what it adds
    to `lordo` included. `righe` explain the computation in Italian, without personal data.
    """

    bimestre: Bimestre
    spetta: bool
    contati: int
    lordo: Decimal
    deduzioni: Decimal
    totale: Decimal
    righe: tuple[str, ...]
    regionale: Decimal = ZERO

    @property
    def statale(self) -> Decimal:
        """What the State pays."""
        return self.totale - self.regionale

    @property
    def quota_a(self) -> Decimal:
        """The whole importo: the SIA has no share for the rent."""
        return self.totale

    @property
    def quota_b(self) -> Decimal:
        """Nothing: the SIA has no share for the rent."""
        return arrotonda(ZERO)

    @property
    def bimestrale(self) -> Decimal:
        """What is due for the bimestre: twice the month."""
        return self.totale * MESI_BIMESTRE


@dataclass(frozen=True, slots=True)
class _Voce:
    """A line of the computation, EUR/month."""

    importo: Decimal
    testo: str


def importo_mensile(fatti: Fatti, *, parametri: Parametri, mese: Mese) -> ImportoMensile:
    """Compute the SIA due for `mese`, in EUR/month: both months of a bimestre are worth the same.

    :raises ParametroMancante: if no value is in force on the first day of the bimestre.
    :raises IseeNonDisponibile: if no ISEE covers the bimestre.
    :source: D.M. 26/5/2016, art. 5; D.M. 16/3/2017, art. 2.
    """
    return importo_bimestre(fatti, parametri=parametri, bimestre=Bimestre.del_mese(mese))


def importo_bimestre(fatti: Fatti, *, parametri: Parametri, bimestre: Bimestre) -> ImportoMensile:
    """Compute the SIA due for each month of a bimestre, in EUR/month, from the facts of its first day.

    The other requisiti are not verified here, nor are the sanctions.

    :raises ParametroMancante: if no value is in force on the first day of the bimestre.
    :raises IseeNonDisponibile: if no ISEE covers the bimestre.
    :source: D.M. 26/5/2016, art. 5; D.M. 16/3/2017, art. 2.
    """
    q = quadro_del_bimestre(fatti, parametri=parametri, bimestre=bimestre)
    if q.isee is None:
        raise IseeNonDisponibile(f"Nessun ISEE copre il bimestre {bimestre}")
    chi_paga = concorso(q)
    valore = isee_aggiornato(q, q.isee)
    if valore > (soglia := _con_protocollo(q, chi_paga).p.decimale("isee_max")):
        return _nulla(q, bimestre, f"L'ISEE di {euro(valore)} supera il limite di {euro(soglia)}: non spetta nulla.")
    if chi_paga.scoperto:
        return _nulla(
            q, bimestre, f"{_ammissione(chi_paga)} Per questo bimestre non c'è un protocollo: non spetta nulla."
        )
    return _dovuto(q, q.isee, bimestre, chi_paga)


def _nulla(q: Quadro, bimestre: Bimestre, perche: str) -> ImportoMensile:
    return ImportoMensile(bimestre, False, contati(q), ZERO, ZERO, arrotonda(ZERO), (perche,))


def _dovuto(q: Quadro, isee: Isee, bimestre: Bimestre, chi_paga: Concorso) -> ImportoMensile:
    lordo, base = _lordo(q)
    deduzioni = _deduzioni(q, isee)
    tolto = sum((v.importo for v in deduzioni), ZERO)
    netto, aggiunto = max(ZERO, lordo - tolto), _aggiunto(q, lordo, chi_paga)
    totale = arrotonda(netto + aggiunto)
    regionale = totale if chi_paga.ammessi else arrotonda(aggiunto)
    chiusura = f"Importo del mese: {euro(totale)}; per il bimestre, {euro(totale * MESI_BIMESTRE)}."
    tolte = (f"Si toglie {v.testo}: {euro(v.importo)}." for v in deduzioni)
    righe = (*base, *tolte, *_righe_regionali(chi_paga, aggiunto), chiusura, *_chi_paga(chi_paga, totale, regionale))
    return ImportoMensile(bimestre, True, contati(q), lordo, tolto, totale, righe, regionale)


def _con_protocollo(q: Quadro, chi_paga: Concorso) -> Quadro:
    return chi_paga.protocollo.q if chi_paga.protocollo else q


def _aggiunto(q: Quadro, lordo: Decimal, chi_paga: Concorso) -> Decimal:
    """What the Regione adds to the importo of the State, whatever is deducted from it, EUR/month.

    :source: D.M. 26/5/2016, art. 2, c. 4.
    """
    con = _con_protocollo(q, chi_paga)
    return ZERO if con is q else _lordo(con)[0] - lordo + con.p.decimale("integrazione_nucleo")


def _righe_regionali(chi_paga: Concorso, aggiunto: Decimal) -> Iterator[str]:
    if chi_paga.ammessi:
        yield _ammissione(chi_paga)
    if aggiunto and chi_paga.protocollo:
        protocollo = chi_paga.protocollo
        yield f"Si aggiunge quanto prevede il protocollo ({protocollo.territorio.nome}; {protocollo.atto}): {euro(aggiunto)}."


def _ammissione(chi_paga: Concorso) -> str:
    return f"Il nucleo è ammesso solo per un protocollo regionale ({', '.join(chi_paga.ammessi)})."


def _chi_paga(chi_paga: Concorso, totale: Decimal, regionale: Decimal) -> Iterator[str]:
    if chi_paga.protocollo:
        yield f"A carico dello Stato: {euro(totale - regionale)}."
        yield f"A carico della {chi_paga.protocollo.territorio.nome}: {euro(regionale)}."


def contati(q: Quadro) -> int:
    """Count the members of the DSU that the importo considers.

    :source: D.M. 26/5/2016, art. 5.
    """
    return min(len(q.codici), q.p.intero("componenti_max"))


def _lordo(q: Quadro) -> tuple[Decimal, list[str]]:
    """Importo before the deductions, with its lines, EUR/month."""
    unitario, massimo = q.p.decimale("importo_componente"), q.p.intero("componenti_max")
    lordo = unitario * contati(q)
    righe = [f"Componenti: {len(q.codici)}, contati fino a {massimo}, per {numero(unitario)}: {euro(lordo)} al mese."]
    supplemento = q.p.decimale("supplemento_genitore_solo")
    if supplemento and genitore_solo(q):
        lordo += supplemento
        righe.append(f"Si aggiunge il supplemento per il genitore solo con figli minorenni: {euro(supplemento)}.")
        if not q.p.logico("supplemento_oltre_massimo"):
            lordo = min(lordo, unitario * massimo)
    return lordo, righe


def _deduzioni(q: Quadro, isee: Isee) -> tuple[_Voce, ...]:
    """What other benefits take away, EUR/month; only those above zero.

    :source: D.M. 26/5/2016, art. 5, c. 3.
    """
    carte, bonus = len(_minori_con(q, q.sia.carte_acquisti)), len(_minori_con(q, q.sia.bonus_bebe))
    if isee.isee > q.p.decimale("bonus_bebe_isee_max"):
        bonus = 0
    voci = (
        _Voce(carte * q.p.decimale("deduzione_carta_acquisti"), f"la Carta acquisti di {carte} minorenni"),
        _Voce(bonus * q.p.decimale("deduzione_bonus_bebe"), f"l'incremento del bonus bebè di {bonus} figli"),
        _Voce(_assegno(q), "l'assegno per il nucleo con almeno tre figli minori, anche se non richiesto"),
    )
    return tuple(v for v in voci if v.importo)


def _assegno(q: Quadro) -> Decimal:
    """The assegno per tre figli minori, EUR/month: whether asked for or not.

    :source: D.M. 26/5/2016, art. 5, c. 3; Ministero del lavoro, FAQ SIA.
    """
    if not q.sia.assegno_spettante or len(figli_minori(q)) < q.p.intero("assegno_figli_minimo"):
        return ZERO
    mensile = q.p.decimale("deduzione_assegno_tre_figli")
    if q.p.testo("assegno_base") == "ANNUO":
        return arrotonda(mensile * q.p.intero("assegno_mensilita") / MESI_ANNO)
    return mensile


def _minori_con(q: Quadro, titolarita: Iterable[Titolarita]) -> frozenset[str]:
    minori = {c.codice_fiscale for c in q.minori}
    validi = (t for t in titolarita if t.dal <= q.al and (t.al is None or q.al <= t.al))
    return frozenset(t.codice_fiscale for t in validi if t.codice_fiscale in minori)
