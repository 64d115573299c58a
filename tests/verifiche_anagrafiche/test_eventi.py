# SPDX-License-Identifier: EUPL-1.2
"""The events listened to: same final state whatever the order and the number of deliveries."""

from itertools import permutations
from typing import Any
from uuid import UUID, uuid4

import pytest

from shared.contracts.evento import Evento
from shared.contracts.verifiche_anagrafiche import AccertamentoComunaleRichiestoV1, VerificaConclusaV1
from tests.support.servizio import ServizioInProva
from tests.verifiche_anagrafiche.casi import cessata, integrata, presentata, storia
from tests.verifiche_anagrafiche.conftest import Registri

NUCLEO = storia("residenza-storia-confermata")
CORRETTO = storia("omocodia-figlio")
DOMANDA = UUID("0195590c-0000-7000-8000-000000000001")


async def righe(servizio: ServizioInProva, sql: str) -> list[dict[str, Any]]:
    async with servizio.database.connection() as conn:
        return [dict(riga) for riga in await conn.fetch(sql)]


async def stato(servizio: ServizioInProva) -> tuple[Any, ...]:
    (verifica,) = await righe(
        servizio, "SELECT stato, ente, comune, domanda_versione, cessata, protocollo FROM verifica"
    )
    aperte = await righe(
        servizio,
        "SELECT domanda_versione, count(*) AS quante FROM interrogazione WHERE stato = 'DA_ESEGUIRE' GROUP BY 1 ORDER BY 1",
    )
    return *verifica.values(), *((r["domanda_versione"], r["quante"]) for r in aperte)


class TestDomandaPresentata:
    async def test_opens_one_verifica_however_often_it_comes(self, servizio: ServizioInProva) -> None:
        evento = presentata(NUCLEO, DOMANDA)
        messaggio = servizio.messaggio(evento)

        await servizio.consegna(messaggio, messaggio)
        await servizio.consegna(messaggio)
        await servizio.consegna(evento, evento)

        assert await stato(servizio) == (
            "APERTA",
            "CAF-ALFA",
            NUCLEO.comune.belfiore,
            1,
            False,
            evento.protocollo,
            (1, 10),
        )

    async def test_gives_each_question_an_operation_id_before_any_call(
        self, servizio: ServizioInProva, registri: Registri
    ) -> None:
        await servizio.consegna(presentata(NUCLEO), presentata(CORRETTO))

        numeri = [r["numero"] for r in await righe(servizio, "SELECT numero FROM interrogazione")]
        assert len(set(numeri)) == len(numeri) > 0
        assert registri.chiamate("anpr") == 0

    async def test_keeps_no_codice_fiscale_in_the_clear(self, servizio: ServizioInProva) -> None:
        await servizio.consegna(presentata(NUCLEO))

        scritte = await righe(
            servizio, "SELECT v.*::text FROM verifica v UNION ALL SELECT i.*::text FROM interrogazione i"
        )
        codici = [p.codice_fiscale for p in NUCLEO.persone]
        assert not [c for c in codici if any(c in str(riga) or c.encode().hex() in str(riga) for riga in scritte)]


class TestOrdine:
    @pytest.mark.parametrize("ordine", list(permutations(range(3))))
    async def test_of_a_domanda_completed_does_not_matter(
        self, servizio: ServizioInProva, ordine: tuple[int, ...]
    ) -> None:
        eventi: list[Evento] = [
            presentata(NUCLEO, DOMANDA), integrata(CORRETTO, DOMANDA, versione=3), integrata(NUCLEO, DOMANDA, versione=5),
        ]  # fmt: skip

        for indice in ordine:
            await servizio.consegna(eventi[indice])
            await servizio.consegna(eventi[indice])

        assert (await stato(servizio))[:5] == ("APERTA", "CAF-ALFA", NUCLEO.comune.belfiore, 5, False)
        assert (await stato(servizio))[6:] == ((5, 10),)

    @pytest.mark.parametrize("ordine", list(permutations(range(3))))
    async def test_of_a_domanda_that_ended_does_not_matter(
        self, servizio: ServizioInProva, registri: Registri, ordine: tuple[int, ...]
    ) -> None:
        eventi: list[Evento] = [
            presentata(NUCLEO, DOMANDA),
            integrata(NUCLEO, DOMANDA, versione=3),
            cessata(NUCLEO, DOMANDA, versione=4),
        ]

        for indice in ordine:
            await servizio.consegna(eventi[indice])
            await servizio.consegna(eventi[indice])
        await servizio.giro_job()

        (verifica,) = await righe(servizio, "SELECT stato, ente, comune, cessata FROM verifica")
        assert verifica == {"stato": "ANNULLATA", "ente": "CAF-ALFA", "comune": NUCLEO.comune.belfiore, "cessata": True}
        assert registri.chiamate("anpr") == 0
        assert await servizio.emessi() == []


