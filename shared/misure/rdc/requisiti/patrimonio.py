# SPDX-License-Identifier: EUPL-1.2
"""Economic requisiti: ISEE (R03), immobili (R04), patrimonio mobiliare (R05), reddito (R06), vehicles and boats (R07)."""

from shared.kernel.mese import aggiungi_mesi
from shared.misure.adi.soglie import soglia_mobili, soglia_reddito
from shared.misure.esito import Regola, Requisito
from shared.misure.formato import cifra, euro, giorno
from shared.misure.nucleo import CategoriaVeicolo, Veicolo
from shared.misure.rdc.reddito import reddito_familiare
from shared.misure.rdc.requisiti.esame import Esame

_LETT_B = "D.L. 4/2019, art. 2, c. 1, lett. b)"
R03 = Regola("RDC-R03", f"{_LETT_B}, n. 1")
R04 = Regola("RDC-R04", f"{_LETT_B}, n. 2")
R05 = Regola("RDC-R05", f"{_LETT_B}, n. 3")
R06 = Regola("RDC-R06", f"{_LETT_B}, n. 4")
R07 = Regola("RDC-R07", "D.L. 4/2019, art. 2, c. 1, lett. c)")
_MANCA_ISEE = "non si può valutare senza un ISEE valido."
_CILINDRATA = {CategoriaVeicolo.AUTOVEICOLO: "veicoli_auto_cc", CategoriaVeicolo.MOTOVEICOLO: "veicoli_moto_cc"}


def rdc_r03_isee(e: Esame) -> Requisito:
    """A valid ISEE, minorenni when there are minori, is below the threshold: the threshold itself is too much.

    :source: D.L. 4/2019, art. 2, c. 1, lett. b), n. 1.
    """
    isee, soglia = e.q.isee, e.p.decimale("isee_max")
    if isee is None:
        return _isee_assente(e, cifra(soglia))
    figure = {"valore": cifra(isee.isee), "soglia": cifra(soglia), "fonte": e.p.fonte("isee_max")}
    if isee.indicatore not in e.p.elenco("isee_indicatori_minori" if e.q.minori else "isee_indicatori"):
        return R03.da_completare(f"L'ISEE {isee.indicatore.value} non è quello richiesto per questo nucleo.", **figure)
    if isee.isee >= soglia:
        return R03.ko(f"L'ISEE è di {euro(isee.isee)}: deve essere inferiore a {euro(soglia)}.", **figure)
    if isee.difformita:
        return R03.da_completare("L'ISEE riporta omissioni o difformità da giustificare o correggere.", **figure)
    return R03.ok(f"L'ISEE è di {euro(isee.isee)}, inferiore a {euro(soglia)}.", **figure)


def rdc_r04_immobili(e: Esame) -> Requisito:
    """The immobili in Italy and abroad besides the home are within the threshold.

    :source: D.L. 4/2019, art. 2, c. 1, lett. b), n. 2.
    """
    if e.q.isee is None:
        return R04.da_completare(f"Il patrimonio immobiliare {_MANCA_ISEE}")
    valore, soglia = e.q.isee.patrimonio_immobiliare, e.p.decimale("immobili_max")
    figure = {"valore": cifra(valore), "soglia": cifra(soglia), "fonte": e.p.fonte("immobili_max")}
    testo = f"Il patrimonio immobiliare oltre la casa di abitazione è di {euro(valore)}"
    if valore > soglia:
        return R04.ko(f"{testo} e supera il limite di {euro(soglia)}.", **figure)
    return R04.ok(f"{testo}, entro il limite di {euro(soglia)}.", **figure)


def rdc_r05_mobili(e: Esame) -> Requisito:
    """The patrimonio mobiliare is within the threshold for the composition of the nucleo.

    :source: D.L. 4/2019, art. 2, c. 1, lett. b), n. 3.
    """
    if e.q.isee is None:
        return R05.da_completare(f"Il patrimonio mobiliare {_MANCA_ISEE}")
    valore, soglia = e.q.isee.patrimonio_mobiliare, soglia_mobili(e.q)
    figure = {"valore": cifra(valore), "soglia": cifra(soglia.valore), "fonte": soglia.fonte}
    testo = f"Il patrimonio mobiliare è di {euro(valore)}"
    if valore > soglia.valore:
        return R05.ko(f"{testo} e supera il limite di {euro(soglia.valore)} per questo nucleo.", **figure)
    return R05.ok(f"{testo}, entro il limite di {euro(soglia.valore)} per questo nucleo.", **figure)


