# SPDX-License-Identifier: EUPL-1.2
"""How a delivery ends and what follows, without anything running."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from services.notifiche.clients.interruttore import Interruttore
from services.notifiche.domain.avviso import Avviso
from services.notifiche.domain.consegna import (
    CONTROLLI_MASSIMI,
    TENTATIVI_IGNOTI,
    TENTATIVI_MASSIMI,
    Canale,
    Consegna,
    Esito,
    Passo,
    Risultato,
    StatoConsegna,
    StatoNotifica,
    canali_iniziali,
    prossimo_passo,
)

ORA = datetime(2026, 3, 2, 9, tzinfo=UTC)
S = StatoConsegna


def _consegna(canale: Canale = Canale.APP_IO, *, stato: StatoConsegna = S.IN_INVIO, tentativi: int = 1) -> Consegna:
    return Consegna(UUID(int=1), UUID(int=2), canale, stato, ORA, tentativi=tentativi)


class TestRegistra:
    def test_keeps_the_id_of_an_accepted_message_and_asks_its_state_at_once(self) -> None:
        dopo = _consegna().registra(Esito(Risultato.ACCETTATA, "ACCEPTED", "01ABC"), dovuto=True, now=ORA)

        assert (dopo.stato, dopo.id_esterno, dopo.prossimo_il) == (S.INVIATA, "01ABC", ORA)

    def test_ends_with_a_refusal_at_the_first_attempt(self) -> None:
        dopo = _consegna().registra(Esito(Risultato.RIFIUTATA, "NON_ISCRITTO"), dovuto=True, now=ORA)

        assert (dopo.stato, dopo.esito) == (S.FALLITA, "NON_ISCRITTO")

    def test_waits_longer_after_each_attempt_and_gives_up_in_the_end(self) -> None:
        non_disponibile = Esito(Risultato.NON_DISPONIBILE, "APP_IO_503")
        dopo = [
            _consegna(tentativi=n).registra(non_disponibile, dovuto=True, now=ORA)
            for n in range(1, TENTATIVI_MASSIMI + 1)
        ]

        attese = [c.prossimo_il - ORA for c in dopo[:-1]]
        assert attese == sorted(attese)
        assert attese[0] >= timedelta(seconds=30)
        assert attese[-1] <= timedelta(hours=2.5)
        assert {c.stato for c in dopo[:-1]} == {S.DA_INVIARE}
        assert dopo[-1].stato is S.FALLITA

    def test_respects_the_wait_that_the_channel_asks_for(self) -> None:
        esito = Esito(Risultato.NON_DISPONIBILE, "APP_IO_429", riprova_seconds=900)

        assert _consegna().registra(esito, dovuto=True, now=ORA).prossimo_il == ORA + timedelta(seconds=900)

    @pytest.mark.parametrize(
        ("canale", "dovuto", "tentativi", "atteso"),
        [
            (Canale.APP_IO, False, 1, S.FALLITA),
            (Canale.APP_IO, True, 1, S.INCERTA),
            (Canale.APP_IO, True, TENTATIVI_IGNOTI, S.FALLITA),
            (Canale.EMAIL, False, 1, S.INCERTA),
            (Canale.EMAIL, True, TENTATIVI_MASSIMI, S.FALLITA),
        ],
    )
    def test_repeats_an_unknown_outcome_only_where_the_law_wants_the_notice_or_the_channel_knows_the_token(
        self, canale: Canale, dovuto: bool, tentativi: int, atteso: StatoConsegna
    ) -> None:
        dopo = _consegna(canale, tentativi=tentativi).registra(Esito(Risultato.IGNOTO, "X"), dovuto=dovuto, now=ORA)

        assert dopo.stato is atteso
        assert dopo.token == _consegna(canale).token

    def test_never_sends_again_what_was_accepted_because_its_state_cannot_be_read(self) -> None:
        inviata = replace(_consegna(stato=S.INVIATA), id_esterno="01ABC", controlli=1)
        dopo = inviata.registra(Esito(Risultato.NON_DISPONIBILE, "APP_IO_503"), dovuto=True, now=ORA)

        assert (dopo.stato, dopo.id_esterno) == (S.INVIATA, "01ABC")
        assert dopo.prossimo_il > ORA

    def test_gives_up_on_a_state_that_never_settles(self) -> None:
        inviata = replace(_consegna(stato=S.INVIATA), controlli=CONTROLLI_MASSIMI)

        assert inviata.registra(Esito(Risultato.ACCETTATA, "THROTTLED"), dovuto=True, now=ORA).stato is S.FALLITA

    def test_takes_a_new_token_when_an_operator_starts_again(self) -> None:
        prima = replace(_consegna(stato=S.FALLITA, tentativi=12), id_esterno="01ABC")
        dopo = prima.ricomincia(now=ORA)

        assert (dopo.stato, dopo.tentativi, dopo.id_esterno) == (S.DA_INVIARE, 0, None)
        assert dopo.token != prima.token


class TestCanaliIniziali:
    def test_sends_an_act_everywhere_with_the_letter_in_reserve(self) -> None:
        canali = canali_iniziali(Avviso.DOMANDA_RESPINTA, app_io=True, email=True)

        assert canali == {Canale.APP_IO: S.DA_INVIARE, Canale.EMAIL: S.DA_INVIARE, Canale.LETTERA: S.IN_RISERVA}

    def test_sends_other_notices_on_one_channel_at_a_time_and_never_on_paper(self) -> None:
        canali = canali_iniziali(Avviso.EROGAZIONE_ESEGUITA, app_io=True, email=True)

        assert canali == {Canale.APP_IO: S.DA_INVIARE, Canale.EMAIL: S.IN_RISERVA}
        assert canali_iniziali(Avviso.EROGAZIONE_ESEGUITA, app_io=False, email=False) == {}


class TestProssimoPasso:
    @pytest.mark.parametrize(
        ("stati", "atteso"),
        [
            ({Canale.APP_IO: S.CONSEGNATA, Canale.EMAIL: S.IN_INVIO, Canale.LETTERA: S.IN_RISERVA}, Passo(StatoNotifica.CONSEGNATA)),
            ({Canale.APP_IO: S.FALLITA, Canale.EMAIL: S.INCERTA, Canale.LETTERA: S.IN_RISERVA}, Passo(StatoNotifica.DA_INVIARE)),
            ({Canale.APP_IO: S.FALLITA, Canale.EMAIL: S.IN_RISERVA}, Passo(StatoNotifica.DA_INVIARE, Canale.EMAIL, S.DA_INVIARE)),
            (
                {Canale.APP_IO: S.FALLITA, Canale.EMAIL: S.FALLITA, Canale.LETTERA: S.IN_RISERVA},
                Passo(StatoNotifica.NON_RECAPITATA, Canale.LETTERA, S.DA_STAMPARE),
            ),
            ({Canale.LETTERA: S.IN_RISERVA}, Passo(StatoNotifica.NON_RECAPITATA, Canale.LETTERA, S.DA_STAMPARE)),
            ({}, Passo(StatoNotifica.NON_RECAPITATA)),
        ],
    )  # fmt: skip
    def test_follows_from_the_deliveries(self, stati: dict[Canale, StatoConsegna], atteso: Passo) -> None:
        assert prossimo_passo(stati) == atteso


class TestInterruttore:
    def test_leaves_a_silent_channel_alone_for_a_while(self) -> None:
        interruttore = Interruttore()
        for _ in range(5):
            interruttore.fallimento(ORA)

        assert interruttore.aperto(ORA + timedelta(seconds=29))
        assert not interruttore.aperto(ORA + timedelta(seconds=30))

    def test_stops_at_once_when_the_channel_asks_to_wait(self) -> None:
        interruttore = Interruttore()
        interruttore.fallimento(ORA, riprova_seconds=120)

        assert interruttore.aperto(ORA + timedelta(seconds=119))

    def test_forgets_the_failures_at_the_first_answer(self) -> None:
        interruttore = Interruttore()
        for _ in range(4):
            interruttore.fallimento(ORA)
        interruttore.successo()
        interruttore.fallimento(ORA)

        assert not interruttore.aperto(ORA)
