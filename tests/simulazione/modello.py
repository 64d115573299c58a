# SPDX-License-Identifier: EUPL-1.2
"""The saga of one payment as a set of states, small enough to be walked through whole: every interleaving, no sampling.

Three parties: `domande` (due, then perhaps cancelled), `erogazioni` (order, file, outcome), the payer; and the notice. Messages
wait in an outbox, travel in any order, arrive twice; processes die before or after each effect; an answer gets lost.
"""

from collections import deque
from collections.abc import Callable, Iterator
from enum import StrEnum
from typing import NamedTuple

SPETTANZA, CESSATA, ESEGUITA = "SPETTANZA", "CESSATA", "ESEGUITA"


class Ordine(StrEnum):
    """State of the order of the month."""

    ASSENTE = "ASSENTE"
    DA_INVIARE = "DA_INVIARE"
    IN_INVIO = "IN_INVIO"
    INCERTO = "INCERTO"
    ESEGUITO = "ESEGUITO"
    ANNULLATO = "ANNULLATO"
    FALLITO = "FALLITO"


class Difetto(StrEnum):
    """Bugs that the walk must find."""

    NESSUNO = ""
    SENZA_INBOX = "senza-inbox"
    SEGNA_PRIMA = "segna-prima"
    CONFERMA_PRIMA = "conferma-prima"
    ID_NUOVI = "id-nuovi-al-pagatore"
    SENZA_NON_RITORNO = "senza-punto-di-non-ritorno"
    SENZA_LAPIDE = "senza-lapide"
    SILENZIO_RIFIUTO = "il-silenzio-e-un-rifiuto"


class Stato(NamedTuple):
    """All that there is, durable and not; `in_chiamata` is the identity under which the payer is being called."""

    rinunciata: bool = False
    outbox: frozenset[str] = frozenset({SPETTANZA})
    in_viaggio: tuple[str, ...] = ()
    inbox: frozenset[str] = frozenset()
    dovuto: bool = False
    cessato: bool = False
    ordine: Ordine = Ordine.ASSENTE
    recupero: bool = False
    in_chiamata: int = 0
    pagati: frozenset[int] = frozenset()
    avvisi: int = 0
    doppioni: int = 2
    morti: int = 2
    perse: int = 1


Passo = tuple[str, Stato]


class Violazione(Exception):
    """A promise that is broken, with the steps that lead there."""


def passi(s: Stato, difetto: Difetto = Difetto.NESSUNO) -> Iterator[Passo]:
    """Give everything that can happen next."""
    if not s.rinunciata:
        yield "rinuncia", s._replace(rinunciata=True, outbox=s.outbox | {CESSATA})
    yield from _relay(s, difetto)
    yield from _consegne(s, difetto)
    yield from _pagamento(s, difetto)


def _relay(s: Stato, difetto: Difetto) -> Iterator[Passo]:
    for m in sorted(s.outbox):
        pubblicato = s._replace(in_viaggio=_con(s.in_viaggio, m))
        yield f"pubblica {m}", pubblicato._replace(outbox=s.outbox - {m})
        if s.morti:
            rimasto = s._replace(outbox=s.outbox - {m}) if difetto is Difetto.SEGNA_PRIMA else pubblicato
            yield f"pubblica {m} e muore", rimasto._replace(morti=s.morti - 1)
        if s.doppioni:
            yield (
                f"pubblica {m} due volte",
                pubblicato._replace(
                    outbox=s.outbox - {m}, in_viaggio=_con(pubblicato.in_viaggio, m), doppioni=s.doppioni - 1
                ),
            )


def _consegne(s: Stato, difetto: Difetto) -> Iterator[Passo]:
    for m in sorted(set(s.in_viaggio)):
        confermato = s._replace(in_viaggio=_senza(s.in_viaggio, m))
        nuovo = m not in s.inbox or difetto is Difetto.SENZA_INBOX
        yield f"consegna {m}", _applica(confermato, m, difetto) if nuovo else confermato
        if s.morti and nuovo:
            base = confermato if difetto is Difetto.CONFERMA_PRIMA else _applica(s, m, difetto)
            yield f"consegna {m} e muore", base._replace(morti=s.morti - 1)


def _applica(s: Stato, m: str, difetto: Difetto) -> Stato:
    s = s._replace(inbox=s.inbox | {m})
    if m == ESEGUITA:
        return s._replace(avvisi=s.avvisi + 1)
    if m == SPETTANZA:
        return s._replace(dovuto=True)
    if difetto is Difetto.SENZA_LAPIDE and not s.dovuto:
        return s
    return s._replace(cessato=True, recupero=s.recupero or s.ordine is Ordine.ESEGUITO)


def _pagamento(s: Stato, difetto: Difetto) -> Iterator[Passo]:
    if s.in_chiamata:
        yield from _chiamata(s, difetto)
        return
    match s.ordine:
        case Ordine.ASSENTE if s.dovuto and not s.cessato:
            yield "dispone", s._replace(ordine=Ordine.DA_INVIARE)
        case Ordine.DA_INVIARE if s.cessato:
            yield "annulla", s._replace(ordine=Ordine.ANNULLATO)
        case Ordine.DA_INVIARE:
            in_invio = s if difetto is Difetto.SENZA_NON_RITORNO else s._replace(ordine=Ordine.IN_INVIO)
            yield "manda in invio", in_invio._replace(in_chiamata=1)
            if s.morti:
                yield "manda in invio e muore", in_invio._replace(morti=s.morti - 1)
        case Ordine.IN_INVIO | Ordine.INCERTO:
            yield from _riconcilia(s, difetto)
        case _:
            pass


