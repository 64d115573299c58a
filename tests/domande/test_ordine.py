# SPDX-License-Identifier: EUPL-1.2
"""Whatever the order in which the acts of a domanda arrive, and how many times, it ends in the same state."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared.contracts.domande import CausaCessazione, DomandaAccoltaV1, DomandaCessataV1, SpettanzaDeterminataV1
from shared.contracts.evento import Evento
from shared.contracts.presa_in_carico import DecadenzaPropostaV1
from shared.contracts.verifiche_anagrafiche import FattiVerificati
from shared.kernel.identita import id_deterministico
from shared.kernel.mese import Mese
from tests.conftest import CreaServizio
from tests.domande.casi import conclusa, fatti, pad, presenta
from tests.support.servizio import ServizioInProva

PRESENTATA = datetime(2025, 3, 3, 9, tzinfo=UTC)
LAVORATA = datetime(2025, 4, 20, 9, tzinfo=UTC)
RINUNCIA = "RINUNCIA"
ESITI: dict[str, FattiVerificati] = {
    "accolta": fatti(),
    "respinta": fatti(isee=Decimal("10140.01")),
    "evidenza": fatti(difformita=("PatrimoniMobiliari",)),
}
_SVUOTA = (
    "DELETE FROM spettanza; DELETE FROM decisione; DELETE FROM domanda; DELETE FROM progressivo; DELETE FROM outbox"
)


@dataclass(frozen=True)
class Finale:
    """All that somebody can read of a domanda in the end."""

    domanda: tuple[Any, ...]
    dossier: tuple[tuple[str, str, bytes], ...]
    spettanze: tuple[tuple[Any, ...], ...]


@pytest.fixture
async def domande(crea_servizio: CreaServizio) -> ServizioInProva:
    return await crea_servizio("domande")


def atti(domanda: UUID, esito: str) -> dict[str, Evento | str]:
    """Give the acts of a domanda by name, in their natural order."""
    vecchia = conclusa(domanda, fatti(isee=Decimal("99999.00")), domanda_versione=0)
    return {
        "verifica": conclusa(domanda, ESITI[esito]),
        "verifica di un modulo più vecchio": vecchia,
        "pad": pad(domanda),
        "pad successivo": pad(domanda, date(2025, 4, 1)),
        "decadenza": DecadenzaPropostaV1(
            domanda_id=domanda, versione=3, caso_id=domanda, causa="PRIMO_INCONTRO_ASSENZA", fatto_il=date(2025, 4, 5)
        ),
        "rinuncia": RINUNCIA,
    }


async def rivivi(domande: ServizioInProva, esito: str, ordine: Sequence[str]) -> Finale:
    """Present a domanda and let its acts arrive in an order."""
    async with domande.database.connection() as conn:
        await conn.execute(_SVUOTA)
    domande.orologio.vai(PRESENTATA)
    domanda = UUID((await presenta(domande.come("CAF-ALFA"))).json()["id"])
    domande.orologio.vai(LAVORATA)
    tutti = atti(domanda, esito)
    for nome in ordine:
        await _arriva(domande, domanda, tutti[nome])
    return await finale(domande, domanda)


async def _arriva(domande: ServizioInProva, domanda: UUID, atto: Evento | str) -> None:
    if isinstance(atto, Evento):
        # A redelivery is the same message: same id.
        await domande.consegna(domande.messaggio(atto, id_evento=id_deterministico(atto.model_dump_json())))
        return
    risposta = await domande.come("CAF-ALFA").post(
        f"/v1/domande/{domanda}/rinuncia", json={}, headers={"Idempotency-Key": f"rinuncia-{domanda}"}
    )
    assert risposta.status_code in (200, 409)


async def finale(domande: ServizioInProva, domanda: UUID) -> Finale:
    campi = "stato, pad_il, decorre_dal, cessata_il, causa_cessazione, integrare_entro"
    async with domande.database.transaction() as session:
        riga = await session.fetchrow(f"SELECT {campi} FROM domanda WHERE id = $1", domanda)
        decisioni = await session.fetch("SELECT esito, impronta, dossier FROM decisione ORDER BY version")
        mesi = await session.fetch("SELECT mese, importo_cent, quota_a_cent FROM spettanza ORDER BY mese")
        dossier = tuple((d["esito"], d["impronta"], session.cifrario.decifra(d["dossier"])) for d in decisioni)
    return Finale(tuple(riga), dossier, tuple(tuple(m) for m in mesi))


NOMI = list(atti(UUID(int=1), "accolta"))


@st.composite
def arrivi(draw: st.DrawFn) -> tuple[list[str], list[str]]:
    """Draw some acts in their natural order, and the same ones in any order, some of them twice."""
    scelti = [nome for nome in NOMI if nome == "verifica" or draw(st.booleans())]
    ripetuti = draw(st.lists(st.sampled_from(scelti), max_size=3))
    return scelti, draw(st.permutations(scelti + ripetuti))


class TestOrdine:
    @pytest.mark.parametrize("esito", ESITI)
    @given(arrivo=arrivi())
    @settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
    async def test_of_the_acts_does_not_change_where_the_domanda_ends(
        self, domande: ServizioInProva, esito: str, arrivo: tuple[list[str], list[str]]
    ) -> None:
        naturale, mescolato = arrivo

        atteso = await rivivi(domande, esito, naturale)
        trovato = await rivivi(domande, esito, mescolato)

        assert trovato == atteso


class TestPad:
    async def test_that_comes_before_the_decision_gives_what_is_due_with_it(self, domande: ServizioInProva) -> None:
        domande.orologio.vai(PRESENTATA)
        domanda = UUID((await presenta(domande.come("CAF-ALFA"))).json()["id"])
        await domande.consegna(pad(domanda))
        await domande.ritira()

        await domande.consegna(conclusa(domanda))

        (accolta,) = await domande.emessi(DomandaAccoltaV1)
        (spettanza,) = await domande.emessi(SpettanzaDeterminataV1)
        assert spettanza.decorre_dal == Mese(2025, 4)
        assert spettanza.versione >= accolta.versione

    async def test_that_is_earlier_but_arrives_later_moves_the_first_month_back(self, domande: ServizioInProva) -> None:
        domande.orologio.vai(PRESENTATA)
        domanda = UUID((await presenta(domande.come("CAF-ALFA"))).json()["id"])
        await domande.consegna(conclusa(domanda), pad(domanda, date(2025, 4, 1)))
        await domande.consegna(pad(domanda, date(2025, 3, 31)))

        prima, dopo = await domande.emessi(SpettanzaDeterminataV1)

        assert (prima.decorre_dal, dopo.decorre_dal) == (Mese(2025, 5), Mese(2025, 4))
        assert dopo.versione > prima.versione


class TestRinuncia:
    async def test_made_before_the_checks_ended_stops_the_decision(self, domande: ServizioInProva) -> None:
        domande.orologio.vai(PRESENTATA)
        domanda = UUID((await presenta(domande.come("CAF-ALFA"))).json()["id"])
        await _arriva(domande, domanda, RINUNCIA)

        await domande.consegna(conclusa(domanda))

        assert (await finale(domande, domanda)).domanda[0] == "ANNULLATA"
        assert (await finale(domande, domanda)).dossier == ()

    async def test_that_overtakes_a_decision_already_due_does_not_take_it_away(self, domande: ServizioInProva) -> None:
        domande.orologio.vai(PRESENTATA)
        domanda = UUID((await presenta(domande.come("CAF-ALFA"))).json()["id"])
        domande.orologio.vai(LAVORATA)
        await _arriva(domande, domanda, RINUNCIA)
        await domande.ritira()

        await domande.consegna(conclusa(domanda))

        assert (await finale(domande, domanda)).domanda[0] == "RINUNCIATA"
        (cessata,) = await domande.emessi(DomandaCessataV1)
        assert cessata.causa is CausaCessazione.RINUNCIA


class TestFatti:
    @given(ordine=st.permutations(range(len(ESITI["accolta"].fatti))))
    @settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
    async def test_in_any_order_give_the_same_dossier(self, domande: ServizioInProva, ordine: list[int]) -> None:
        originali = ESITI["accolta"].fatti
        ESITI["mescolata"] = FattiVerificati(fatti=tuple(originali[i] for i in ordine))

        atteso = await rivivi(domande, "accolta", ["verifica"])
        trovato = await rivivi(domande, "mescolata", ["verifica"])

        assert trovato == atteso
