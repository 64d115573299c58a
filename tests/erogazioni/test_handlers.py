# SPDX-License-Identifier: EUPL-1.2
"""The final state depends on the set of the events: not on their order, number, or division in batches."""

import random
from collections.abc import Callable, Sequence
from datetime import date
from uuid import UUID, uuid4

from services.erogazioni.domain.posizione import id_posizione
from shared.contracts.evento import Evento
from tests.erogazioni.fatti import (
    APRILE,
    GENNAIO,
    MARZO,
    cessata,
    pad,
    revocata,
    righe,
    sospesa,
    spettanza,
    stato_finale,
)
from tests.support.servizio import ServizioInProva

Insieme = Callable[[UUID], list[Evento]]
_SEME = 20_260_302


def _tutti(domanda_id: UUID) -> list[Evento]:
    prima, seconda = uuid4(), uuid4()
    return [
        spettanza(domanda_id, versione=2),
        spettanza(domanda_id, {MARZO: "500.00", APRILE: "510.00"}, versione=4),
        spettanza(domanda_id, {GENNAIO: "1.00"}, versione=1),
        pad(domanda_id, versione=3),
        pad(domanda_id, versione=6, il=date(2026, 2, 25)),
        sospesa(domanda_id, prima, dal=MARZO, versione=7),
        sospesa(domanda_id, prima, dal=GENNAIO, versione=5),
        revocata(domanda_id, prima, versione=8),
        sospesa(domanda_id, seconda, dal=GENNAIO, versione=8),
        sospesa(domanda_id, seconda, dal=APRILE, versione=9),
        cessata(domanda_id, dal=APRILE, versione=5),
        cessata(domanda_id, dal=MARZO, versione=7),
    ]


async def _a_passi(servizio: ServizioInProva, sequenze: Sequence[Sequence[Evento]]) -> None:
    """Deliver the first event of each sequence in one batch, then the second ones: each domanda sees its own order."""
    for passo in range(max(map(len, sequenze))):
        await servizio.consegna(*(s[passo] for s in sequenze if passo < len(s)))


class TestOrdine:
    async def test_does_not_change_the_final_state(self, servizio: ServizioInProva) -> None:
        caso = random.Random(_SEME)
        sequenze = []
        for _ in range(300):
            eventi = _tutti(uuid4())
            ripetuti = caso.sample(eventi, 4)
            sequenze.append(caso.sample([*eventi, *ripetuti], len(eventi) + 4))
        domande = [s[0].domanda_id for s in sequenze]

        await _a_passi(servizio, sequenze)

        async with servizio.database.transaction() as session:
            finali = await stato_finale(session, domande)
        diversi = [d for d in domande if finali[d] != finali[domande[0]]]
        assert not diversi, f"seme {_SEME}: {len(diversi)} ordini danno uno stato diverso"
        finale = finali[domande[0]]
        assert (finale["stato"], finale["cessata_dal"], finale["sospesa_dal"]) == ("CESSATA", "2026-03", "2026-04")
        assert (finale["versione_spettanza"], finale["pad_il"]) == (4, date(2026, 2, 25))
        assert [m[:2] for m in finale["mesi"]] == [("2026-03", 50_000), ("2026-04", 51_000)]

    async def test_does_not_matter_inside_one_batch_either(self, servizio: ServizioInProva) -> None:
        caso = random.Random(_SEME)
        domande = [uuid4() for _ in range(20)]
        eventi = [e for d in domande for e in _tutti(d)]

        await servizio.consegna(*caso.sample(eventi, len(eventi)))
        await servizio.consegna(*caso.sample(eventi, len(eventi)))

        async with servizio.database.transaction() as session:
            finali = await stato_finale(session, domande)
        assert all(finale == finali[domande[0]] for finale in finali.values())


class TestPosizione:
    async def test_opens_with_spettanza_and_pad_whichever_comes_first(self, servizio: ServizioInProva) -> None:
        prima_pad, prima_spettanza = uuid4(), uuid4()

        await servizio.consegna(pad(prima_pad), spettanza(prima_spettanza))
        attesa = await righe(servizio.database, "SELECT stato FROM posizione")
        await servizio.consegna(spettanza(prima_pad), pad(prima_spettanza))

        assert [r["stato"] for r in attesa] == ["IN_ATTESA", "IN_ATTESA"]
        aperte = await righe(servizio.database, "SELECT id, domanda_id, stato FROM posizione ORDER BY id")
        assert [r["stato"] for r in aperte] == ["APERTA", "APERTA"]
        assert {r["id"] for r in aperte} == {id_posizione(prima_pad), id_posizione(prima_spettanza)}

    async def test_that_ended_before_it_was_known_never_opens(self, servizio: ServizioInProva) -> None:
        domanda_id = uuid4()

        await servizio.consegna(cessata(domanda_id, dal=MARZO))
        await servizio.consegna(spettanza(domanda_id))
        await servizio.consegna(pad(domanda_id))

        (riga,) = await righe(servizio.database, "SELECT stato, cessata_dal FROM posizione")
        assert riga == {"stato": "CESSATA", "cessata_dal": "2026-03"}

    async def test_stays_free_when_the_revocation_comes_before_the_suspension(self, servizio: ServizioInProva) -> None:
        domanda_id, sospensione_id = uuid4(), uuid4()
        await servizio.consegna(spettanza(domanda_id), pad(domanda_id))

        await servizio.consegna(revocata(domanda_id, sospensione_id))
        await servizio.consegna(sospesa(domanda_id, sospensione_id))

        (riga,) = await righe(servizio.database, "SELECT stato, sospesa_dal FROM posizione")
        assert riga == {"stato": "APERTA", "sospesa_dal": None}

    async def test_keeps_no_personal_data_in_the_clear(self, servizio: ServizioInProva) -> None:
        domanda_id = uuid4()

        await servizio.consegna(spettanza(domanda_id))

        (riga,) = await righe(servizio.database, "SELECT * FROM posizione")
        assert all(b"RSSMRA80A41H501Y" not in str(v).encode() for v in riga.values())
        assert b"RSSMRA80A41H501Y" in servizio.database.cifrario.decifra(riga["beneficiario"])

    async def test_takes_the_same_message_once(self, servizio: ServizioInProva) -> None:
        domanda_id = uuid4()
        messaggio = servizio.messaggio(spettanza(domanda_id))

        await servizio.consegna(messaggio)
        await servizio.consegna(messaggio, messaggio)

        assert len(await righe(servizio.database, "SELECT 1 FROM mese_spettante")) == 2
