# SPDX-License-Identifier: EUPL-1.2
"""The tools of the jobs: typesetter, texts, channels, and the sheet that fills them all."""

from dataclasses import dataclass

from services.notifiche import store
from services.notifiche.clients.appio import AppIo
from services.notifiche.clients.lettere import Tipografia
from services.notifiche.clients.posta import Posta
from services.notifiche.clients.testi import Frasario
from services.notifiche.schemas.scheda import Mandante, Scheda, componi


@dataclass(frozen=True, slots=True)
class Officina:
    """What the service has to print and send; a channel that is off is None."""

    mandante: Mandante
    tipografia: Tipografia
    testi: Frasario
    app_io: AppIo | None
    posta: Posta | None

    def scheda(self, messaggio: store.Messaggio) -> Scheda:
        """Write the sheet of a notice."""
        return componi(
            messaggio.avviso,
            messaggio.contenuto,
            messaggio.pratica,
            mandante=self.mandante,
            riferimento=messaggio.notifica_id.hex[:8].upper(),
            data=messaggio.scritta,
        )

    async def chiudi(self) -> None:
        """Close what is open."""
        await self.tipografia.chiudi()
        if self.app_io is not None:
            await self.app_io.chiudi()
