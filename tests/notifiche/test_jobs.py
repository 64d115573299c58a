# SPDX-License-Identifier: EUPL-1.2
"""Notices sent for real to the sandbox: App IO over HTTP, e-mail over SMTP, the letter when nobody is reachable."""

import io
from uuid import UUID

import pytest
from pypdf import PdfReader

from deploy.sandbox.guasti import Guasto, Tipo
from services.notifiche.commands.accoda_notifiche import NuovaNotifica
from services.notifiche.commands.registra_destinatari import registra_destinatari
from services.notifiche.domain.avviso import Avviso
from services.notifiche.schemas.contenuto import Contenuto
from shared.contracts.notifiche import NotificaConsegnataV1, NotificaNonRecapitataV1
from shared.kernel.identita import nuovo_id
from tests.notifiche import fatti
from tests.notifiche.conftest import Avvia, Esterni
from tests.support.attese import entro
from tests.support.servizio import ServizioInProva

_CONSEGNE = """
SELECT c.canale, c.stato, c.esito FROM consegna c JOIN notifica n ON n.id = c.notifica_id WHERE n.avviso = $1
"""


async def _consegne(servizio: ServizioInProva, avviso: str) -> dict[str, tuple[str, str]]:
    async with servizio.database.connection() as conn:
        return {r["canale"]: (r["stato"], r["esito"]) for r in await conn.fetch(_CONSEGNE, avviso)}


async def _stato(servizio: ServizioInProva, avviso: str) -> str:
    async with servizio.database.connection() as conn:
        return str(await conn.fetchval("SELECT stato FROM notifica WHERE avviso = $1", avviso))


async def _lettera(servizio: ServizioInProva, avviso: str) -> bytes:
    async with servizio.database.connection() as conn:
        cifrata = await conn.fetchval(
            "SELECT pdf FROM lettera JOIN notifica ON id = notifica_id WHERE avviso = $1", avviso
        )
    return servizio.database.cifrario.decifra(cifrata)


def _esistente(esterni: Esterni) -> str:
    return esterni.richiedente("solo-email")  # has App IO: only the consent decides


class TestEsito:
    async def test_goes_to_app_io_and_by_e_mail_with_the_letter(self, avvia: Avvia, esterni: Esterni) -> None:
        servizio, domanda_id = await avvia(), nuovo_id()
        a = fatti.recapiti(_esistente(esterni))

        await servizio.consegna(fatti.presentata(domanda_id, a=a), fatti.respinta(domanda_id))
        await servizio.giro_job()

        consegnate = [e for e in await servizio.emessi(NotificaConsegnataV1) if e.avviso == "DOMANDA_RESPINTA"]
        assert {c: s for c, (s, _) in (await _consegne(servizio, "DOMANDA_RESPINTA")).items()} == {
            "APP_IO": "CONSEGNATA", "EMAIL": "CONSEGNATA", "LETTERA": "IN_RISERVA",
        }  # fmt: skip
        assert sorted(e.canale for e in consegnate) == ["APP_IO", "EMAIL"]
        assert await servizio.emessi(NotificaNonRecapitataV1) == []
        assert sorted(esterni.messaggi()) == ["Abbiamo ricevuto la tua domanda", "C'è l'esito della tua domanda"]

    async def test_attaches_to_the_e_mail_the_letter_that_is_archived(self, avvia: Avvia, esterni: Esterni) -> None:
        servizio, domanda_id = await avvia(), nuovo_id()

        await servizio.consegna(fatti.presentata(domanda_id), fatti.respinta(domanda_id))
        await servizio.giro_job()

        mail = next(m for m in esterni.sandbox.posta.messaggi if m.allegati)
        (allegato,) = mail.messaggio.iter_attachments()
        pdf = allegato.get_content()
        assert mail.destinatari == ("maria@posta.example",)
        assert (mail.oggetto, mail.allegati) == ("C'è l'esito della tua domanda", ("domanda_respinta.pdf",))
        assert pdf == await _lettera(servizio, "DOMANDA_RESPINTA")
        assert "Maria Rossi" in PdfReader(io.BytesIO(pdf)).pages[0].extract_text()

    async def test_leaves_a_letter_to_print_when_nobody_answers(self, avvia: Avvia, esterni: Esterni) -> None:
        servizio, domanda_id = await avvia(), nuovo_id()
        a = fatti.recapiti(esterni.richiedente("io-assente"), email="casella-inesistente@posta.example")

        await servizio.consegna(fatti.presentata(domanda_id, a=a), fatti.accolta(domanda_id))
        await servizio.giro_job()

        non_recapitate = {e.avviso for e in await servizio.emessi(NotificaNonRecapitataV1)}
        assert await _consegne(servizio, "DOMANDA_ACCOLTA") == {
            "APP_IO": ("FALLITA", "NON_ISCRITTO"),
            "EMAIL": ("FALLITA", "INDIRIZZO_RIFIUTATO"),
            "LETTERA": ("DA_STAMPARE", ""),
        }
        assert non_recapitate == {"DOMANDA_RICEVUTA", "DOMANDA_ACCOLTA"}
        assert (await _lettera(servizio, "DOMANDA_ACCOLTA")).startswith(b"%PDF")

    async def test_goes_straight_to_paper_without_electronic_channels(self, avvia: Avvia) -> None:
        servizio, domanda_id = await avvia(), nuovo_id()

        await servizio.consegna(
            fatti.presentata(domanda_id, a=fatti.recapiti(email=None, app_io=False)), fatti.cessata(domanda_id)
        )
        await servizio.giro_job()

        (evento,) = [e for e in await servizio.emessi(NotificaNonRecapitataV1) if e.avviso == "DOMANDA_CESSATA"]
        assert await _consegne(servizio, "DOMANDA_CESSATA") == {"LETTERA": ("DA_STAMPARE", "")}
        assert evento.versione >= 2