def rdc_r06_reddito(e: Esame) -> Requisito:
    """The reddito familiare stays below the threshold times the scala, higher for the PdC and for tenants.

    :source: D.L. 4/2019, art. 2, c. 1, lett. b), n. 4.
    """
    isee = e.q.isee
    if isee is None:
        return R06.da_completare(f"Il reddito familiare {_MANCA_ISEE}")
    reddito, soglia = reddito_familiare(e.q, isee).valore, soglia_reddito(e.q, isee, e.scala)
    figure = {"valore": cifra(reddito), "soglia": cifra(soglia.valore), "fonte": soglia.fonte}
    testo = f"Il reddito familiare è di {euro(reddito)}"
    if reddito < soglia.valore:
        return R06.ok(f"{testo}, sotto la soglia di {euro(soglia.valore)}.", **figure)
    if isee.canone_annuo is None and reddito < soglia_reddito(e.q, isee, e.scala, in_locazione=True).valore:
        return R06.da_completare(f"{testo}: è ammesso solo se l'abitazione è in locazione, e non è noto.", **figure)
    return R06.ko(f"{testo}: deve essere inferiore a {euro(soglia.valore)}.", **figure)


def rdc_r07_beni(e: Esame) -> Requisito:
    """No new car, no large car or motorcycle of the last two years, no ship or pleasure boat.

    :source: D.L. 4/2019, art. 2, c. 1, lett. c).
    """
    if e.fatti.veicoli is None:
        return R07.da_completare("I registri dei veicoli e delle imbarcazioni non hanno ancora risposto.")
    motivi = sorted(motivo for v in e.fatti.veicoli if (motivo := _vietato(e, v)))
    if motivi:
        return R07.ko(f"Un componente dispone di {motivi[0]}.")
    return R07.ok("Nessun componente dispone di veicoli o imbarcazioni che escludono il beneficio.")


def _isee_assente(e: Esame, soglia: str) -> Requisito:
    if e.fatti.isee is None:
        return R03.da_completare("INPS non ha ancora risposto sull'ISEE del nucleo.", soglia=soglia)
    if e.al <= e.fatti.presentata_il:
        return R03.ko("Il giorno della domanda il nucleo non ha un ISEE in corso di validità.", soglia=soglia)
    return R03.da_completare("Il nucleo non ha un ISEE valido: occorre presentare una nuova D.S.U.", soglia=soglia)


def _vietato(e: Esame, v: Veicolo) -> str | None:
    """Say why a good excludes the nucleo, None if it does not."""
    if v.codice_fiscale not in e.q.eta or not _posseduto(e, v):
        return None
    if v.categoria in e.p.elenco("beni_vietati"):
        return "una nave o di un'imbarcazione da diporto"
    if v.agevolazione_disabili or v.categoria not in _CILINDRATA:
        return None
    quando = f"immatricolato la prima volta il {giorno(v.prima_immatricolazione)}"
    if v.categoria in e.p.elenco("veicoli_recenti_categorie") and _nei_mesi(e, v, "veicoli_recenti_mesi"):
        return f"un {v.categoria.lower()} {quando}, negli ultimi {e.p.intero('veicoli_recenti_mesi')} mesi"
    if v.cilindrata_cc > e.p.intero(_CILINDRATA[v.categoria]) and _nei_mesi(e, v, "veicoli_finestra"):
        return f"un {v.categoria.lower()} di {v.cilindrata_cc} cc {quando}"
    return None


def _nei_mesi(e: Esame, v: Veicolo, nome: str) -> bool:
    return aggiungi_mesi(e.fatti.presentata_il, -e.p.intero(nome)) <= v.prima_immatricolazione <= e.al


def _posseduto(e: Esame, v: Veicolo) -> bool:
    return (v.dal is None or v.dal <= e.al) and (v.al is None or e.al <= v.al)
