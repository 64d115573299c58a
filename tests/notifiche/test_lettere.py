# SPDX-License-Identifier: EUPL-1.2
"""The letters: what a person reads, and what a screen reader needs."""

import io
from typing import Any

import pytest
from pypdf import PdfReader

from services.notifiche.clients.lettere import Tipografia
from services.notifiche.domain.avviso import Avviso
from tests.notifiche.fatti import PROTOCOLLO
from tests.notifiche.schede import CAUSE, DATA, scheda

ATTI = [avviso for avviso in Avviso if avviso.dovuto]


def _leggi(avviso: Avviso, **diverso: object) -> PdfReader:
    return PdfReader(io.BytesIO(Tipografia().componi(avviso.modello, scheda(avviso, **diverso), DATA)))


def _testo(pdf: PdfReader) -> str:
    return " ".join(" ".join(pagina.extract_text() for pagina in pdf.pages).split())


def _etichette(nodo: object) -> list[str]:
    """List the tags of the structure tree, in order."""
    nodo = nodo.get_object() if hasattr(nodo, "get_object") else nodo
    if isinstance(nodo, list):
        return [etichetta for figlio in nodo for etichetta in _etichette(figlio)]
    if not isinstance(nodo, dict):
        return []
    proprie = [str(nodo["/S"])] if "/S" in nodo else []
    return proprie + (_etichette(nodo["/K"]) if "/K" in nodo else [])


class TestLettera:
    @pytest.mark.parametrize("avviso", ATTI)
    def test_is_accessible_and_fits_one_page(self, avviso: Avviso) -> None:
        pdf = _leggi(avviso)
        radice: Any = pdf.trailer["/Root"]
        etichette = _etichette(radice["/StructTreeRoot"])

        assert radice["/Lang"] == "it-IT"
        assert radice["/MarkInfo"]["/Marked"].value is True
        assert radice["/ViewerPreferences"]["/DisplayDocTitle"].value is True
        assert "<pdfuaid:part>1</pdfuaid:part>" in radice["/Metadata"].get_data().decode()
        assert etichette.count("/H1") >= 2
        assert etichette.count("/Title") == 1
        assert "/Table" not in etichette
        assert pdf.metadata is not None
        assert str(pdf.metadata.title).startswith("Assegno di inclusione: ")
        assert "Rossi" not in str(pdf.metadata.title)
        assert len(pdf.pages) == 1

    @pytest.mark.parametrize("avviso", ATTI)
    def test_says_to_whom_about_what_and_whom_to_ask(self, avviso: Avviso) -> None:
        testo = _testo(_leggi(avviso))

        assert "Maria Rossi Via delle Robinie 12 00174 Roma (RM)" in testo
        assert "Roma, 28 febbraio 2026" in testo
        assert PROTOCOLLO in testo
        assert "800 000 000" in testo
        assert "D.L. 4 maggio 2023, n. 48" in testo

    def test_gives_each_reason_with_its_norm_as_text_and_the_term_of_the_riesame(self) -> None:
        testo = _testo(_leggi(Avviso.DOMANDA_RESPINTA))

        assert "L'ISEE del nucleo è 12.345,67 euro e supera la soglia di 10.140,00 euro." in testo.replace("’", "'")
        assert "D.L. 48/2023, art. 2, c. 2, lett. b), n. 1" in testo
        assert '#panic("x") $y$ *z* @q <l> \\u' in testo
        assert "lunedì 30 marzo 2026" in testo
        assert "30 giorni" in testo
        assert "ricorso al giudice" in testo

    def test_asks_to_complete_the_domanda_by_a_day_with_its_name(self) -> None:
        testo = _testo(_leggi(Avviso.DOMANDA_IN_EVIDENZA, motivi=()))

        assert "lunedì 30 marzo 2026" in testo
        assert "sarà respinta" in testo

    def test_writes_the_amount_as_an_italian_reads_it_and_the_next_step(self) -> None:
        testo = _testo(_leggi(Avviso.DOMANDA_ACCOLTA))

        assert "1.780,50 euro" in testo
        assert "patto di attivazione digitale" in testo
        assert "Entro 120 giorni dalla firma" in testo

    @pytest.mark.parametrize(
        ("causa", "dice"),
        [
            ("CARTA_NON_RITIRATA", "Ritiri la carta"),
            ("CONTO_CHIUSO", "Indichi all'ufficio un altro modo"),
            ("CONTO_INESISTENTE", "Indichi all'ufficio un altro modo"),
            ("BENEFICIARIO_DECEDUTO", "Chi fa parte del nucleo"),
            ("ALTRO", "Controlli che la carta"),
        ],
    )
    def test_tells_what_to_do_when_the_money_came_back(self, causa: str, dice: str) -> None:
        testo = _testo(_leggi(Avviso.EROGAZIONE_RESTITUITA, causa=causa)).replace("’", "'")

        assert dice in testo
        assert "Le spetta ancora" in testo

    @pytest.mark.parametrize("causa", CAUSE)
    def test_names_each_ending_and_its_remedy(self, causa: str) -> None:
        testo = _testo(_leggi(Avviso.DOMANDA_CESSATA, causa=causa))

        assert ("riesame entro 30 giorni" in testo) is (causa in ("DECADENZA", "REVOCA"))
        assert "aprile 2026" in testo

    @pytest.mark.regola("S004-F35")
    def test_tells_the_beneficiario_of_the_decadenza(self) -> None:
        testo = _testo(_leggi(Avviso.DOMANDA_CESSATA, causa="DECADENZA"))

        assert "è cessato per decadenza" in testo

    def test_comes_out_the_same_to_the_byte(self) -> None:
        foglio = scheda(Avviso.DOMANDA_ACCOLTA)

        prima, seconda = (Tipografia().componi("domanda_accolta", foglio, DATA) for _ in range(2))

        assert prima == seconda
