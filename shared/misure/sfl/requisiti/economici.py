# SPDX-License-Identifier: EUPL-1.2
"""Economic requisiti: ISEE (R03), reddito familiare (R04), patrimoni and durable goods (R06)."""

from shared.misure.adi.reddito import reddito_familiare
from shared.misure.adi.requisiti import beni, patrimonio
from shared.misure.adi.requisiti.esame import Esame
from shared.misure.esito import Regola, Requisito
from shared.misure.formato import cifra, euro, numero
from shared.misure.sfl.requisiti.richiamati import come, insieme
from shared.misure.sfl.scala import scala_isee, soglia_reddito

R03 = Regola("SFL-R03", "D.L. 48/2023, art. 12, c. 2; D.M. 108/2023, art. 2")
R04 = Regola("SFL-R04", "D.M. 108/2023, art. 2, c. 4")
R06 = Regola("SFL-R06", "D.M. 108/2023, art. 2, c. 4")


def sfl_r03_isee(e: Esame) -> Requisito:
    """A valid ISEE of the right kind, judged as R06 of the ADI, is within the threshold of the SFL.

    :source: D.L. 48/2023, art. 12, c. 2; D.M. 108/2023, art. 2.
    """
    return come(R03, patrimonio.adi_r06_isee(e))


def sfl_r04_reddito(e: Esame) -> Requisito:
    """The reddito familiare stays below the threshold times the scala of the ISEE, not that of the ADI.

    :source: D.M. 108/2023, art. 2, c. 4.
    """
    isee = e.q.isee
    if isee is None:
        return R04.da_completare("Il reddito familiare non si può valutare senza un ISEE valido.")
    reddito, soglia = reddito_familiare(e.q, isee).valore, soglia_reddito(e.q, isee)
    figure = {"valore": cifra(reddito), "soglia": cifra(soglia.valore), "fonte": soglia.fonte}
    testo = f"Il reddito familiare è di {euro(reddito)}"
    limite = f"{euro(soglia.valore)}, cioè la soglia per la scala dell'ISEE di {numero(scala_isee(e.q, isee))}"
    if reddito < soglia.valore:
        return R04.ok(f"{testo}, sotto {limite}.", **figure)
    return R04.ko(f"{testo}: deve essere inferiore a {limite}.", **figure)


def sfl_r06_patrimonio_e_beni(e: Esame) -> Requisito:
    """Immobili, patrimonio mobiliare, vehicles, boats and aircraft are judged as R08 to R11 of the ADI.

    :source: D.M. 108/2023, art. 2, c. 4; D.L. 48/2023, art. 2, c. 2.
    """
    return insieme(
        R06,
        (
            patrimonio.adi_r08_immobili(e),
            patrimonio.adi_r09_mobili(e),
            beni.adi_r10_veicoli(e),
            beni.adi_r11_navi_e_aeromobili(e),
        ),
    )