def _riconcilia(s: Stato, difetto: Difetto) -> Iterator[Passo]:
    """Ask first; send again, under the same identity, only what the payer has never seen."""
    if difetto is Difetto.SILENZIO_RIFIUTO and s.ordine is Ordine.INCERTO:
        yield "rinuncia a sapere", s._replace(ordine=Ordine.FALLITO)
    elif difetto is Difetto.ID_NUOVI:
        yield "rimanda con un altro id", s._replace(in_chiamata=2)
    elif s.pagati:
        yield "chiede: eseguito", _eseguito(s)
    else:
        yield "chiede: sconosciuto, rimanda", s._replace(in_chiamata=1)


def _chiamata(s: Stato, difetto: Difetto) -> Iterator[Passo]:
    pagato = s._replace(pagati=s.pagati | {s.in_chiamata}, in_chiamata=0)
    if difetto is Difetto.SENZA_NON_RITORNO and s.ordine is Ordine.DA_INVIARE and s.cessato:
        yield "risponde, ma intanto è annullato", pagato._replace(ordine=Ordine.ANNULLATO)
    else:
        yield "risponde", _eseguito(pagato)
    if s.perse:
        yield "risposta persa", pagato._replace(ordine=Ordine.INCERTO, perse=s.perse - 1)
        yield "richiesta persa", s._replace(in_chiamata=0, ordine=Ordine.INCERTO, perse=s.perse - 1)
    if s.morti:
        yield "paga e chi chiama muore", pagato._replace(morti=s.morti - 1)
        yield "chi chiama muore", s._replace(in_chiamata=0, morti=s.morti - 1)


def _eseguito(s: Stato) -> Stato:
    return s._replace(ordine=Ordine.ESEGUITO, recupero=s.cessato, outbox=s.outbox | {ESEGUITA})


def difetti(s: Stato, *, ferma: bool) -> list[str]:
    """Say which promises a state breaks; `ferma`: nothing more can happen."""
    trovati = []
    if len(s.pagati) > 1:
        trovati.append("INV3: due ordini eseguiti per lo stesso mese")
    if s.ordine in (Ordine.ANNULLATO, Ordine.FALLITO) and s.pagati:
        trovati.append("INV6: il denaro è partito e l'ordine dice di no")
    if s.avvisi > 1:
        trovati.append("INV7: due avvisi per lo stesso pagamento")
    if ferma:
        trovati += _alla_fine(s)
    return trovati


def _alla_fine(s: Stato) -> Iterator[str]:
    if s.rinunciata != s.cessato:
        yield "INV5: la cessazione non è arrivata"
    if s.recupero != bool(s.pagati and s.cessato):
        yield "INV5: pagato e cessato senza recupero"
    if s.avvisi != len(s.pagati):
        yield "INV7: manca l'avviso del pagamento"
    # INV8: whatever the way there, two ends with the same facts are the same end.
    finale = Ordine.ESEGUITO if s.pagati else Ordine.ANNULLATO if s.ordine is Ordine.ANNULLATO else Ordine.ASSENTE
    if s.ordine is not finale or (not s.pagati and not s.rinunciata):
        yield f"INV8: finisce {s.ordine} con {len(s.pagati)} pagamenti"


def esplora(difetto: Difetto = Difetto.NESSUNO) -> int:
    """Walk through every state that can be reached; give how many they are.

    :raises Violazione: at the first that breaks a promise.
    """
    inizio = Stato()
    da: dict[Stato, tuple[Stato, str] | None] = {inizio: None}
    coda = deque([inizio])
    while coda:
        stato = coda.popleft()
        prossimi = list(passi(stato, difetto))
        # A renunciation may come at any time, or never: without it too everything must come to an end.
        ferma = all(nome == "rinuncia" for nome, _ in prossimi)
        if trovati := difetti(stato, ferma=ferma):
            raise Violazione(f"{'; '.join(trovati)}\n" + "\n".join(_via(stato, da.get)))
        for nome, prossimo in prossimi:
            if prossimo not in da:
                da[prossimo] = (stato, nome)
                coda.append(prossimo)
    return len(da)


def _via(stato: Stato, precedente: Callable[[Stato], tuple[Stato, str] | None]) -> list[str]:
    nomi: list[str] = []
    while (passo := precedente(stato)) is not None:
        stato, nome = passo
        nomi.append(nome)
    return nomi[::-1]


def _con(messaggi: tuple[str, ...], m: str) -> tuple[str, ...]:
    return tuple(sorted((*messaggi, m)))


def _senza(messaggi: tuple[str, ...], m: str) -> tuple[str, ...]:
    resto = list(messaggi)
    resto.remove(m)
    return tuple(resto)