class TestUnCanaleAllaVolta:
    @pytest.mark.parametrize(
        ("storia", "motivo"),
        [("io-assente", "NON_ISCRITTO"), ("io-non-consentito", "NON_CONSENTITO"), ("io-fallito", "FAILED")],
    )
    async def test_takes_the_e_mail_when_app_io_cannot(
        self, avvia: Avvia, esterni: Esterni, storia: str, motivo: str
    ) -> None:
        servizio, domanda_id = await avvia(), nuovo_id()

        await servizio.consegna(fatti.presentata(domanda_id, a=fatti.recapiti(esterni.richiedente(storia))))
        await servizio.giro_job()

        assert await _consegne(servizio, "DOMANDA_RICEVUTA") == {
            "APP_IO": ("FALLITA", motivo),
            "EMAIL": ("CONSEGNATA", "ACCETTATO_DAL_SERVER"),
        }

    async def test_leaves_the_e_mail_alone_when_app_io_delivers(self, avvia: Avvia, esterni: Esterni) -> None:
        servizio, domanda_id = await avvia(), nuovo_id()

        await servizio.consegna(fatti.presentata(domanda_id, a=fatti.recapiti(_esistente(esterni))))
        await servizio.giro_job()

        assert not esterni.sandbox.posta.messaggi
        assert (await _consegne(servizio, "DOMANDA_RICEVUTA"))["EMAIL"][0] == "IN_RISERVA"

    async def test_does_not_ask_app_io_for_a_provisional_codice_fiscale(self, avvia: Avvia, esterni: Esterni) -> None:
        servizio, domanda_id = await avvia(), nuovo_id()

        await servizio.consegna(fatti.presentata(domanda_id, a=fatti.recapiti("80050050154")))
        await servizio.giro_job()

        assert set(await _consegne(servizio, "DOMANDA_RICEVUTA")) == {"EMAIL"}


