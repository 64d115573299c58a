# SPDX-License-Identifier: EUPL-1.2
"""From answers to facts, where the sandbox has no story for it."""

from datetime import UTC, date, datetime

from services.verifiche_anagrafiche.commands.fatti import fatti_verificati
from services.verifiche_anagrafiche.domain.interrogazione import Controllo
from services.verifiche_anagrafiche.domain.risposte import Cittadinanze, Decesso, Famiglia, Residenza, Risposta
from services.verifiche_anagrafiche.store.interrogazioni import Ricevuta
from shared.contracts.verifiche_anagrafiche import (
    Fatto,
    FattoCittadinanza,
    FattoControllo,
    FattoDecesso,
    FattoFamiglia,
    FattoResidenza,
)
from tests.verifiche_anagrafiche.casi import dati, storia

ISTANTE = datetime(2025, 3, 3, 9, 0, tzinfo=UTC)
GIORNO = date(2025, 3, 3)
NUCLEO = storia("omocodia-figlio")
IO, FIGLIO = (p.codice_fiscale for p in NUCLEO.persone)


def fatti(controllo: Controllo, risposta: Risposta | None) -> tuple[Fatto, ...]:
    ricevuta = Ricevuta(controllo, IO, risposta, "58370927", ISTANTE)
    return fatti_verificati([ricevuta], None, dati=dati(NUCLEO), giorno=GIORNO, paesi_ue=frozenset({"IT", "RO"})).fatti


class TestFatti:
    def test_put_the_citizenship_that_counts_last(self) -> None:
        trovati = fatti(Controllo.CITTADINANZA, Cittadinanze((("IT", None), ("MA", date(1990, 1, 1)), (None, None))))

        assert [(f.stato, f.valido_dal) for f in trovati if isinstance(f, FattoCittadinanza)] == [
            ("MA", date(1990, 1, 1)),
            ("IT", GIORNO),
        ]

    def test_end_the_residence_of_who_is_dead(self) -> None:
        morte = date(2025, 2, 20)

        trovati = fatti(Controllo.RESIDENZA, Residenza("H501", "RM", date(2001, 1, 1), Decesso(IO, morte)))

        assert [(f.comune, f.valido_al) for f in trovati if isinstance(f, FattoResidenza)] == [("H501", morte)]
        assert [(f.soggetto, f.valido_dal) for f in trovati if isinstance(f, FattoDecesso)] == [(IO, morte)]

    def test_name_each_dead_member_of_the_family(self) -> None:
        trovati = fatti(Controllo.FAMIGLIA, Famiglia((IO,), (Decesso(FIGLIO, None),)))

        assert [f.componenti for f in trovati if isinstance(f, FattoFamiglia)] == [(IO,)]
        assert [(f.soggetto, f.valido_dal) for f in trovati if isinstance(f, FattoDecesso)] == [(FIGLIO, GIORNO)]

    def test_bear_the_evidence_of_the_registry(self) -> None:
        (trovato,) = fatti(Controllo.LAVORO, None)

        assert isinstance(trovato, FattoControllo)
        assert (trovato.registro, trovato.esito, trovato.soggetto) == ("UNILAV", "NESSUN_DATO", IO)
        assert (trovato.fonte.riferimento, trovato.fonte.rilevato_il, trovato.noto_dal) == (
            "58370927",
            ISTANTE,
            ISTANTE,
        )
