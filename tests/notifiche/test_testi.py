# SPDX-License-Identifier: EUPL-1.2
"""The short messages: within the limits of App IO, in Italian, nothing personal in the subject."""

import pytest

from services.notifiche.clients.testi import Frasario
from services.notifiche.domain.avviso import Avviso
from services.notifiche.domain.consegna import Canale
from shared.contracts.domande import MotivoEsito
from tests.notifiche.schede import CAUSE, scheda

ELETTRONICI = (Canale.APP_IO, Canale.EMAIL)


class TestScrivi:
    @pytest.mark.parametrize("avviso", Avviso)
    @pytest.mark.parametrize("canale", ELETTRONICI)
    def test_stays_within_the_limits_and_keeps_personal_data_out_of_the_subject(
        self, avviso: Avviso, canale: Canale
    ) -> None:
        testo = Frasario().scrivi(avviso.modello, scheda(avviso), canale)

        assert 10 <= len(testo.oggetto) <= 120
        assert 80 <= len(testo.corpo) <= 10_000
        assert not {"Maria", "Rossi", "ISEE", "1.780,50"} & set(testo.oggetto.replace(",", " ").split())
        assert "{{" not in testo.corpo

    @pytest.mark.parametrize(
        ("causa", "dice"),
        [
            ("CARTA_NON_RITIRATA", "Ritirala all'ufficio postale"),
            ("CONTO_CHIUSO", "indica un altro modo di ricevere i pagamenti"),
            ("BENEFICIARIO_DECEDUTO", "risulta deceduto"),
            ("ALTRO", "siano ancora attivi"),
        ],
    )
    def test_tells_what_to_do_when_the_money_came_back(self, causa: str, dice: str) -> None:
        scritto = Frasario().scrivi(
            "erogazione_restituita", scheda(Avviso.EROGAZIONE_RESTITUITA, causa=causa), Canale.APP_IO
        )

        assert dice in scritto.corpo

    @pytest.mark.parametrize("causa", CAUSE)
    def test_tells_each_ending_in_its_own_words(self, causa: str) -> None:
        corpi = {
            c: Frasario().scrivi("domanda_cessata", scheda(Avviso.DOMANDA_CESSATA, causa=c), Canale.APP_IO).corpo
            for c in CAUSE
        }

        assert len(corpi[causa]) >= 80
        assert [c for c, corpo in corpi.items() if corpo == corpi[causa]] == [causa]
        assert ("riesame" in corpi[causa]) is (causa in ("DECADENZA", "REVOCA"))

    def test_gives_every_reason_with_its_norm_on_app_io_as_plain_text(self) -> None:
        corpo = Frasario().scrivi("domanda_respinta", scheda(Avviso.DOMANDA_RESPINTA), Canale.APP_IO).corpo

        assert "supera la soglia di 10.140,00 euro" in corpo
        assert "D.L. 48/2023, art. 2, c. 2, lett. c), n. 1" in corpo
        assert r"\*z\* @q \<l\> \\u" in corpo
        assert "lunedì 30 marzo 2026" in corpo

    def test_drops_the_list_of_reasons_when_it_does_not_fit(self) -> None:
        lunghi = [MotivoEsito(codice="ADI-R06", spiegazione="x" * 900, fonte="D.L. 48/2023") for _ in range(12)]
        corpo = (
            Frasario().scrivi("domanda_respinta", scheda(Avviso.DOMANDA_RESPINTA, motivi=lunghi), Canale.APP_IO).corpo
        )

        assert len(corpo) <= 10_000
        assert "I motivi sono nella lettera" in corpo
        assert "chiedi il riesame entro" in corpo

    def test_leaves_the_reasons_to_the_attachment_of_an_e_mail(self) -> None:
        corpo = Frasario().scrivi("domanda_respinta", scheda(Avviso.DOMANDA_RESPINTA), Canale.EMAIL).corpo

        assert "ISEE" not in corpo
        assert "lettera allegata" in corpo
        assert corpo.startswith("Gentile Maria Rossi,")
