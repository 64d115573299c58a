# SPDX-License-Identifier: EUPL-1.2
"""All the interleavings of the saga: no promise is broken in any state, and each planted bug is found."""

import pytest

from tests.simulazione.modello import Difetto, Violazione, esplora

_PROMESSE = {
    Difetto.SENZA_INBOX: "INV7",
    Difetto.SEGNA_PRIMA: "INV",
    Difetto.CONFERMA_PRIMA: "INV",
    Difetto.ID_NUOVI: "INV3",
    Difetto.SENZA_NON_RITORNO: "INV6",
    Difetto.SENZA_LAPIDE: "INV5",
    Difetto.SILENZIO_RIFIUTO: "INV6",
}


class TestEsplora:
    def test_finds_no_broken_promise_in_any_state(self) -> None:
        stati = esplora()

        print(f"{stati} stati, 2 doppioni, 2 morti, 1 risposta persa: 0 violazioni")  # noqa: T201
        assert stati > 3_000

    @pytest.mark.parametrize("difetto", _PROMESSE)
    def test_control_finds_a_planted_bug(self, difetto: Difetto) -> None:
        with pytest.raises(Violazione, match=f"^{_PROMESSE[difetto]}"):
            esplora(difetto)
