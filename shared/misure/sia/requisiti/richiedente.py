# SPDX-License-Identifier: EUPL-1.2
"""Requisiti on the richiedente: citizenship and permit (R01), family links (R02, R03), residence (R04)."""

from datetime import date, timedelta

from shared.kernel.mese import MESI_ANNO, Periodo, aggiungi_mesi
from shared.misure.esito import Regola, Requisito
from shared.misure.formato import giorno
from shared.misure.nucleo import TitoloSoggiorno
from shared.misure.sia.fatti import FamiliareUe, RelazioneFamiliare
from shared.misure.sia.requisiti.esame import Esame

R01 = Regola("SIA-R01", "D.M. 26/5/2016, art. 4, c. 2, lett. a)")
R02 = Regola("SIA-R02", "D.M. 26/5/2016, art. 4, c. 2, lett. a); D.Lgs. 30/2007, art. 2")
R03 = Regola("SIA-R03", "D.M. 26/5/2016, art. 4, c. 2, lett. a)")
R04 = Regola("SIA-R04", "D.M. 26/5/2016, art. 4, c. 2, lett. b)")
_DISCENDENTI = (RelazioneFamiliare.DISCENDENTE, RelazioneFamiliare.DISCENDENTE_DEL_CONIUGE)


def sia_r01_cittadinanza(e: Esame) -> Requisito:
    """The richiedente is an EU citizen, the familiare of one, or has a long-term permit: temporary ones do not do.

    :source: D.M. 26/5/2016, art. 4, c. 2, lett. a).
    """
    cittadinanza = e.fatti.cittadinanza
    if cittadinanza is None:
        return e.manca(R01, "La cittadinanza di chi presenta la domanda non è ancora nota")
    if cittadinanza.stato in e.q.p.elenco("paesi_ue"):
        return R01.ok("Chi presenta la domanda è cittadino italiano o dell'Unione europea.", valore=cittadinanza.stato)
    titolo, scadenza = cittadinanza.titolo, cittadinanza.titolo_valido_al
    if titolo is None:
        return e.manca(R01, "Il titolo di soggiorno di chi presenta la domanda non è ancora noto")
    if titolo not in e.q.p.elenco("titoli_soggiorno_ammessi"):
        return R01.ko(
            "Il permesso di soggiorno temporaneo, o la ricevuta del suo rinnovo, non basta: serve il permesso UE per "
            "soggiornanti di lungo periodo, o il diritto di soggiorno come familiare di un cittadino europeo.",
            valore=titolo.value,
        )
    if scadenza is not None and scadenza < e.al:
        return R01.da_completare(f"Il titolo di soggiorno risulta scaduto il {giorno(scadenza)}.", valore=titolo.value)
    return R01.ok("Chi presenta la domanda ha un titolo di soggiorno ammesso.", valore=titolo.value)


def sia_r02_familiare(e: Esame) -> Requisito:
    """Who asks as a familiare is the spouse, a descendant below 21 or dependent, or a dependent ascendant.

    :source: D.Lgs. 30/2007, art. 2; Ministero del lavoro, FAQ SIA.
    """
    if not _come_familiare(e):
        return R02.non_applicabile("La domanda non è presentata come familiare di un cittadino europeo.")
    legame = e.sia.familiare_ue
    if legame is None:
        return e.manca(R02, "Il legame con il cittadino italiano o europeo non è ancora noto")
    ammesso = _familiare(e, legame)
    if ammesso is None:
        return e.manca(R02, "Non è noto se chi presenta la domanda è a carico del cittadino europeo")
    valore = legame.relazione.value
    if ammesso:
        return R02.ok("Chi presenta la domanda è familiare di un cittadino europeo.", valore=valore)
    limite = e.domanda.p.intero("familiare_eta_discendente")
    return R02.ko(
        f"È familiare solo il coniuge, il discendente sotto i {limite} anni o a carico e l'ascendente a carico, anche "
        "del coniuge.",
        valore=valore,
    )


def sia_r03_nucleo_del_cittadino(e: Esame) -> Requisito:
    """Who asks as a familiare is in the ISEE nucleo of the Italian or EU citizen.

    :source: Ministero del lavoro, FAQ SIA.
    """
    if not _come_familiare(e):
        return R03.non_applicabile("La domanda non è presentata come familiare di un cittadino europeo.")
    if e.sia.familiare_ue is None or e.q.isee is None:
        return R03.da_completare("Il nucleo del cittadino europeo non si può ancora confrontare con l'ISEE.")
    if {e.sia.familiare_ue.codice_fiscale, e.fatti.richiedente} <= e.q.isee.componenti:
        return R03.ok("Chi presenta la domanda è nel nucleo ISEE del cittadino italiano o europeo.")
    return R03.ko("Chi presenta la domanda non è nel nucleo ISEE del cittadino italiano o europeo.")


def sia_r04_residenza(e: Esame) -> Requisito:
    """On the day of the domanda the richiedente has lived in Italy for 2 years without breaks, and still does.

    :source: D.M. 26/5/2016, art. 4, c. 2, lett. b).
    """
    anni = e.domanda.p.intero("residenza_anni")
    regola = f"almeno {anni} anni consecutivi di residenza in Italia"
    residenza = e.fatti.residenza
    if residenza is None:
        return e.manca(R04, f"Il Comune deve ancora accertare {regola}")
    dal = _residente_dal(residenza.periodi, al=e.al)
    richiesto = aggiungi_mesi(e.fatti.presentata_il, -anni * MESI_ANNO)
    valore = None if dal is None else dal.isoformat()
    if dal is not None and dal <= richiesto:
        return R04.ok(f"Chi presenta la domanda ha {regola}.", valore=valore, soglia=str(anni))
    if not residenza.completa:
        return e.manca(R04, f"Un altro Comune deve ancora confermare {regola}")
    return R04.ko(f"Chi presenta la domanda non ha {regola}.", valore=valore, soglia=str(anni))


def _come_familiare(e: Esame) -> bool:
    cittadinanza = e.fatti.cittadinanza
    return cittadinanza is not None and cittadinanza.titolo is TitoloSoggiorno.FAMILIARE_UE


def _familiare(e: Esame, legame: FamiliareUe) -> bool | None:
    """Whether the link makes a familiare; None when it depends on an answer that is missing."""
    if legame.relazione is RelazioneFamiliare.CONIUGE:
        return True
    if legame.relazione is RelazioneFamiliare.ALTRO:
        return False
    eta = e.domanda.eta.get(e.fatti.richiedente)
    giovane = eta is not None and eta < e.domanda.p.intero("familiare_eta_discendente")
    return True if legame.relazione in _DISCENDENTI and giovane else legame.a_carico


def _residente_dal(periodi: tuple[Periodo, ...], *, al: date) -> date | None:
    """Give the day since which the residence has had no break; None for who does not live in Italy on the day."""
    dal: date | None = None
    for periodo in sorted(periodi, reverse=True):
        fino = date.max if periodo.al is None else periodo.al
        if periodo.dal <= al <= fino or (dal is not None and fino >= dal - timedelta(days=1)):
            dal = periodo.dal if dal is None else min(dal, periodo.dal)
    return dal
