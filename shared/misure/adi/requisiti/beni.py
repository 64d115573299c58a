# SPDX-License-Identifier: EUPL-1.2
"""Requisiti on durable goods: vehicles (R10), ships, boats and aircraft (R11)."""

from shared.kernel.mese import aggiungi_mesi
from shared.misure.adi.requisiti.esame import Esame
from shared.misure.esito import Regola, Requisito
from shared.misure.formato import giorno
from shared.misure.nucleo import CategoriaVeicolo, Veicolo

R10 = Regola("ADI-R10", "D.L. 48/2023, art. 2, c. 2")
R11 = Regola("ADI-R11", "D.L. 48/2023, art. 2, c. 2")
_CILINDRATA = {CategoriaVeicolo.AUTOVEICOLO: "veicoli_auto_cc", CategoriaVeicolo.MOTOVEICOLO: "veicoli_moto_cc"}


def adi_r10_veicoli(e: Esame) -> Requisito:
    """No member has a large car or motorcycle first registered in the 36 months before the domanda, or since.

    :source: D.L. 48/2023, art. 2, c. 2.
    """
    if e.fatti.veicoli is None:
        return R10.da_completare("Il Pubblico registro automobilistico non ha ancora risposto.")
    vietati = sorted((v for v in e.fatti.veicoli if _vietato(e, v)), key=_ordine)
    if not vietati:
        return R10.ok("Nessun componente ha veicoli che escludono il beneficio.")
    veicolo = vietati[0]
    limite = e.p.intero(_CILINDRATA[veicolo.categoria])
    return R10.ko(
        f"Un componente dispone di un {veicolo.categoria.lower()} di {veicolo.cilindrata_cc} cc, oltre i {limite} cc, "
        f"immatricolato la prima volta il {giorno(veicolo.prima_immatricolazione)}, "
        f"nei {e.p.intero('veicoli_finestra')} mesi precedenti la domanda o dopo di essa.",
        valore=str(veicolo.cilindrata_cc),
        soglia=str(limite),
    )


def adi_r11_navi_e_aeromobili(e: Esame) -> Requisito:
    """No member owns or fully disposes of ships, pleasure boats or aircraft.

    :source: D.L. 48/2023, art. 2, c. 2.
    """
    if e.fatti.veicoli is None:
        return R11.da_completare("Non è ancora noto se ci siano navi, imbarcazioni da diporto o aeromobili.")
    if any(v.categoria not in _CILINDRATA and _posseduto(e, v) for v in e.fatti.veicoli):
        return R11.ko("Un componente dispone di una nave, di un'imbarcazione da diporto o di un aeromobile.")
    return R11.ok("Nessun componente dispone di navi, imbarcazioni da diporto o aeromobili.")


def _vietato(e: Esame, v: Veicolo) -> bool:
    nome = _CILINDRATA.get(v.categoria)
    if nome is None or v.agevolazione_disabili or not _posseduto(e, v):
        return False
    inizio = aggiungi_mesi(e.fatti.presentata_il, -e.p.intero("veicoli_finestra"))
    return v.cilindrata_cc > e.p.intero(nome) and inizio <= v.prima_immatricolazione <= e.al


def _posseduto(e: Esame, v: Veicolo) -> bool:
    return v.codice_fiscale in e.q.eta and (v.dal is None or v.dal <= e.al) and (v.al is None or e.al <= v.al)


def _ordine(v: Veicolo) -> tuple[str, int, str]:
    return v.prima_immatricolazione.isoformat(), v.cilindrata_cc, v.categoria
