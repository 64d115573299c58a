# SPDX-License-Identifier: EUPL-1.2
"""The role matrix and the object matrix, called for real on the five services, and the bugs that they must find."""

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

import pytest

from shared.db.pagine import Filtro
from shared.errors import Forbidden, NotFound
from shared.web import contesto
from shared.web.contesto import Contesto
from shared.web.enti import Ruolo
from shared.web.permessi import Ambito, Permesso
from tests.sicurezza.matrice import DI_NESSUNO, divari, operazioni
from tests.sicurezza.percorso import Percorso


@pytest.fixture
async def percorso(percorso: Percorso) -> Percorso:
    """The domanda has gone all the way; each service has a message that it could not apply, payments have an outcome too."""
    await percorso.tutto()
    await percorso.scarta()
    await percorso.contraddice()
    return percorso


def di_qualcuno(percorso: Percorso, *, elenchi: bool = False) -> set[tuple[str, str]]:
    """Give the operations on a thing that is somebody's, for callers who see only some; with the lists, if asked."""
    return {
        (nome, operazione.id)
        for nome, servizio in percorso.servizi.items()
        for operazione in operazioni(servizio)
        if (operazione.tabella or (operazione.elencata if elenchi else None)) not in DI_NESSUNO | {None}
        and set(servizio.app.state.risorse.matrice[operazione.id].values()) - {Ambito.TUTTO}
    }


def _senza_filtro(monkeypatch: pytest.MonkeyPatch) -> None:
    """Everybody sees everything."""
    monkeypatch.setattr(Permesso, "filtro", lambda *_, **__: Filtro())


def _senza_ruoli(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every role may do everything."""

    def permesso(_: Mapping[str, Mapping[Ruolo, Ambito]], operazione: str, chiamante: Any) -> Permesso:
        return Permesso(operazione, Ambito.TUTTO, chiamante)

    monkeypatch.setattr(contesto, "permesso", permesso)


def _che_ammette(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is another's is refused as such: it tells that it is there."""
    originale = Contesto.visibile

    async def visibile(ctx: Contesto, tabella: str, oggetto: UUID, **altro: Any) -> None:
        try:
            await originale(ctx, tabella, oggetto, **altro)
        except NotFound:
            if await ctx.session.fetchval(f"SELECT 1 FROM {tabella} WHERE id = $1", oggetto):
                raise Forbidden("La risorsa è di un altro ente") from None
            raise

    monkeypatch.setattr(Contesto, "visibile", visibile)


def _che_non_annota(monkeypatch: pytest.MonkeyPatch) -> None:
    """Refused reads leave no row."""
    originale = Contesto.registra

    def registra(ctx: Contesto, oggetto: UUID | None, *, esito: str = "CONSENTITO", **altro: Any) -> None:
        if esito == "CONSENTITO":
            originale(ctx, oggetto, esito=esito, **altro)

    monkeypatch.setattr(Contesto, "registra", registra)


@pytest.mark.timeout(300)
class TestMatrice:
    async def test_is_what_the_services_do_and_sees_planted_bugs(
        self, percorso: Percorso, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        assert await divari(percorso) == []
        assert len(di_qualcuno(percorso)) > 20

        difetti: list[Callable[[pytest.MonkeyPatch], None]] = [_senza_filtro, _che_ammette, _che_non_annota]
        for difetto in difetti:
            with monkeypatch.context() as guasto:
                difetto(guasto)
                trovati = {(nome, operazione) for nome, operazione, *_ in await divari(percorso)}
            assert trovati >= di_qualcuno(percorso, elenchi=difetto is _senza_filtro), difetto.__doc__

    async def test_sees_a_role_too_many_and_an_operation_that_nobody_declared(
        self, percorso: Percorso, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        servizio = percorso.servizi["notifiche"]
        matrice = servizio.app.state.risorse.matrice

        with monkeypatch.context() as guasto:
            guasto.delitem(matrice, "show_lettera")
            assert await divari(percorso, "notifiche") == [("notifiche", "show_lettera", "senza permessi")]
        _senza_ruoli(monkeypatch)
        trovati = {(operazione, ruolo) for _, operazione, ruolo, *_ in await divari(percorso, "notifiche")}

        negate = {(o, ruolo.value) for o, permessi in matrice.items() for ruolo in Ruolo if ruolo not in permessi}
        assert negate <= trovati
