# SPDX-License-Identifier: EUPL-1.2
"""The requisiti that the SFL takes from the ADI: R05, R07, R08, R15. The law is one, the functions are those."""

from collections.abc import Iterable
from dataclasses import replace

from shared.misure.adi.attivazione import non_esonerato
from shared.misure.adi.requisiti import giudiziari, obblighi, residenza
from shared.misure.adi.requisiti.esame import Esame
from shared.misure.esito import EsitoRequisito, Regola, Requisito

_RICHIAMO = "D.M. 108/2023, art. 2, c. 4"
R05 = Regola("SFL-R05", _RICHIAMO)
R07 = Regola("SFL-R07", _RICHIAMO)
R08 = Regola("SFL-R08", _RICHIAMO)
R15 = Regola("SFL-R15", "D.L. 48/2023, art. 12, c. 10")
_GRAVITA = (EsitoRequisito.KO, EsitoRequisito.DA_COMPLETARE)


def sfl_r05_cittadinanza_e_residenza(e: Esame) -> Requisito:
    """Citizenship, residence and stays abroad are those of the ADI: R02 to R05.

    :source: D.M. 108/2023, art. 2, c. 4; D.L. 48/2023, art. 2, c. 2.
    """
    return insieme(
        R05,
        (
            residenza.adi_r02_cittadinanza(e),
            residenza.adi_r03_residenza_del_richiedente(e),
            residenza.adi_r04_residenza_del_nucleo(e),
            residenza.adi_r05_assenze(e),
        ),
    )


def sfl_r07_misure_e_condanne(e: Esame) -> Requisito:
    """The richiedente is under no measure and has no conviction that excludes, as R12 of the ADI asks.

    :source: D.M. 108/2023, art. 2, c. 4; D.L. 48/2023, art. 2, c. 2, e art. 8, c. 3.
    """
    # The SFL belongs to one person: nobody else is a beneficiary.
    return come(R07, giudiziari.adi_r12_misure_e_condanne(replace(e, nella_scala=frozenset())))


def sfl_r08_dimissioni(e: Esame) -> Requisito:
    """Nobody in the nucleo who could work is unemployed after resigning in the last 12 months.

    Art. 2 speaks of those bound by the duties of the ADI; here also the richiedente and the other adults without an
    exemption are, unless the parametro says otherwise.

    :source: D.M. 108/2023, art. 2, c. 4; D.L. 48/2023, art. 2, c. 3.
    """
    if e.p.testo("dimissioni_componenti") == "VINCOLATI":
        return come(R08, obblighi.adi_r13_dimissioni(e))
    tenuti = frozenset(
        c.codice_fiscale
        for c in e.q.adulti
        if not c.occupato and (c.codice_fiscale == e.fatti.richiedente or non_esonerato(e.q, e.scala, c))
    )
    return obblighi.dimissioni(R08, e, tenuti)


def sfl_r15_precedenti(e: Esame) -> Requisito:
    """The waiting times after a decadenza, a revoca or a conviction are those of R19 of the ADI.

    :source: D.L. 48/2023, art. 8, c. 3, e art. 12, c. 10.
    """
    return come(R15, giudiziari.adi_r19_precedenti(e))


def come(regola: Regola, requisito: Requisito) -> Requisito:
    """Give under the code of the SFL a requisito of the ADI, with both norms."""
    fonte = _fonti((regola.fonte, requisito.fonte))
    return Requisito(regola.codice, requisito.esito, requisito.spiegazione, fonte, requisito.valore, requisito.soglia)


def insieme(regola: Regola, parti: tuple[Requisito, ...]) -> Requisito:
    """Join more requisiti of the ADI in one of the SFL: the worst esito, told by those that have it."""
    esito = next((g for g in _GRAVITA if any(r.esito is g for r in parti)), EsitoRequisito.OK)
    decisivi = [r for r in parti if r.esito is esito]
    fonti = _fonti((regola.fonte, *(r.fonte for r in decisivi)))
    figure = next(((r.valore, r.soglia) for r in decisivi if r.valore is not None), (None, None))
    if esito is EsitoRequisito.OK and len(parti) > 1:
        figure = (None, None)
    return Requisito(regola.codice, esito, " ".join(r.spiegazione for r in decisivi), fonti, *figure)


def _fonti(fonti: Iterable[str]) -> str:
    """Join the norms, each one once."""
    return "; ".join(dict.fromkeys(norma for fonte in fonti for norma in fonte.split("; ")))
