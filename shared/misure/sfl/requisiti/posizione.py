# SPDX-License-Identifier: EUPL-1.2
"""Where the richiedente stands towards other measures: the ADI (R02), RdC and supports for unemployment (R09)."""

from collections.abc import Callable

from shared.misure.adi.quadro import quadro_del_giorno
from shared.misure.adi.requisiti import beni, giudiziari, nucleo, obblighi, patrimonio, residenza
from shared.misure.adi.requisiti.esame import Esame, esamina
from shared.misure.esito import EsitoRequisito, Regola, Requisito
from shared.misure.parametri import Parametri, carica
from shared.misure.sfl.fatti import PercorsoSfl
from shared.misure.sfl.requisiti.persona import richiedente

R02 = Regola("SFL-R02", "D.L. 48/2023, art. 12, c. 2; D.M. 108/2023, art. 2; messaggio INPS 192/2026")
R09 = Regola("SFL-R09", "D.M. 108/2023, art. 2, c. 3")
_ADI = "adi"
# What a nucleo must have to ask for the ADI, besides its own domanda, consents and earlier decadenze.
_REQUISITI_ADI: tuple[Callable[[Esame], Requisito], ...] = (
    nucleo.adi_r01_condizione_del_nucleo,
    patrimonio.adi_r06_isee,
    patrimonio.adi_r07_reddito,
    patrimonio.adi_r08_immobili,
    patrimonio.adi_r09_mobili,
    beni.adi_r10_veicoli,
    beni.adi_r11_navi_e_aeromobili,
    residenza.adi_r02_cittadinanza,
    residenza.adi_r03_residenza_del_richiedente,
    residenza.adi_r04_residenza_del_nucleo,
    residenza.adi_r05_assenze,
    giudiziari.adi_r12_misure_e_condanne,
    obblighi.adi_r13_dimissioni,
)


def parametri_adi() -> Parametri:
    """Give the figures of the ADI: whether a nucleo could have it is judged with those."""
    return carica(_ADI)


def sfl_r02_posizione_rispetto_all_adi(e: Esame) -> Requisito:
    """The nucleo has not the requisiti of the ADI, or the richiedente is outside its scala and its duties.

    Outside means: not counted in the scala, not bound by the duties, without responsabilità genitoriale.

    :source: D.M. 108/2023, art. 2; messaggio INPS 192/2026.
    """
    if not e.p.logico("adi_in_vigore"):
        return R02.non_applicabile("L'Assegno di inclusione non è ancora in vigore.")
    adi = esamina(quadro_del_giorno(e.fatti, parametri=parametri_adi(), al=e.al))
    figure = {"valore": f"parametri ADI {adi.q.parametri.versione}"}
    percepisce = e.fatti.propri_di(PercorsoSfl).nucleo_percepisce_adi
    ha_diritto = EsitoRequisito.OK if percepisce else _nucleo_con_adi(adi)
    if ha_diritto is EsitoRequisito.KO:
        return R02.ok("Il nucleo non ha i requisiti per l'Assegno di inclusione.", **figure)
    if _fuori(adi) and (percepisce or e.p.testo("fuori_scala_senza_adi") == "AMMESSO"):
        return R02.ok(
            "Chi presenta la domanda non è contato nella scala dell'Assegno di inclusione e non ha obblighi.", **figure
        )
    persona = richiedente(adi)
    if ha_diritto is EsitoRequisito.DA_COMPLETARE or (persona and persona.responsabilita_genitoriale is None):
        testo = "Non è ancora accertata la posizione del nucleo, o della persona, rispetto all'Assegno di inclusione."
        return R02.da_completare(testo, **figure)
    return R02.ko(
        "Il nucleo ha i requisiti per l'Assegno di inclusione e chi presenta la domanda ne fa parte: è contato nella "
        "scala, o ha obblighi, o ha responsabilità genitoriale.",
        **figure,
    )


def sfl_r09_altri_sostegni(e: Esame) -> Requisito:
    """The nucleo has no RdC or PdC, the richiedente no public support for unemployment.

    :source: D.M. 108/2023, art. 2, c. 3.
    """
    sostegni = e.fatti.propri_di(PercorsoSfl).sostegni
    if sostegni is None:
        return R09.da_completare("Non è noto se ci siano altri sostegni al reddito o per la disoccupazione.")
    in_corso = [s for s in sostegni if s.codice_fiscale in e.q.eta and s.in_corso(e.al)]
    del_nucleo, propri = e.p.elenco("incompatibili_nucleo"), e.p.elenco("incompatibili_persona")
    if any(s.tipo in del_nucleo for s in in_corso):
        return R09.ko("Il nucleo riceve il Reddito o la Pensione di cittadinanza.")
    if any(s.tipo in propri and s.codice_fiscale == e.fatti.richiedente for s in in_corso):
        return R09.ko("Chi presenta la domanda riceve un sostegno pubblico per la disoccupazione.")
    return R09.ok("Non ci sono altri sostegni incompatibili.")


def _nucleo_con_adi(adi: Esame) -> EsitoRequisito:
    """Whether the nucleo has the requisiti of the ADI: one that fails is enough to say no."""
    esiti = set()
    for requisito in _REQUISITI_ADI:
        esito = requisito(adi).esito
        if esito is EsitoRequisito.KO:
            return esito
        esiti.add(esito)
    return EsitoRequisito.DA_COMPLETARE if EsitoRequisito.DA_COMPLETARE in esiti else EsitoRequisito.OK


def _fuori(adi: Esame) -> bool:
    persona = richiedente(adi)
    return (
        persona is not None
        and persona.responsabilita_genitoriale is False
        and persona.codice_fiscale not in adi.nella_scala
        and persona not in adi.vincolati
    )
