# SPDX-License-Identifier: EUPL-1.2
"""What would have changed a refusal or a reduced importo: the smallest change of one fact at a time, tried on the rules."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any

from shared.kernel.mese import MESI_ANNO, Mese
from shared.misure.controfattuale import testi
from shared.misure.controfattuale.leve import Leva, leve
from shared.misure.controfattuale.ricerca import Prova, giorno_utile, massimo, rimandata, soglia_di
from shared.misure.esito import Esito, EsitoRequisito, Requisito
from shared.misure.misura import Misura
from shared.misure.nucleo import Fatti

TEMPO = "tempo"


@dataclass(frozen=True, slots=True, kw_only=True)
class Controfattuale:
    """One change of one fact, and what follows: `testo` says it in Italian, without names.

    `requisito` is the one that would hold, None where only the importo changes. `fatto` is where the change is (as in
    the input of a simulation; "tempo" where it is enough to wait until `dal`), `da` and `a` its values. `importo` is
    EUR/month. `basta_da_solo`: with this change alone the domanda is accepted. `fatti` and `al` are the facts changed
    and the day on which the rules were tried again: they hold personal data and go nowhere.
    """

    requisito: str | None
    fatto: str
    da: str | None
    a: str | None
    dal: date | None
    importo: Decimal | None
    basta_da_solo: bool
    testo: str
    fatti: Fatti = field(repr=False, compare=False)
    al: date


def controfattuali(misura: Misura, fatti: Fatti, al: date) -> tuple[Controfattuale, ...]:
    """Find what would change the outcome of a domanda judged on the day `al`.

    For a refusal, for each requisito that failed, in the order of their codes: the facts that one by one would make it
    hold, then the day from which a new domanda would have it. For a domanda accolta: what would raise the importo of
    the month of `al`. A domanda that only waits for data has none.

    :raises ParametroMancante: if the misura has no values on that day.
    """
    esito = misura.verifica_requisiti(fatti, parametri=misura.parametri, al=al)
    falliti = [r for r in esito.requisiti if r.esito is EsitoRequisito.KO]
    codici = frozenset(r.codice for r in falliti)
    prova = Prova(misura, fatti, al, falliti=codici, in_sospeso=codici | {m.codice for m in esito.da_completare})
    if falliti:
        return tuple(_del_rifiuto(prova, falliti))
    return tuple(_dell_importo(prova)) if esito.accolta else ()


def _del_rifiuto(prova: Prova, falliti: list[Requisito]) -> Iterator[Controfattuale]:
    """Try each lever once for all the requisiti that failed, then each requisito with the time."""
    trovati: dict[str, list[Controfattuale]] = {r.codice: [] for r in falliti}
    for leva in leve(prova.fatti, al=prova.al):
        for codice, controfattuale in _con_leva(prova, leva, falliti):
            trovati[codice].append(controfattuale)
    for requisito in falliti:
        yield from trovati[requisito.codice]
        yield from _con_il_tempo(prova, requisito)


def _con_leva(prova: Prova, leva: Leva, falliti: list[Requisito]) -> Iterator[tuple[str, Controfattuale]]:
    if not leva.valori:
        for requisito in falliti:
            if (valore := soglia_di(prova, leva, requisito)) is not None:
                frase = testi.di_un_numero(leva, valore)
                yield requisito.codice, _di_leva(prova, leva, (valore,), requisito.codice, frase)
        return
    giudizi = [(v, prova.giudica(leva.applica(prova.fatti, v), prova.al)) for v in leva.valori]
    for requisito in falliti:
        utili = tuple(v for v, esito in giudizi if prova.risolve(requisito.codice, esito))
        if utili:
            frase = testi.di_una_scelta(leva, utili)
            yield requisito.codice, _di_leva(prova, leva, utili, requisito.codice, frase)


def _di_leva(prova: Prova, leva: Leva, valori: tuple[object, ...], requisito: str, frase: str) -> Controfattuale:
    fatti = leva.applica(prova.fatti, valori[0])
    nuovo = prova.decidi(fatti, prova.al)
    return Controfattuale(
        requisito=requisito,
        fatto=leva.fatto,
        da=testi.valore_scritto(leva.oggi),
        a=", ".join(scritto for v in valori if (scritto := testi.valore_scritto(v))) or None,
        dal=None,
        importo=prova.importo(fatti, Mese.di(prova.al)) if nuovo.accolta else None,
        basta_da_solo=nuovo.accolta,
        testo=testi.esito(frase, nuovo),
        fatti=fatti,
        al=prova.al,
    )


def _con_il_tempo(prova: Prova, requisito: Requisito) -> Iterator[Controfattuale]:
    trovato = giorno_utile(prova, requisito.codice)
    if trovato is None:
        return
    dal, fatti = trovato
    nuovo = prova.decidi(fatti, dal)
    yield Controfattuale(
        requisito=requisito.codice,
        fatto=TEMPO,
        da=prova.al.isoformat(),
        a=dal.isoformat(),
        dal=dal,
        importo=prova.importo(fatti, Mese.di(dal)) if nuovo.accolta else None,
        basta_da_solo=nuovo.accolta,
        testo=testi.attesa(dal, nuovo),
        fatti=fatti,
        al=dal,
    )


def _accolta(esito: Esito | None) -> bool:
    return esito is not None and esito.accolta


def _dell_importo(prova: Prova) -> Iterator[Controfattuale]:
    """Find what keeps the importo low: amounts that could be smaller, answers that could be others, months to wait."""
    mese = Mese.di(prova.al)
    oggi = prova.importo(prova.fatti, mese)
    if oggi is None:
        return
    for leva in leve(prova.fatti, al=prova.al):
        # Less of an amount: none of it.
        for valore in leva.valori or (leva.oggi - leva.oggi,):
            nuovo = prova.importo(leva.applica(prova.fatti, valore), mese)
            if nuovo is not None and nuovo > oggi:
                yield from _aumento(prova, leva, valore, oggi=oggi, nuovo=nuovo, mese=mese)
    yield from _dai_mesi_dopo(prova, oggi, mese)


def _aumento(
    prova: Prova, leva: Leva, valore: Any, *, oggi: Decimal, nuovo: Decimal, mese: Mese
) -> Iterator[Controfattuale]:
    """Describe one way to the whole importo, with the smallest change that reaches it; cents are not worth saying."""
    if leva.valori:
        frase = testi.di_una_scelta(leva, (valore,))
    else:
        uno = type(leva.oggi)(1)
        valore = massimo(leva.oggi, lambda v: prova.importo(leva.applica(prova.fatti, v), mese) == nuovo, passo=uno)
        frase = testi.di_un_numero(leva, valore)
    fatti = leva.applica(prova.fatti, valore)
    if not _accolta(prova.giudica(fatti, prova.al)):
        return
    yield Controfattuale(
        requisito=None,
        fatto=leva.fatto,
        da=testi.valore_scritto(leva.oggi),
        a=testi.valore_scritto(valore),
        dal=None,
        importo=nuovo,
        basta_da_solo=True,
        testo=testi.importo(frase, oggi=oggi, nuovo=nuovo),
        fatti=fatti,
        al=prova.al,
    )


def _dai_mesi_dopo(prova: Prova, oggi: Decimal, mese: Mese) -> Iterator[Controfattuale]:
    """Find the first of the next twelve months in which more is due, as after the reduced month of a renewal."""
    for distanza in range(1, MESI_ANNO + 1):
        dopo = mese + distanza
        fatti = _rinnovato(prova, dopo)
        nuovo = prova.importo(fatti, dopo)
        if nuovo is not None and nuovo > oggi:
            yield Controfattuale(
                requisito=None,
                fatto=TEMPO,
                da=str(mese),
                a=str(dopo),
                dal=dopo.primo_giorno,
                importo=nuovo,
                basta_da_solo=True,
                testo=testi.importo_dal(dopo, oggi=oggi, nuovo=nuovo),
                fatti=fatti,
                al=dopo.primo_giorno,
            )
            return


def _rinnovato(prova: Prova, mese: Mese) -> Fatti:
    """Take the ISEE in hand as renewed with the same figures."""
    return replace(prova.fatti, isee=rimandata(prova.fatti, prova.al, mese.ultimo_giorno).isee)