class TestGuasti:
    async def test_waits_as_long_as_app_io_asks_then_sends(self, avvia: Avvia, esterni: Esterni) -> None:
        servizio, domanda_id = await avvia(), nuovo_id()
        esterni.sandbox.guasti.imposta("appio", Guasto("LIMITE", volte=1, secondi=120))

        await servizio.consegna(fatti.presentata(domanda_id, a=fatti.recapiti(_esistente(esterni))))
        await servizio.giro_job()
        in_attesa = await _consegne(servizio, "DOMANDA_RICEVUTA")
        servizio.orologio.avanza(seconds=60)
        await servizio.giro_job()
        ancora = await _stato(servizio, "DOMANDA_RICEVUTA")
        servizio.orologio.avanza(seconds=61)
        await servizio.giro_job()

        assert in_attesa["APP_IO"] == ("DA_INVIARE", "APP_IO_429")
        assert ancora == "DA_INVIARE"
        assert await _stato(servizio, "DOMANDA_RICEVUTA") == "CONSEGNATA"

    async def test_repeats_an_act_whose_answer_was_lost(self, avvia: Avvia, esterni: Esterni) -> None:
        servizio, domanda_id = await avvia(smtp_host=None), nuovo_id()
        esterni.risposte_perse = 1
        a = fatti.recapiti(_esistente(esterni))

        await servizio.consegna(fatti.respinta(domanda_id))
        await servizio.consegna(fatti.presentata(domanda_id, a=a))
        await _togli_ricevuta(servizio, domanda_id)
        await servizio.giro_job()
        incerta = await _consegne(servizio, "DOMANDA_RESPINTA")
        servizio.orologio.avanza(minutes=2)
        await servizio.giro_job()

        assert incerta["APP_IO"] == ("INCERTA", "APP_IO_SENZA_RISPOSTA")
        assert await _stato(servizio, "DOMANDA_RESPINTA") == "CONSEGNATA"

    async def test_takes_another_channel_rather_than_repeat_an_ordinary_notice(
        self, avvia: Avvia, esterni: Esterni
    ) -> None:
        servizio, domanda_id = await avvia(), nuovo_id()
        esterni.risposte_perse = 1

        await servizio.consegna(fatti.presentata(domanda_id, a=fatti.recapiti(_esistente(esterni))))
        await servizio.giro_job()

        assert esterni.messaggi() == ["Abbiamo ricevuto la tua domanda"]
        assert [m.oggetto for m in esterni.sandbox.posta.messaggi] == ["Abbiamo ricevuto la tua domanda"]
        assert await _stato(servizio, "DOMANDA_RICEVUTA") == "CONSEGNATA"

    async def test_repeats_an_e_mail_with_the_same_message_id(self, avvia: Avvia, esterni: Esterni) -> None:
        servizio, domanda_id = await avvia(appio_url=None), nuovo_id()
        esterni.sandbox.guasti.imposta("posta", Guasto("RISPOSTA_PERSA", volte=1))

        await servizio.consegna(fatti.presentata(domanda_id))
        await servizio.giro_job()
        servizio.orologio.avanza(minutes=2)
        await servizio.giro_job()

        codici = [str(m.messaggio["Message-ID"]) for m in esterni.sandbox.posta.messaggi]
        assert len(codici) == 2
        assert codici[0] == codici[1]

    async def test_does_not_call_a_channel_that_has_stopped_answering(self, avvia: Avvia, esterni: Esterni) -> None:
        servizio = await avvia(smtp_host=None)
        esterni.sandbox.guasti.imposta("appio", Guasto("ERRORE", volte=None))
        a = fatti.recapiti(_esistente(esterni))

        await servizio.consegna(*[fatti.presentata(a=a) for _ in range(40)])
        await servizio.giro_job()
        chiamate = len(esterni.sandbox.giornale.leggi(limite=1000))
        esterni.sandbox.guasti.togli()
        servizio.orologio.avanza(minutes=2)
        await servizio.giro_job()

        assert chiamate < 20
        assert len(esterni.messaggi()) == 40

    async def test_treats_a_call_that_nobody_recorded_as_unknown(self, avvia: Avvia, esterni: Esterni) -> None:
        servizio, domanda_id = await avvia(), nuovo_id()
        await servizio.consegna(fatti.presentata(domanda_id, a=fatti.recapiti(_esistente(esterni))))
        await servizio.giro_job("prepara")
        async with servizio.database.connection() as conn:
            await conn.execute("UPDATE consegna SET stato = 'IN_INVIO', tentativi = 1 WHERE canale = 'APP_IO'")

        await servizio.giro_job()

        assert esterni.messaggi() == []
        assert await _consegne(servizio, "DOMANDA_RICEVUTA") == {
            "APP_IO": ("FALLITA", "INVIO_INTERROTTO"),
            "EMAIL": ("CONSEGNATA", "ACCETTATO_DAL_SERVER"),
        }

    async def test_does_not_hold_its_own_death_against_the_channel(self, avvia: Avvia, esterni: Esterni) -> None:
        servizio, a = await avvia(smtp_host=None), fatti.recapiti(_esistente(esterni))
        await servizio.consegna(*[fatti.presentata(a=a) for _ in range(30)])
        await servizio.giro_job("prepara")
        async with servizio.database.connection() as conn:
            await conn.execute(
                "UPDATE consegna SET stato = 'IN_INVIO', tentativi = 1, prossimo_il = prossimo_il - interval '1 hour' "
                "WHERE id IN (SELECT id FROM consegna WHERE canale = 'APP_IO' ORDER BY id LIMIT 16)"
            )

        await servizio.giro_job()

        assert len(esterni.messaggi()) == 30 - 16


