# SPDX-License-Identifier: EUPL-1.2
"""Open the checks of domande, many at a time; a newer version of a domanda starts them again."""

from collections.abc import Sequence
from datetime import datetime

from services.verifiche_anagrafiche.domain.interrogazione import Domanda, prime_domande
from services.verifiche_anagrafiche.store import accertamenti, interrogazioni, verifiche
from services.verifiche_anagrafiche.store.verifiche import Aperta, Apertura
from shared.contracts.domande import DatiPerVerifica, DomandaIntegrataV1, DomandaPresentataV1
from shared.db.session import Session


async def apri_verifiche(
    session: Session, eventi: Sequence[DomandaPresentataV1 | DomandaIntegrataV1], *, now: datetime
) -> int:
    """Write the verifiche and their questions; give how many began."""
    ultimi = {e.domanda_id: e for e in sorted(eventi, key=lambda e: e.versione)}
    aperte = await verifiche.apri(session, [_apertura(session, e) for e in ultimi.values()], now=now)
    da_fare = [aperta for aperta in aperte if aperta.da_fare]
    await _chiudi_giri_precedenti(session, da_fare)
    domande = [
        (aperta.verifica_id, aperta.apertura.versione, domanda)
        for aperta in da_fare
        for domanda in _prime_domande(aperta.apertura)
    ]
    await interrogazioni.inserisci(session, domande)
    return len(da_fare)


async def _chiudi_giri_precedenti(session: Session, aperte: Sequence[Aperta]) -> None:
    superati = [(a.verifica_id, a.apertura.versione - 1) for a in aperte if not a.nuova]
    if superati:
        await interrogazioni.annulla(session, superati)
        await accertamenti.annulla(session, superati)


def _apertura(session: Session, evento: DomandaPresentataV1 | DomandaIntegrataV1) -> Apertura:
    return Apertura(
        domanda_id=evento.domanda_id,
        versione=evento.versione,
        protocollo=evento.protocollo,
        misura=evento.misura,
        comune=evento.comune,
        ente=evento.ente if isinstance(evento, DomandaPresentataV1) else "",
        giorno=evento.giorno,
        dati=session.sigilli.apri(evento.dati, DatiPerVerifica),
    )


def _prime_domande(apertura: Apertura) -> tuple[Domanda, ...]:
    dati = apertura.dati
    nascite = [(p.codice_fiscale, p.data_nascita) for p in (dati.richiedente, *dati.componenti)]
    return prime_domande(dati.richiedente.codice_fiscale, nascite, giorno=apertura.giorno)
