# SPDX-License-Identifier: EUPL-1.2
"""INV8 on the real handlers and the real PostgreSQL: 600 arrivals of the same events, one end for each service."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import date
from typing import Any
from uuid import UUID

import pytest

from services.domande.handlers import handlers as domande
from services.erogazioni.handlers import handlers as erogazioni
from services.notifiche.handlers import handlers as notifiche
from services.presa_in_carico import handlers as presa_in_carico
from services.presa_in_carico.commands.chiudi_casi import chiudi_casi
from services.verifiche_anagrafiche.handlers import handlers as verifiche
from shared.contracts.domande import CausaCessazione
from shared.contracts.evento import Evento
from shared.contracts.presa_in_carico import DecadenzaPropostaV1
from shared.db.session import Database, Session
from tests.conftest import CreaServizio
from tests.domande import casi as casi_domande
from tests.erogazioni import fatti as fatti_erogazioni
from tests.notifiche import fatti as fatti_notifiche
from tests.presa_in_carico import fatti as fatti_presa
from tests.simulazione.difetti import senza_lapide
from tests.simulazione.permutazioni import Finale, Insieme
from tests.verifiche_anagrafiche import casi as casi_verifiche

_QUANTI = 120  # for each of the five services
_SEME = 20250303
_D, _S = UUID(int=0xD), UUID(int=0x5)
ApriArchivio = Callable[[str], Awaitable[Database]]


def _leggi(*query: str) -> Finale:
    async def finale(session: Session) -> Any:
        return [[tuple(riga) for riga in await session.fetch(q)] for q in query]

    return finale


async def _nessuno_diverso(insieme: Insieme) -> None:
    assert await insieme.diversi(seme=_SEME, quanti=_QUANTI) == []


class TestErogazioni:
    async def test_ends_in_one_state(self, database: ApriArchivio) -> None:
        f = fatti_erogazioni
        eventi: Sequence[Evento] = [
            f.spettanza(_D), f.pad(_D), f.spettanza(_D, {f.MARZO: "500.00"}, versione=6), f.sospesa(_D, _S),
            f.revocata(_D, _S), f.cessata(_D), f.cessata(_D, dal=f.MARZO, versione=11, causa=CausaCessazione.DECADENZA),
        ]  # fmt: skip

        async def finale(session: Session) -> Any:
            return await f.stato_finale(session, [_D])

        await _nessuno_diverso(Insieme(await database("erogazioni"), erogazioni, eventi, finale))


_CASO = _leggi(
    "SELECT domanda_id, stato, misura, comune, accolto_il, accolta_versione, chiuso_il, chiuso_dal, causa_chiusura, "
    "cessata_versione FROM caso",
    "SELECT count(*) FROM mancato_recapito",
)


class TestPresaInCarico:
    @pytest.fixture
    async def insieme(self, database: ApriArchivio) -> Insieme:
        f = fatti_presa
        eventi: Sequence[Evento] = [
            f.accolta(_D), f.accolta(_D, versione=4, comune="F205"), f.non_recapitata(_D), f.cessata(_D),
            f.cessata(_D, versione=7, causa=CausaCessazione.DECADENZA),
        ]  # fmt: skip
        return Insieme(await database("presa_in_carico"), presa_in_carico.handlers, eventi, _CASO)

    async def test_ends_in_one_state(self, insieme: Insieme) -> None:
        await _nessuno_diverso(insieme)

    async def test_control_without_tombstones_does_not(self, insieme: Insieme, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(presa_in_carico, "chiudi_casi", chiudi_casi)  # put back at the end
        senza_lapide()

        assert await insieme.diversi(seme=_SEME, quanti=30)


class TestNotifiche:
    async def test_ends_in_one_state(self, database: ApriArchivio) -> None:
        f = fatti_notifiche
        eventi: Sequence[Evento] = [
            f.presentata(_D), f.in_evidenza(_D), f.integrata(_D), f.accolta(_D, versione=4), f.pad(_D), f.sospesa(_D),
            f.ripresa(_D), f.pagata(_D), f.scartata(_D), f.cessata(_D, versione=6),
        ]  # fmt: skip
        finale = _leggi(
            "SELECT domanda_id, avviso, fatto FROM notifica ORDER BY avviso, fatto",
            "SELECT count(*) FROM notifica WHERE stato = 'IN_ATTESA_RECAPITI'",
        )

        await _nessuno_diverso(Insieme(await database("notifiche"), notifiche, eventi, finale))


class TestVerificheAnagrafiche:
    async def test_ends_in_one_state(self, database: ApriArchivio) -> None:
        f = casi_verifiche
        nucleo, aperta = f.storia(f.SEMPLICE), UUID(int=0xE)
        eventi: Sequence[Evento] = [
            f.presentata(nucleo, _D), f.integrata(nucleo, _D), f.cessata(nucleo, _D, versione=5),
            f.presentata(nucleo, aperta), f.integrata(nucleo, aperta, giorno=date(2025, 3, 4)),
            f.integrata(nucleo, aperta, versione=5, giorno=date(2025, 3, 5)),
        ]  # fmt: skip
        # Of a verifica that is cancelled it does not matter which form it was about.
        finale = _leggi(
            "SELECT domanda_id, stato, CASE stato WHEN 'ANNULLATA' THEN 0 ELSE domanda_versione END, misura "
            "FROM verifica ORDER BY 1, 3",
            "SELECT v.domanda_id, i.controllo, count(*) FROM interrogazione i JOIN verifica v ON v.id = i.verifica_id "
            "WHERE v.stato = 'APERTA' AND i.stato = 'DA_ESEGUIRE' GROUP BY 1, 2 ORDER BY 1, 2",
        )

        await _nessuno_diverso(Insieme(await database("verifiche_anagrafiche"), verifiche, eventi, finale))


class TestDomande:
    async def test_ends_in_one_state(self, crea_servizio: CreaServizio) -> None:
        servizio, f = await crea_servizio("domande"), casi_domande
        domanda = UUID((await f.presenta(servizio.come("CAF-ALFA"))).json()["id"])
        decadenza = DecadenzaPropostaV1(
            domanda_id=domanda, versione=3, caso_id=domanda, causa="PRIMO_INCONTRO_ASSENZA", fatto_il=date(2025, 4, 5)
        )
        eventi: Sequence[Evento] = [
            f.conclusa(domanda), f.conclusa(domanda, domanda_versione=0), f.pad(domanda), f.pad(domanda, date(2025, 4, 1)),
            decadenza,
        ]  # fmt: skip
        finale = _leggi(
            "SELECT stato, pad_il, decorre_dal, cessata_il, causa_cessazione, integrare_entro FROM domanda",
            "SELECT esito, impronta FROM decisione",
            "SELECT mese, importo_cent, quota_a_cent FROM spettanza ORDER BY mese",
        )

        await _nessuno_diverso(Insieme(servizio.database, domande, eventi, finale))