class TestDomandaCessata:
    async def test_leaves_a_tombstone_without_personal_data(self, servizio: ServizioInProva) -> None:
        await servizio.consegna(cessata(NUCLEO, DOMANDA))
        await servizio.consegna(presentata(NUCLEO, DOMANDA))

        (verifica,) = await righe(servizio, "SELECT stato, dati, attesa FROM verifica")
        assert verifica == {"stato": "ANNULLATA", "dati": b"", "attesa": None}
        assert await righe(servizio, "SELECT 1 FROM interrogazione") == []

    async def test_closes_the_open_accertamenti(self, servizio: ServizioInProva) -> None:
        await servizio.consegna(presentata(NUCLEO, DOMANDA))
        await servizio.giro_job()

        await servizio.consegna(cessata(NUCLEO, DOMANDA))

        assert await righe(servizio, "SELECT stato FROM accertamento") == [{"stato": "ANNULLATO"}]
        assert (await righe(servizio, "SELECT stato FROM verifica"))[0]["stato"] == "ANNULLATA"

    async def test_does_not_undo_a_concluded_verifica(self, servizio: ServizioInProva) -> None:
        await servizio.consegna(presentata(CORRETTO, DOMANDA))
        await servizio.giro_job()

        await servizio.consegna(cessata(CORRETTO, DOMANDA))
        await servizio.consegna(integrata(CORRETTO, DOMANDA, versione=3))
        await servizio.giro_job()

        assert (await righe(servizio, "SELECT stato FROM verifica"))[0]["stato"] == "CONCLUSA"
        assert len(await servizio.emessi(VerificaConclusaV1)) == 1


class TestDomandaIntegrata:
    async def test_starts_the_checks_again(self, servizio: ServizioInProva) -> None:
        await servizio.consegna(presentata(storia("isee-assente"), DOMANDA))
        await servizio.giro_job()
        (prima,) = await servizio.ritira(VerificaConclusaV1)

        await servizio.consegna(integrata(CORRETTO, DOMANDA, versione=3))
        await servizio.giro_job()

        (seconda,) = await servizio.emessi(VerificaConclusaV1)
        assert (prima.domanda_versione, seconda.domanda_versione) == (1, 3)
        assert seconda.versione > prima.versione
        assert seconda.verifica_id == prima.verifica_id

    async def test_annuls_what_was_being_asked(self, servizio: ServizioInProva) -> None:
        await servizio.consegna(presentata(NUCLEO, DOMANDA))
        await servizio.giro_job()
        (primo,) = await servizio.ritira(AccertamentoComunaleRichiestoV1)

        await servizio.consegna(integrata(NUCLEO, DOMANDA, versione=3))
        await servizio.giro_job()

        (secondo,) = await servizio.emessi(AccertamentoComunaleRichiestoV1)
        stati = {r["id"]: r["stato"] for r in await righe(servizio, "SELECT id, stato FROM accertamento")}
        assert stati == {primo.accertamento_id: "ANNULLATO", secondo.accertamento_id: "APERTO"}


class TestLotto:
    async def test_opens_many_domande_with_few_statements(self, servizio: ServizioInProva) -> None:
        eventi = [presentata(NUCLEO, uuid4()) for _ in range(150)]

        await servizio.consegna(*eventi)

        conteggi = await righe(
            servizio, "SELECT (SELECT count(*) FROM verifica) AS v, (SELECT count(*) FROM interrogazione) AS i"
        )
        assert conteggi == [{"v": 150, "i": 1500}]
