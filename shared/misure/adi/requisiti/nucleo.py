# SPDX-License-Identifier: EUPL-1.2
"""Requisiti on the composition of the nucleo: R01, R15, R16."""

from shared.misure.adi.requisiti.esame import Esame
from shared.misure.esito import Regola, Requisito
from shared.misure.nucleo import Componente, Discordanza, Isee

R01 = Regola("ADI-R01", "D.L. 48/2023, art. 2, c. 1; D.M. 154/2023, art. 3")
R15 = Regola("ADI-R15", "D.M. 154/2023, art. 4; messaggio INPS 623/2024")
R16 = Regola("ADI-R16", "D.L. 48/2023, art. 2; messaggio INPS 684/2024")


def adi_r01_condizione_del_nucleo(e: Esame) -> Requisito:
    """At least one member is minor, has a disability, is at least 60, or is in certified svantaggio.

    :source: D.M. 154/2023, art. 3.
    """
    condizioni = _condizioni(e)
    eta = e.p.intero("eta_fragilita_anziano")
    if condizioni:
        return R01.ok(f"Nel nucleo c'è almeno una condizione prevista: {', '.join(condizioni)}.", valore=condizioni[0])
    if any(_in_attesa(c) for c in e.q.presenti):
        return R01.da_completare("La condizione di svantaggio dichiarata non è ancora stata verificata dal servizio.")
    if any(c.disabile is None and c.disabile_grave is None for c in e.q.presenti):
        return R01.da_completare("Non è noto se nel nucleo ci siano componenti con disabilità.")
    return R01.ko(
        f"Nel nucleo non ci sono minorenni, persone con disabilità, persone di almeno {eta} anni, "
        "né persone in condizione di svantaggio inserite in programmi di cura e assistenza."
    )


def adi_r15_svantaggio(e: Esame) -> Requisito:
    """The svantaggio is confirmed by the service, certified and in a programme before the domanda.

    One that is not confirmed refuses the domanda only where the nucleo has no other one: else it does not count.

    :source: D.M. 154/2023, art. 4; messaggio INPS 623/2024.
    """
    dichiaranti = [c for c in e.q.presenti if c.svantaggio is not None]
    if not dichiaranti:
        return R15.non_applicabile("Non sono state dichiarate condizioni di svantaggio.")
    validi = sum(_svantaggio_valido(e, c) for c in dichiaranti)
    quanti = f"{validi} su {len(dichiaranti)}"
    if any(_in_attesa(c) for c in dichiaranti):
        giorni = e.p.intero("svantaggio_verifica")
        return R15.da_completare(
            f"Il servizio non ha ancora confermato lo svantaggio: dopo {giorni} giorni vale il silenzio assenso.",
            valore=quanti,
        )
    if validi == len(dichiaranti):
        return R15.ok("Le condizioni di svantaggio dichiarate sono confermate.", valore=quanti)
    if _condizioni(e):
        return R15.ok(
            "Una condizione di svantaggio non è confermata e non si conta; il nucleo ha comunque un'altra condizione.",
            valore=quanti,
        )
    return R15.ko(
        "La condizione di svantaggio non è confermata, oppure la certificazione o l'inizio del programma di cura "
        "non sono anteriori alla domanda.",
        valore=quanti,
    )


def adi_r16_nucleo_in_anagrafe(e: Esame) -> Requisito:
    """The nucleo of the domanda, the one of the DSU and the registry family agree, justified people apart.

    :source: D.L. 48/2023, art. 2; messaggio INPS 684/2024.
    """
    if e.fatti.discordanza_nucleo is Discordanza.CONFERMATA:
        return R16.ko("La differenza tra il nucleo della D.S.U. e la famiglia anagrafica è stata confermata.")
    if e.fatti.discordanza_nucleo is Discordanza.SUPERATA:
        return R16.ok("La differenza tra il nucleo della D.S.U. e la famiglia anagrafica è stata superata.")
    if e.q.isee is None or e.fatti.famiglia_anagrafica is None:
        return R16.da_completare("Il nucleo non si può ancora confrontare con la D.S.U. e con l'anagrafe.")
    if _dichiarati_alla_dsu(e, e.q.isee) != e.q.isee.componenti:
        return R16.da_completare("Il nucleo indicato nella domanda non coincide con quello della D.S.U.")
    diversi = (e.q.isee.componenti ^ e.fatti.famiglia_anagrafica) - e.fatti.nucleo_giustificati
    if diversi:
        return R16.da_completare(
            "Il nucleo della D.S.U. non coincide con la famiglia anagrafica.", valore=f"{len(diversi)} differenze"
        )
    return R16.ok("Il nucleo della domanda, la D.S.U. e l'anagrafe coincidono.")


def _condizioni(e: Esame) -> list[str]:
    q, eta = e.q, e.p.intero("eta_fragilita_anziano")
    trovate = (
        (bool(q.minori), "un minorenne"),
        (any(q.disabile(c) for c in q.presenti), "una persona con disabilità"),
        (any(q.anziano(c) for c in q.presenti), f"una persona di almeno {eta} anni"),
        (any(_svantaggio_valido(e, c) for c in q.presenti), "una persona in condizione di svantaggio"),
    )
    return [nome for vera, nome in trovate if vera]


def _svantaggio_valido(e: Esame, c: Componente) -> bool:
    return c.svantaggio is not None and e.q.in_svantaggio(c, prima_di=e.fatti.presentata_il)


def _in_attesa(c: Componente) -> bool:
    return c.svantaggio is not None and c.svantaggio.esito is None


def _dichiarati_alla_dsu(e: Esame, isee: Isee) -> frozenset[str]:
    """Members of the domanda on the day of the DSU: later births, deaths and moves have their own term."""
    return frozenset(
        c.codice_fiscale
        for c in e.fatti.componenti
        if c.data_nascita <= isee.presentata_il
        and (c.nel_nucleo_dal is None or c.nel_nucleo_dal <= isee.presentata_il)
        and (c.nel_nucleo_al is None or isee.presentata_il <= c.nel_nucleo_al)
        and (c.deceduto_il is None or isee.presentata_il < c.deceduto_il)
    )
