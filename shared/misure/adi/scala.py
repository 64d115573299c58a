# SPDX-License-Identifier: EUPL-1.2
"""Scala di equivalenza of the ADI: what it is worth, and whom it counts."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from shared.misure.adi.quadro import Quadro, quadro_del_giorno
from shared.misure.nucleo import ZERO, Componente, Fatti
from shared.misure.parametri import Parametri
from shared.misure.ricordo import ricorda_ultima

_FRAGILE_PRIMO = "PRIMO_FRAGILE"
_SOMMA = "SOMMA"


@dataclass(frozen=True, slots=True)
class Scala:
    """The scala and how it is made: `voci` are label and increment; `carico_di_cura` is who has the care increment."""

    valore: Decimal
    grezza: Decimal
    voci: tuple[tuple[str, Decimal], ...]
    carico_di_cura: str | None


def scala(fatti: Fatti, *, parametri: Parametri, al: date) -> Decimal:
    """Compute the scala di equivalenza on the day `al`, a pure number.

    :raises ParametroMancante: if no value is in force on that day.
    :source: D.L. 48/2023, art. 2, c. 4.
    """
    return componi(quadro_del_giorno(fatti, parametri=parametri, al=al)).valore


def nella_scala(fatti: Fatti, *, parametri: Parametri, al: date) -> frozenset[str]:
    """Give the codici fiscali of the members whom the scala counts on the day `al`.

    They are the minori, the members with a condition that gives an increment, the adult with carichi di cura and the
    adults with responsabilità genitoriale. The base 1 is an amount, not a person: an adult child is not among them.

    :raises ParametroMancante: if no value is in force on that day.
    :source: D.L. 48/2023, art. 2, c. 4; messaggio INPS 192/2026.
    """
    quadro = quadro_del_giorno(fatti, parametri=parametri, al=al)
    return persone(quadro, componi(quadro))


def persone(q: Quadro, scala_: Scala) -> frozenset[str]:
    """Give the members whom a scala already composed counts."""
    return frozenset(
        c.codice_fiscale
        for c in q.presenti
        if c.codice_fiscale in q.contati
        and (
            q.minorenne(c)
            or c.responsabilita_genitoriale
            or c.codice_fiscale == scala_.carico_di_cura
            or _maggiorazione(q, c)
        )
    )


@ricorda_ultima
def componi(q: Quadro) -> Scala:
    """Compose the scala from the base, the increments of the other members, the care and the minori, within the cap.

    :source: D.L. 48/2023, art. 2, c. 4; D.M. 154/2023, art. 8.
    """
    adulti = {c.codice_fiscale: _maggiorazione(q, c) for c in q.adulti if c.codice_fiscale in q.contati}
    base = _candidati_base(q, adulti)
    fragilita = sum(adulti.values(), ZERO) - (adulti[base[0]] if base else ZERO)
    carico, cura = _cura(q, adulti, base)
    voci = (
        ("base", q.p.decimale("scala_base")),
        ("altri componenti con disabilità, di almeno 60 anni o in svantaggio", fragilita),
        ("carichi di cura", cura),
        ("minorenni", _minori(q)),
    )
    grezza = sum((valore for _, valore in voci), ZERO)
    return Scala(min(grezza, _tetto(q)), grezza, tuple(v for v in voci if v[1]), carico)


def _maggiorazione(q: Quadro, c: Componente) -> Decimal:
    """Increment of one person for his own condition; with two conditions the highest only, or their sum."""
    disabile, anziano, disagio = q.disabile(c), q.anziano(c), q.in_disagio(c)
    if not (disabile or anziano or disagio):
        return ZERO
    voci = (
        q.p.decimale("scala_disabile") if disabile else ZERO,
        q.p.decimale("scala_anziano") if anziano else ZERO,
        q.p.decimale("scala_disagio") if disagio else ZERO,
    )
    return sum(voci, ZERO) if q.p.testo("scala_cumulo_persona") == _SOMMA else max(voci)


def _candidati_base(q: Quadro, adulti: dict[str, Decimal]) -> list[str]:
    """Adults for whom the base may stand: those with the smallest increment or, by the other reading, the largest."""
    if not adulti:
        return []
    scelta = max if q.p.testo("scala_strategia_base") == _FRAGILE_PRIMO else min
    estremo = scelta(adulti.values())
    return [codice for codice, valore in adulti.items() if valore == estremo]


def _cura(q: Quadro, adulti: dict[str, Decimal], base: list[str]) -> tuple[str | None, Decimal]:
    """Choose the one adult with carichi di cura: the one for whom the increment is worth most."""
    candidati = [c for c in q.adulti if c.codice_fiscale in adulti and puo_curare(q, c)]
    dichiarati = [c for c in candidati if c.carichi_di_cura]
    if not dichiarati and not q.p.logico("cura_d_ufficio"):
        return None, ZERO
    scelte = [
        (-_valore_cura(q, adulti, base, c), not c.responsabilita_genitoriale, posizione, c.codice_fiscale)
        for posizione, c in enumerate(dichiarati or candidati)
    ]
    if not scelte:
        return None, ZERO
    guadagno, *_, codice = min(scelte)
    return codice, -guadagno


def puo_curare(q: Quadro, c: Componente) -> bool:
    """Tell whether an adult who has not denied it has someone to care for; nobody is his own carer.

    :source: D.M. 154/2023, art. 8.
    """
    if c.carichi_di_cura is False:
        return False
    return (
        len(q.minori) >= q.p.intero("cura_minori")
        or any(q.eta[m.codice_fiscale] < q.p.intero("cura_eta_figlio") for m in q.minori)
        or not q.disabili <= {c.codice_fiscale}
    )


def _valore_cura(q: Quadro, adulti: dict[str, Decimal], base: list[str], c: Componente) -> Decimal:
    cura, proprio = q.p.decimale("scala_cura"), adulti[c.codice_fiscale]
    somma = q.p.testo("scala_cumulo_persona") == _SOMMA
    da_altro = cura if somma else max(ZERO, cura - proprio)
    da_base = cura if q.p.logico("scala_cura_su_base") else ZERO
    if c.codice_fiscale not in base:
        return da_altro
    return max(da_base, da_altro) if len(base) > 1 else da_base


def _minori(q: Quadro) -> Decimal:
    """Sum the increments of the minori counted; one with a disability has his own, which is higher."""
    contati = [c for c in q.minori if c.codice_fiscale in q.contati]
    disabili = [valore for c in contati if (valore := _maggiorazione(q, c))]
    ordinari = len(contati)
    if q.p.testo("scala_cumulo_persona") != _SOMMA:
        ordinari -= len(disabili)
    primi = min(ordinari, q.p.intero("scala_minori_primi"))
    oltre = ordinari - primi
    return sum(disabili, ZERO) + primi * q.p.decimale("scala_minore_1_2") + oltre * q.p.decimale("scala_minore_oltre")


def _tetto(q: Quadro) -> Decimal:
    return q.p.decimale("scala_cap_grave" if q.gravi & q.contati else "scala_cap")
