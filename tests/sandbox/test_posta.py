# SPDX-License-Identifier: EUPL-1.2
"""The mail sink of the sandbox: keeps what it receives, refuses the mailboxes that do not exist."""

from email.message import EmailMessage

import aiosmtplib
import httpx
import pytest

from tests.sandbox.conftest import InProva


def lettera(a: str) -> EmailMessage:
    messaggio = EmailMessage()
    messaggio["From"], messaggio["To"], messaggio["Subject"] = "ente@inclusione.example", a, "Esito della domanda"
    messaggio.set_content("La domanda è accolta.")
    messaggio.add_attachment(b"%PDF-1.7", maintype="application", subtype="pdf", filename="esito.pdf")
    return messaggio


async def spedisci(in_prova: InProva, a: str) -> None:
    porta = in_prova.sandbox.posta.porta
    await aiosmtplib.send(lettera(a), hostname="127.0.0.1", port=porta, timeout=5)


class TestPosta:
    async def test_keeps_the_message(self, in_prova: InProva, http: httpx.AsyncClient) -> None:
        await spedisci(in_prova, "persona001@posta.example")

        (mail,) = (await http.get(f"{in_prova.url}/sandbox/v1/posta")).json()["items"]
        assert (mail["destinatari"], mail["oggetto"]) == (["persona001@posta.example"], "Esito della domanda")
        assert mail["testo"].strip() == "La domanda è accolta."
        assert mail["allegati"] == ["esito.pdf"]

    async def test_writes_recipient_and_subject_in_the_journal_and_not_the_text(
        self, in_prova: InProva, http: httpx.AsyncClient
    ) -> None:
        await spedisci(in_prova, "persona001@posta.example")

        risposta = await http.get(f"{in_prova.url}/sandbox/v1/giornale?sistema=posta")

        (voce,) = risposta.json()["items"]
        assert (voce["soggetto"], voce["id"], voce["status"]) == (
            "persona001@posta.example",
            "Esito della domanda",
            250,
        )
        assert "accolta" not in risposta.text

    async def test_refuses_a_mailbox_that_does_not_exist(self, in_prova: InProva) -> None:
        email = in_prova.sandbox.mondo.storia("email-inesistente").email
        assert email is not None

        with pytest.raises(aiosmtplib.SMTPRecipientsRefused) as rifiuto:
            await spedisci(in_prova, email)

        assert rifiuto.value.recipients[0].code == 550

    @pytest.mark.parametrize(("tipo", "codice"), [("LIMITE", 452), ("ERRORE", 451)])
    async def test_refuses_for_now_when_told_to(
        self, in_prova: InProva, http: httpx.AsyncClient, tipo: str, codice: int
    ) -> None:
        await http.put(f"{in_prova.url}/sandbox/v1/guasti/posta", json={"tipo": tipo})

        with pytest.raises(aiosmtplib.SMTPDataError) as rifiuto:
            await spedisci(in_prova, "persona001@posta.example")

        assert rifiuto.value.code == codice
        assert not in_prova.sandbox.posta.messaggi

    async def test_loses_the_answer_but_keeps_the_message(self, in_prova: InProva, http: httpx.AsyncClient) -> None:
        await http.put(f"{in_prova.url}/sandbox/v1/guasti/posta", json={"tipo": "RISPOSTA_PERSA"})

        with pytest.raises(aiosmtplib.SMTPServerDisconnected):
            await spedisci(in_prova, "persona001@posta.example")

        assert len(in_prova.sandbox.posta.messaggi) == 1
