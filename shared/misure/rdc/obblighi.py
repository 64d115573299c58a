# SPDX-License-Identifier: EUPL-1.2
"""Who is bound by the duties of the RdC, who may be exempted, and which offers must be accepted."""

from datetime import date
from decimal import Decimal

from shared.misure.adi.quadro import Quadro
from shared.misure.nucleo import Componente, Fatti
from shared.misure.parametri import Parametri, Valori
from shared.misure.rdc.quadro import quadro_del_giorno

_OVUNQUE = "ITALIA"


def attivabili(fatti: Fatti, *, parametri: Parametri, al: date) -> frozenset[str]:
    """Give the codici fiscali of the members bound by the duties on the day `al`, carers apart.

    :raises ParametroMancante: if no value is in force on that day.
    :source: D.L. 4/2019, art. 4, c. 2 e 3.
    """
    q = quadro_del_giorno(fatti, parametri=parametri, al=al)
    return frozenset(c.codice_fiscale for c in obbligati(q) if not puo_essere_esonerato(q, c))


def obbligati(q: Quadro) -> tuple[Componente, ...]:
    """Give the members bound: adults who neither work nor study, below the age, without pension or disability.

    Nobody in a nucleo that receives the PdC.

    :source: D.L. 4/2019, art. 4, c. 2.
    """
    if q.nucleo_67:
        return ()
    return tuple(c for c in q.adulti if not _escluso(q, c))


def puo_essere_esonerato(q: Quadro, c: Componente) -> bool:
    """Tell whether a member cares for a small child or for someone with a grave disability.

    :source: D.L. 4/2019, art. 4, c. 3.
    """
    eta = q.p.intero("esonero_cura_eta")
    altri = [a for a in q.presenti if a is not c]
    return bool(c.carichi_di_cura) and any(q.eta[a.codice_fiscale] < eta or q.disabile_grave(a) for a in altri)


def a_basso_reddito(importo_annuo: Decimal, *, autonomo: bool, p: Valori) -> bool:
    """Tell whether who works may be exempted for the low income, EUR/year.

    :source: D.L. 4/2019, art. 4, c. 3.
    """
    return importo_annuo <= p.decimale("esonero_lavoro_autonomo" if autonomo else "esonero_lavoro_dipendente")


def offerta_entro_i_limiti(numero: int, *, km: int, minuti: int, p: Valori) -> bool:
    """Tell whether the offer of that number, the first is 1, is near enough to be congrua.

    :source: D.L. 4/2019, art. 4; L. 234/2021; L. 197/2022.
    """
    limiti = p.testo("offerta_km").split()
    limite = limiti[min(numero, len(limiti)) - 1]
    if limite == _OVUNQUE:
        return True
    return km <= int(limite) or (numero == 1 and minuti <= p.intero("offerta_minuti"))


def rifiuto_che_fa_decadere(rifiuti: int, *, p: Valori) -> bool:
    """Tell whether that many unjustified refusals end the benefit: three, then two, then one.

    :source: D.L. 4/2019, art. 4; L. 234/2021; L. 197/2022.
    """
    return rifiuti >= p.intero("offerte_rifiuto_decadenza")


def ore_puc_ammesse(ore_settimanali: int, *, p: Valori) -> bool:
    """Tell whether the weekly hours of a PUC are within the limits.

    :source: D.L. 4/2019, art. 4, c. 15.
    """
    return p.intero("puc_ore_minime") <= ore_settimanali <= p.intero("puc_ore_massime")


def _escluso(q: Quadro, c: Componente) -> bool:
    per_eta = q.eta[c.codice_fiscale] >= q.p.intero("obblighi_eta_esclusione")
    return bool(per_eta or c.occupato or c.studente or c.pensione_diretta or c.disabile_l68 or q.disabile(c))
