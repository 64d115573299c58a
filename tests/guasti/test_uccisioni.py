# SPDX-License-Identifier: EUPL-1.2
"""SIGKILL under load: from the domanda to the payment nothing is lost, nothing happens twice."""

import os

import pytest

from tests.guasti.impianto import Impianto
from tests.guasti.piano import Colpo, Fase, Piano, piano
from tests.guasti.punti import DOPO_IL_COMMIT, PAGATO, PRIMA_DI_PUBBLICARE, REGISTRATO
from tests.guasti.resoconto import Opzioni
from tests.guasti.storia import percorri

SEME = int(os.environ.get("GUASTI_SEME", "20250303"))
# Three processes of tests share the machine here: the drain has some more time than the 30 s that are promised.
_DOMANDE, _UCCISIONI = 1000, 8
_OPZIONI = Opzioni(SEME, _DOMANDE, svuotamento_seconds=45.0)


@pytest.mark.timeout(600)
async def test_loses_nothing_and_doubles_nothing_under_kills(servito: Impianto) -> None:
    resoconto = await percorri(servito, _OPZIONI, piano(SEME, _UCCISIONI))

    ripeti = f"python -m tests.guasti --seme {SEME} --domande {_DOMANDE} --uccisioni {_UCCISIONI}"
    assert not resoconto.violazioni, f"{resoconto.in_testo()}\nper ripetere: {ripeti}"
    assert sum(resoconto.morti.values()) >= _UCCISIONI
    assert resoconto.figure["domande"] == _DOMANDE
    print(resoconto.in_testo())  # noqa: T201 - the figures that docs/affidabilita.md quotes


def _colpi(fase: Fase, a_chi: str, punto: str, *quando: float) -> Piano:
    return Piano(tuple(Colpo(fase, share, a_chi, punto) for share in quando))


# Each planted bug with the kills that it does not survive, and how its violation begins.
_CONTROLLI = {
    "senza-inbox": (_colpi(Fase.DOMANDE, "verifiche_anagrafiche", REGISTRATO, 0.1, 0.3, 0.5), Fase.DOMANDE, "INV2"),
    "conferma-prima": (_colpi(Fase.DOMANDE, "verifiche_anagrafiche", "", 0.1, 0.3, 0.5), Fase.DOMANDE, "INV1"),
    "segna-prima": (_colpi(Fase.DOMANDE, "domande", PRIMA_DI_PUBBLICARE, 0.1, 0.3, 0.5), Fase.DOMANDE, "INV1"),
    "senza-chiave": (_colpi(Fase.DOMANDE, "domande", DOPO_IL_COMMIT, 0.1, 0.3, 0.5), Fase.DOMANDE, "INV1"),
    "id-nuovi-al-pagatore": (_colpi(Fase.PAGAMENTI, "erogazioni", PAGATO, 0.0), Fase.PAGAMENTI, "INV3"),
}


@pytest.mark.timeout(300)
@pytest.mark.parametrize("difetto", _CONTROLLI)
async def test_control_a_planted_bug_is_found(servito: Impianto, difetto: str) -> None:
    colpi, fino_a, promessa = _CONTROLLI[difetto]
    # The file of a payer comes back when the lease of who died runs out; the other bugs show at once.
    pazienza = 25.0 if fino_a is Fase.PAGAMENTI else 3.0
    opzioni = Opzioni(SEME, 30, fino_a=fino_a, pazienza_seconds=pazienza, difetti=(difetto,))

    resoconto = await percorri(servito, opzioni, colpi)

    trovate = [violazione for violazione in resoconto.violazioni if violazione.startswith(promessa)]
    assert trovate, resoconto.in_testo()
