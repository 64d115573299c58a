# SPDX-License-Identifier: EUPL-1.2
"""Requisiti on the path of the nucleo: waiting time (R14), progetto signed (R15), duties kept (R16)."""

from datetime import date

from shared.kernel.bimestre import Bimestre
from shared.misure.esito import Regola, Requisito
from shared.misure.formato import giorno
from shared.misure.sia.condizionalita import escluso_il, fine_sospensione, rifiutato_il, sospeso_dal
from shared.misure.sia.requisiti.esame import Esame
from shared.misure.sia.termini import firma_entro

R14 = Regola("SIA-R14", "D.M. 16/3/2017, art. 2")
R15 = Regola("SIA-R15", "D.M. 26/5/2016, artt. 6, c. 1, e 7, c. 1; D.M. 26/7/2017, art. 6")
R16 = Regola("SIA-R16", "D.M. 26/5/2016, artt. 3, c. 1, lett. e), e 7, c. 4")


def sia_r14_attesa(e: Esame) -> Requisito:
    """The domanda comes after three whole bimestri without SIA and without its revoca.

    :source: D.M. 16/3/2017, art. 2.
    """
    attesa = e.domanda.p.intero("attesa_bimestri")
    if not attesa:
        return R14.non_applicabile("Alla data della domanda non era previsto un periodo di attesa.")
    if e.sia.percepiti is None:
        return e.manca(R14, "Non è noto se il nucleo abbia già percepito il beneficio")
    domanda = Bimestre.di(e.fatti.presentata_il)
    usati = [Bimestre.del_mese(m) for m in e.sia.percepiti] + [Bimestre.di(g) for g in e.sia.revocato_il]
    ultimo = max((b for b in usati if b <= domanda), default=None)
    if ultimo is None or domanda - ultimo > attesa:
        return R14.ok(f"Negli ultimi {attesa} bimestri il nucleo non ha avuto il beneficio né la sua revoca.")
    return R14.ko(
        f"Tra l'ultimo bimestre del beneficio, o la revoca, e la domanda devono passare {attesa} bimestri interi.",
        valore=str(ultimo),
        soglia=str(ultimo + attesa + 1),
    )


def sia_r15_progetto_firmato(e: Esame) -> Requisito:
    """The nucleo has signed the progetto by its term; refusing it ends the benefit.

    A missing signature suspended the benefit up to 16 August 2017 only; part of the first domande never had a progetto.

    :source: D.M. 26/5/2016, artt. 6, c. 1, e 7, c. 1; D.M. 26/7/2017, art. 6.
    """
    progetto, parametri = e.sia.progetto, e.q.parametri
    termine, rifiuto = (
        firma_entro(e.fatti.presentata_il, parametri=parametri),
        rifiutato_il(e.fatti, parametri=parametri),
    )
    if rifiuto is not None and rifiuto <= e.al:
        return R15.ko(f"Il progetto personalizzato è stato rifiutato il {giorno(rifiuto)}.", valore=rifiuto.isoformat())
    if e.alla_domanda or (progetto is not None and not progetto.chiamato):
        return R15.non_applicabile("In questo momento al nucleo non è chiesta la firma di un progetto.")
    if progetto is not None and progetto.firmato_il is not None and progetto.firmato_il <= e.al:
        return R15.ok("Il progetto personalizzato è stato firmato.", valore=progetto.firmato_il.isoformat())
    if e.al <= termine:
        return R15.non_applicabile(f"Il progetto personalizzato si firma entro il {giorno(termine)}.")
    if progetto is None:
        return e.manca(R15, "Non è noto se il progetto personalizzato sia stato firmato")
    return _non_firmato(e, termine)


def sia_r16_impegni(e: Esame) -> Requisito:
    """The Comune has not asked the revoca for repeated breaches of the duties of the progetto.

    :source: D.M. 26/5/2016, art. 7, c. 4.
    """
    if e.alla_domanda:
        return R16.non_applicabile("Gli impegni del progetto valgono dopo l'accoglimento della domanda.")
    esclusione = escluso_il(e.fatti, parametri=e.q.parametri)
    if esclusione is not None and esclusione <= e.al:
        return R16.ko("Il Comune ha segnalato la violazione ripetuta degli impegni del progetto.")
    return R16.ok("Non risultano violazioni ripetute degli impegni del progetto.")


def _non_firmato(e: Esame, termine: date) -> Requisito:
    """Suspend for want of signature, while the rule said so."""
    dal, fine = sospeso_dal(e.fatti, parametri=e.q.parametri), fine_sospensione(e.fatti, parametri=e.q.parametri)
    if dal is None or (fine is not None and fine <= e.al):
        return R15.non_applicabile("La mancata firma del progetto non sospende più il beneficio.")
    return R15.ko(
        f"Il progetto personalizzato non è stato firmato entro il {giorno(termine)}: il beneficio è sospeso.",
        soglia=termine.isoformat(),
    )