class TestSuperata:
    async def test_does_not_ask_to_complete_a_domanda_already_decided(self, avvia: Avvia, esterni: Esterni) -> None:
        servizio, domanda_id = await avvia(), nuovo_id()
        await servizio.consegna(fatti.presentata(domanda_id), fatti.in_evidenza(domanda_id))
        await servizio.giro_job("prepara")

        await servizio.consegna(fatti.accolta(domanda_id, versione=4))
        await servizio.giro_job()

        stati = {stato for stato, _ in (await _consegne(servizio, "DOMANDA_IN_EVIDENZA")).values()}
        assert stati == {"ANNULLATA"}
        assert "va completata" not in " ".join(m.oggetto for m in esterni.sandbox.posta.messaggi)

    async def test_takes_back_what_certainly_reached_nobody_and_no_more(self, avvia: Avvia, esterni: Esterni) -> None:
        servizio, respinta, perduta = await avvia(appio_url=None), nuovo_id(), nuovo_id()
        guasti: dict[UUID, Tipo] = {respinta: "ERRORE", perduta: "RISPOSTA_PERSA"}
        for domanda_id, guasto in guasti.items():
            await servizio.consegna(fatti.presentata(domanda_id))
            await servizio.giro_job()
            esterni.sandbox.guasti.imposta("posta", Guasto(guasto, volte=1))
            await servizio.consegna(fatti.in_evidenza(domanda_id))
            await servizio.giro_job()

        await servizio.consegna(fatti.accolta(respinta, versione=4), fatti.accolta(perduta, versione=4))

        async with servizio.database.connection() as conn:
            righe = await conn.fetch("SELECT domanda_id, stato FROM notifica WHERE avviso = 'DOMANDA_IN_EVIDENZA'")
        assert dict(map(tuple, righe)) == {respinta: "SUPERATA", perduta: "DA_INVIARE"}

    async def test_keeps_what_has_already_been_sent(self, avvia: Avvia) -> None:
        servizio, domanda_id = await avvia(), nuovo_id()
        await servizio.consegna(fatti.presentata(domanda_id), fatti.in_evidenza(domanda_id))
        await servizio.giro_job()

        await servizio.consegna(fatti.accolta(domanda_id, versione=4))

        assert await _stato(servizio, "DOMANDA_IN_EVIDENZA") == "CONSEGNATA"


class TestPrepara:
    async def test_finds_the_notice_whose_recapiti_were_written_by_a_transaction_it_could_not_see(
        self, avvia: Avvia
    ) -> None:
        servizio, domanda_id = await avvia(), nuovo_id()
        await servizio.consegna(fatti.accolta(domanda_id))
        async with servizio.database.transaction() as session:
            await registra_destinatari(session, [fatti.presentata(domanda_id)])

        await servizio.giro_job()

        assert await _stato(servizio, "DOMANDA_ACCOLTA") == "CONSEGNATA"


class TestMotore:
    async def test_does_it_all_by_itself_and_stops_clean(self, avvia: Avvia, esterni: Esterni) -> None:
        servizio, domanda_id = await avvia(ruoli=("api", "consumer", "jobs")), nuovo_id()
        messaggi = [servizio.messaggio(fatti.cessata(domanda_id)), servizio.messaggio(fatti.presentata(domanda_id))]

        await servizio.motore.bus.pubblica(messaggi)
        await entro(20, lambda: len(esterni.sandbox.posta.messaggi) == 2)

        await entro(10, lambda: all(ciclo.inattivo for ciclo in servizio.motore.cicli))
        assert await _stato(servizio, "DOMANDA_CESSATA") == "CONSEGNATA"


async def _togli_ricevuta(servizio: ServizioInProva, domanda_id: UUID) -> None:
    """Leave only the act: the receipt is a notice of its own."""
    ricevuta = NuovaNotifica(Avviso.DOMANDA_RICEVUTA, domanda_id, 1, "presentazione", Contenuto())
    async with servizio.database.connection() as conn:
        assert await conn.execute("DELETE FROM notifica WHERE id = $1", ricevuta.id) == "DELETE 1"
