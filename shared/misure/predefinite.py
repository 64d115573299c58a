# SPDX-License-Identifier: EUPL-1.2
"""What a misura does where it says nothing of its own: the simplest answers, driven by parametri where there are."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from shared.kernel.importo import arrotonda
from shared.kernel.mese import MESI_ANNO, Mese, mesi_da
from shared.misure.nucleo import ZERO, Componente, Fatti
from shared.misure.parametri import Parametri

# How a file of parametri says whether domande are received.
IN_VIGORE = "in_vigore"
_UNO = Decimal(1)


@dataclass(frozen=True, slots=True)
class ImportoUnico:
    """An importo without quote, EUR/month: it is all quota A; `righe` explain it in Italian, without names."""

    totale: Decimal
    righe: tuple[str, ...] = ()
    quota_b: Decimal = field(default=arrotonda(ZERO), init=False)

    @property
    def quota_a(self) -> Decimal:
        """The whole importo."""
        return self.totale


def presenti(fatti: Fatti, al: date) -> tuple[Componente, ...]:
    """Give the members of the nucleo on a day: born, alive, arrived and not gone."""
    return tuple(
        c
        for c in fatti.componenti
        if c.data_nascita <= al
        and (c.deceduto_il is None or al < c.deceduto_il)
        and (c.nel_nucleo_dal is None or c.nel_nucleo_dal <= al)
        and (c.nel_nucleo_al is None or al <= c.nel_nucleo_al)
    )


def scala(fatti: Fatti, *, parametri: Parametri, al: date) -> Decimal:  # noqa: ARG001 - the shape of every scala
    """Give the scala of the ISEE in force on the day, one without an ISEE."""
    validi = [i for i in fatti.isee or () if i.presentata_il <= al <= i.valido_al]
    return max(validi, key=lambda i: (i.presentata_il, i.scala)).scala if validi else _UNO


def nella_scala(fatti: Fatti, *, parametri: Parametri, al: date) -> frozenset[str]:  # noqa: ARG001
    """Count every member present on the day."""
    return frozenset(c.codice_fiscale for c in presenti(fatti, al))


def attivabili(fatti: Fatti, *, parametri: Parametri, al: date) -> frozenset[str]:  # noqa: ARG001
    """Bind nobody to duties of activation."""
    return frozenset()


def decorrenza(pad_il: date, *, parametri: Parametri) -> Mese:
    """Start after `decorrenza_mesi_dopo_pad` months, or in the next one."""
    return Mese.di(pad_il) + _intero(parametri, "decorrenza_mesi_dopo_pad", pad_il, altrimenti=1)


def mesi_spettanti(decorrenza: Mese, *, parametri: Parametri, numero_rinnovo: int = 0) -> tuple[Mese, ...]:
    """Last `durata_mesi` months, or a year; `durata_rinnovo` for a renewal where it differs."""
    nomi = ("durata_rinnovo", "durata_mesi") if numero_rinnovo else ("durata_mesi",)
    scritti = [nome for nome in nomi if nome in parametri.nomi] or ["durata_mesi"]
    return tuple(mesi_da(decorrenza, _intero(parametri, scritti[0], decorrenza.primo_giorno, altrimenti=MESI_ANNO)))


def ultimo_mese_coperto(anno: int, *, parametri: Parametri) -> Mese:  # noqa: ARG001
    """Let the ISEE of a year cover that year."""
    return Mese(anno + 1, 1) + -1


def _intero(parametri: Parametri, nome: str, giorno: date, *, altrimenti: int) -> int:
    return parametri.al(giorno).intero(nome) if nome in parametri.nomi else altrimenti
