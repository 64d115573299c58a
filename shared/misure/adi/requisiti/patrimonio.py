# SPDX-License-Identifier: EUPL-1.2
"""Economic requisiti: ISEE, reddito familiare, immobili and patrimonio mobiliare (R06 to R09)."""

from decimal import Decimal

from shared.misure.adi.isee import indicatori_ammessi
from shared.misure.adi.reddito import reddito_familiare
from shared.misure.adi.requisiti.esame import Esame
from shared.misure.adi.soglie import soglia_mobili, soglia_reddito
from shared.misure.esito import Regola, Requisito
from shared.misure.formato import cifra, euro
from shared.misure.nucleo import ZERO, Isee

_ART2 = "D.L. 48/2023, art. 2, c. 2"
R06 = Regola("ADI-R06", "D.L. 48/2023, art. 2, c. 2, lett. b), n. 1")
R07 = Regola("ADI-R07", _ART2)
R08 = Regola("ADI-R08", _ART2)
R09 = Regola("ADI-R09", _ART2)
_MANCA_ISEE = "non si può valutare senza un ISEE valido."


def adi_r06_isee(e: Esame) -> Requisito:
    """A valid ISEE of the right kind, without the amounts of measures against poverty, is within the threshold.

    :source: D.L. 48/2023, art. 2, c. 2, lett. b), n. 1; D.M. 154/2023, art. 3, c. 2.
    """
    isee, soglia, fonte = e.q.isee, e.p.decimale("isee_max"), e.p.fonte("isee_max")
    if isee is None:
        return _isee_assente(e, soglia)
    valore = isee_netto(isee)
    figure = {"valore": cifra(valore), "soglia": cifra(soglia), "fonte": fonte}
    if isee.indicatore not in indicatori_ammessi(isee, minori=bool(e.q.minori), parametri=e.q.parametri):
        return R06.da_completare(f"L'ISEE {isee.indicatore.value} non è quello richiesto per questo nucleo.", **figure)
    if valore > soglia:
        return R06.ko(f"L'ISEE del nucleo è di {euro(valore)} e supera il limite di {euro(soglia)}.", **figure)
    if isee.difformita:
        return R06.da_completare("L'ISEE riporta omissioni o difformità da giustificare o correggere.", **figure)
    return R06.ok(f"L'ISEE del nucleo è di {euro(valore)}, entro il limite di {euro(soglia)}.", **figure)


def adi_r07_reddito(e: Esame) -> Requisito:
    """The reddito familiare stays below the threshold times the scala.

    :source: D.L. 48/2023, art. 2, c. 2.
    """
    isee = e.q.isee
    if isee is None:
        return R07.da_completare(f"Il reddito familiare {_MANCA_ISEE}")
    reddito = reddito_familiare(e.q, isee).valore
    soglia = soglia_reddito(e.q, isee, e.scala)
    figure = {"valore": cifra(reddito), "soglia": cifra(soglia.valore), "fonte": soglia.fonte}
    testo = f"Il reddito familiare è di {euro(reddito)}"
    if reddito < soglia.valore:
        return R07.ok(f"{testo}, sotto la soglia di {euro(soglia.valore)}.", **figure)
    if isee.canone_annuo is None and reddito < soglia_reddito(e.q, isee, e.scala, in_locazione=True).valore:
        return R07.da_completare(f"{testo}: è ammesso solo se l'abitazione è in locazione, e non è noto.", **figure)
    return R07.ko(f"{testo}: deve essere inferiore a {euro(soglia.valore)}.", **figure)


def adi_r08_immobili(e: Esame) -> Requisito:
    """The IMU value of the immobili in Italy and abroad is within the threshold, the home apart.

    :source: D.L. 48/2023, art. 2, c. 2; circolare INPS 105/2023.
    """
    isee, soglia, fonte = e.q.isee, e.p.decimale("immobili_max"), e.p.fonte("immobili_max")
    if isee is None:
        return R08.da_completare(f"Il patrimonio immobiliare {_MANCA_ISEE}")
    valore = isee.patrimonio_immobiliare + _casa_da_contare(e, isee)
    testo = f"Il patrimonio immobiliare, senza la casa di abitazione nei limiti previsti, è di {euro(valore)}"
    if valore > soglia:
        spiegazione = f"{testo} e supera il limite di {euro(soglia)}."
        return R08.ko(spiegazione, valore=cifra(valore), soglia=cifra(soglia), fonte=fonte)
    spiegazione = f"{testo}, entro il limite di {euro(soglia)}."
    return R08.ok(spiegazione, valore=cifra(valore), soglia=cifra(soglia), fonte=fonte)


def adi_r09_mobili(e: Esame) -> Requisito:
    """The patrimonio mobiliare is within the threshold for the composition of the nucleo.

    :source: D.L. 48/2023, art. 2, c. 2; circolari INPS 77/2023 e 105/2023.
    """
    isee = e.q.isee
    if isee is None:
        return R09.da_completare(f"Il patrimonio mobiliare {_MANCA_ISEE}")
    soglia, valore = soglia_mobili(e.q), isee.patrimonio_mobiliare
    figure = {"valore": cifra(valore), "soglia": cifra(soglia.valore), "fonte": soglia.fonte}
    testo = f"Il patrimonio mobiliare è di {euro(valore)}"
    if valore > soglia.valore:
        return R09.ko(f"{testo} e supera il limite di {euro(soglia.valore)} per questo nucleo.", **figure)
    return R09.ok(f"{testo}, entro il limite di {euro(soglia.valore)} per questo nucleo.", **figure)


def isee_netto(isee: Isee) -> Decimal:
    """Take out of the ISEE the measures against poverty that it includes, divided by its scala (EUR/year).

    :source: D.M. 154/2023, art. 3, c. 2; D.P.C.M. 159/2013, art. 4, c. 5.
    """
    if not isee.misure_contro_la_poverta:
        return isee.isee
    return max(ZERO, isee.isee - isee.misure_contro_la_poverta / isee.scala)


def _isee_assente(e: Esame, soglia: Decimal) -> Requisito:
    """No answer yet, no ISEE on the day of the domanda, or no DSU of the year while the ADI runs."""
    limite = cifra(soglia)
    if e.fatti.isee is None:
        return R06.da_completare("INPS non ha ancora risposto sull'ISEE del nucleo.", soglia=limite)
    alla_domanda = e.al <= e.fatti.presentata_il
    if alla_domanda and e.p.testo("isee_assente_alla_domanda") == "KO":
        return R06.ko("Il giorno della domanda il nucleo non ha un ISEE in corso di validità.", soglia=limite)
    return R06.da_completare("Il nucleo non ha un ISEE valido: occorre presentare una nuova D.S.U.", soglia=limite)


def _casa_da_contare(e: Esame, isee: Isee) -> Decimal:
    esente = e.p.decimale("immobili_casa_imu_max")
    if isee.valore_casa <= esente:
        return ZERO
    return isee.valore_casa if e.p.testo("casa_oltre_150k") == "INTERO" else isee.valore_casa - esente
