# SPDX-License-Identifier: EUPL-1.2
"""A hundred seeds break no promise, the same seed is the same run, and every planted bug is found by some seed."""

import os

import pytest

from tests.simulazione.corsa import Opzioni, Verdetto
from tests.simulazione.difetti import DIFETTI
from tests.simulazione.figlio import esegui

_SEMI, _GRUPPI = 100, 4
_PRIMO = int(os.environ.get("SIMULAZIONE_SEME", "1"))
# Of the places that decide, every 7th in integration; SIMULAZIONE_PUNTI=1 is all of them.
_OGNI = int(os.environ.get("SIMULAZIONE_PUNTI", "7"))
_PROMESSE = {
    "senza-inbox": "INV2",
    "segna-prima": "INV1",
    "conferma-prima": "INV1",
    "id-nuovi-al-pagatore": "INV3",
    "senza-punto-di-non-ritorno": "INV5",
    "senza-lapide": "INV5",
    "restituzioni-perse": "INV9",
}


def _cattivi(verdetti: list[Verdetto]) -> str:
    return "\n".join(v.in_testo() for v in verdetti if v.violazioni)


class TestSemi:
    @pytest.mark.timeout(600)
    @pytest.mark.parametrize("gruppo", range(_GRUPPI))
    def test_break_no_promise(self, gruppo: int) -> None:
        semi = range(_PRIMO + gruppo, _PRIMO + _SEMI, _GRUPPI)

        verdetti = list(esegui([Opzioni(seme) for seme in semi]))

        assert len(verdetti) == len(semi)
        assert not _cattivi(verdetti), _cattivi(verdetti)
        morti, passi = sum(v.morti for v in verdetti), sum(v.passi for v in verdetti)
        print(f"{len(verdetti)} semi, {passi} passi, {morti} morti: 0 violazioni")  # noqa: T201
        assert morti > len(verdetti)
        # Money came back in some of them: it was looked at.
        assert sum(v.restituiti for v in verdetti) >= 3

    @pytest.mark.timeout(300)
    def test_told_again_are_the_same_run(self) -> None:
        """In the same process after another one, and in a new process."""
        uno, altro, di_nuovo = esegui([Opzioni(_PRIMO), Opzioni(_PRIMO + 1), Opzioni(_PRIMO)])
        (da_capo,) = esegui([Opzioni(_PRIMO)])

        assert uno.impronta == di_nuovo.impronta == da_capo.impronta
        assert uno.impronta != altro.impronta


class TestPunti:
    """One domanda from presentation to payment, without other faults, and one death at each place that decides."""

    @pytest.mark.timeout(600)
    def test_are_survived_one_by_one(self) -> None:
        (sano,) = esegui([Opzioni(_PRIMO, quiete=True)])

        verdetti = list(esegui([Opzioni(_PRIMO, al_punto=n) for n in range(1, sano.punti + 1, _OGNI)]))

        assert not sano.violazioni
        assert sano.punti > 200
        assert not _cattivi(verdetti), _cattivi(verdetti)
        assert {v.morti for v in verdetti} == {1}
        print(f"{len(verdetti)} punti di {sano.punti}: 0 violazioni")  # noqa: T201


class TestControlli:
    @pytest.mark.timeout(600)
    @pytest.mark.parametrize("difetto", DIFETTI)
    def test_find_a_planted_bug(self, difetto: str) -> None:
        semi = [Opzioni(seme, difetto=difetto) for seme in range(_PRIMO, _PRIMO + _SEMI)]

        verdetti = list(esegui(semi, fermati=True))

        trovate = verdetti[-1].violazioni
        assert any(v.startswith(_PROMESSE[difetto]) for v in trovate), f"{len(verdetti)} semi: {trovate}"
        print(f"{difetto}: trovato dal seme {verdetti[-1].seme}")  # noqa: T201
