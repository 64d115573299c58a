# SPDX-License-Identifier: EUPL-1.2
"""What the benches rest on: the count of who was overtaken, and people who are all different and found again."""

from datetime import UTC, date, datetime

import pytest

from deploy.bench.giornata import posti_persi
from deploy.bench.nuclei import CODICE, clone, di, moduli, storie

OGGI = date(2025, 3, 3)


class TestPostiPersi:
    @pytest.mark.parametrize(
        ("decise", "persi"),
        [((1, 2, 3), [0, 0, 0]), ((1, 1, 1), [0, 0, 0]), ((3, 1, 2), [2, 0, 0]), ((1, 3, 3, 2), [0, 1, 1, 0])],
        ids=["in-ordine", "insieme", "la-prima-per-ultima", "due-sorpassate"],
    )
    def test_are_those_who_came_later_and_went_before(self, decise: tuple[int, ...], persi: list[int]) -> None:
        istanti = [datetime(2025, 3, 3, 9, 0, secondo, tzinfo=UTC) for secondo in decise]

        assert posti_persi(istanti) == persi


class TestNuclei:
    def test_are_all_of_different_people(self) -> None:
        quanti = 2 * len(storie(OGGI))

        codici = [set(CODICE.findall(modulo)) for modulo in moduli(range(quanti), OGGI)]

        assert len(set.union(*codici)) == sum(len(suoi) for suoi in codici)

    def test_are_found_again_by_each_codice_fiscale(self) -> None:
        suo = clone(123_456, OGGI)

        for posto, persona in enumerate(suo.nucleo.persone):
            assert di(suo.scrivi(persona.codice_fiscale.encode()), OGGI) == (suo, posto)
