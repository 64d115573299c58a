# SPDX-License-Identifier: EUPL-1.2
"""Requisiti on vehicles: recent ones (R10) and large ones (R11), by the day of their first registration."""

from shared.kernel.mese import aggiungi_mesi
from shared.misure.esito import Regola, Requisito
from shared.misure.formato import giorno
from shared.misure.nucleo import CategoriaVeicolo, Veicolo
from shared.misure.sia.requisiti.esame import Esame

R10 = Regola("SIA-R10", "D.M. 26/5/2016, art. 4, c. 3, lett. b), punto iv")
R11 = Regola("SIA-R11", "D.M. 26/5/2016, art. 4, c. 3, lett. b), punto iv")
_CILINDRATA = {CategoriaVeicolo.AUTOVEICOLO: "veicoli_auto_cc", CategoriaVeicolo.MOTOVEICOLO: "veicoli_moto_cc"}
_IGNOTI = "Il Pubblico registro automobilistico non ha ancora risposto"


def sia_r10_autoveicoli_recenti(e: Esame) -> Requisito:
    """No member has an autoveicolo first registered in the 12 months before the domanda, of any size.

    :source: D.M. 26/5/2016, art. 4, c. 3, lett. b), punto iv; D.M. 16/3/2017, art. 2, c. 1, lett. d).
    """
    if e.fatti.veicoli is None:
        return e.manca(R10, _IGNOTI)
    mesi = e.domanda.p.intero("veicoli_recenti_mesi")
    recenti = [v for v in e.fatti.veicoli if v.categoria is CategoriaVeicolo.AUTOVEICOLO and _vietato(e, v, mesi=mesi)]
    if not recenti:
        return R10.ok(f"Nessun autoveicolo è stato immatricolato la prima volta nei {mesi} mesi prima della domanda.")
    quando = max(v.prima_immatricolazione for v in recenti)
    return R10.ko(
        f"Un autoveicolo è stato immatricolato la prima volta il {giorno(quando)}, nei {mesi} mesi prima della domanda "
        "o dopo di essa.",
        valore=quando.isoformat(),
        soglia=aggiungi_mesi(e.fatti.presentata_il, -mesi).isoformat(),
    )


def sia_r11_veicoli_grandi(e: Esame) -> Requisito:
    """No member has a car over 1,300 cc or a motorcycle over 250 cc first registered in the 36 months before.

    :source: D.M. 26/5/2016, art. 4, c. 3, lett. b), punto iv; D.M. 16/3/2017, art. 2, c. 1, lett. d).
    """
    if e.fatti.veicoli is None:
        return e.manca(R11, _IGNOTI)
    mesi = e.domanda.p.intero("veicoli_grandi_mesi")
    grandi = sorted((v for v in e.fatti.veicoli if _grande(e, v) and _vietato(e, v, mesi=mesi)), key=_ordine)
    if not grandi:
        return R11.ok(f"Nessun veicolo oltre la cilindrata ammessa è stato immatricolato negli ultimi {mesi} mesi.")
    veicolo = grandi[0]
    limite = e.domanda.p.intero(_CILINDRATA[veicolo.categoria])
    return R11.ko(
        f"Un {veicolo.categoria.lower()} di {veicolo.cilindrata_cc} cc, oltre i {limite} cc, è stato immatricolato la "
        f"prima volta il {giorno(veicolo.prima_immatricolazione)}, nei {mesi} mesi prima della domanda o dopo di essa.",
        valore=str(veicolo.cilindrata_cc),
        soglia=str(limite),
    )


def _grande(e: Esame, v: Veicolo) -> bool:
    nome = _CILINDRATA.get(v.categoria)
    return nome is not None and v.cilindrata_cc > e.domanda.p.intero(nome)


def _vietato(e: Esame, v: Veicolo, *, mesi: int) -> bool:
    """Whether a member has the vehicle, the relief does not excuse it, and it was registered in the window or since."""
    if v.codice_fiscale not in e.q.codici or (v.agevolazione_disabili and _agevolati_esclusi(e)):
        return False
    posseduto = (v.dal is None or v.dal <= e.al) and (v.al is None or e.al <= v.al)
    return posseduto and aggiungi_mesi(e.fatti.presentata_il, -mesi) <= v.prima_immatricolazione <= e.al


def _agevolati_esclusi(e: Esame) -> bool:
    return e.domanda.p.logico("veicoli_agevolati_esclusi")


def _ordine(v: Veicolo) -> tuple[str, int, str]:
    return v.prima_immatricolazione.isoformat(), v.cilindrata_cc, v.categoria
