# SPDX-License-Identifier: EUPL-1.2
"""Events that `notifiche` listens to: each one becomes at most one notice."""

from collections.abc import Sequence
from datetime import datetime

from services.notifiche.commands.accoda_notifiche import NuovaNotifica, accoda_notifiche
from services.notifiche.commands.registra_destinatari import registra_destinatari
from services.notifiche.domain.avviso import Avviso
from services.notifiche.schemas.contenuto import Contenuto
from shared.contracts.domande import (
    DomandaAccoltaV1,
    DomandaCessataV1,
    DomandaInEvidenzaV1,
    DomandaIntegrataV1,
    DomandaPresentataV1,
    DomandaRespintaV1,
    MotiviEsito,
    MotivoEsito,
)  # fmt: skip
from shared.contracts.erogazioni import ErogazioneEseguitaV1, ErogazioneRestituitaV1, ErogazioneScartataV1
from shared.contracts.evento import Evento
from shared.contracts.presa_in_carico import PadSottoscrittoV1, SospensioneDispostaV1, SospensioneRevocataV1
from shared.db.session import Session
from shared.kernel.calendario import giorno_legale
from shared.kernel.sigillo import Sigillo
from shared.messaging.handlers import Handlers

handlers = Handlers()


@handlers.on_lotto(DomandaPresentataV1)
async def on_domanda_presentata(session: Session, eventi: Sequence[DomandaPresentataV1], *, now: datetime) -> None:
    """Keep the recapiti, tell that the domanda was received, let go what was waiting for them."""
    await registra_destinatari(session, eventi)
    nuove = [_nuova(Avviso.DOMANDA_RICEVUTA, e, "presentazione", Contenuto(giorno=e.giorno)) for e in eventi]
    await accoda_notifiche(session, nuove, now=now)


@handlers.on_lotto(DomandaIntegrataV1)
async def on_domanda_integrata(session: Session, eventi: Sequence[DomandaIntegrataV1], *, now: datetime) -> None:
    """Tell that the completed domanda was received: its checks start again."""
    nuove = [
        _nuova(Avviso.DOMANDA_INTEGRATA, e, e.integrata_il.isoformat(), Contenuto(giorno=e.giorno)) for e in eventi
    ]
    await accoda_notifiche(session, nuove, now=now)


@handlers.on_lotto(DomandaInEvidenzaV1)
async def on_domanda_in_evidenza(session: Session, eventi: Sequence[DomandaInEvidenzaV1], *, now: datetime) -> None:
    """Ask to complete or correct the domanda by its date: other reasons or another date are another fact."""
    nuove = [
        _nuova(
            Avviso.DOMANDA_IN_EVIDENZA,
            e,
            f"{e.entro}/{','.join(sorted(e.codici))}",
            Contenuto(entro=e.entro, motivi=_motivi(session, e.motivi)),
        )
        for e in eventi
    ]
    await accoda_notifiche(session, nuove, now=now)


@handlers.on_lotto(DomandaAccoltaV1)
async def on_domanda_accolta(session: Session, eventi: Sequence[DomandaAccoltaV1], *, now: datetime) -> None:
    """Tell that the domanda was accepted, how much it is, and that the PAD must be signed."""
    nuove = [
        _nuova(
            Avviso.DOMANDA_ACCOLTA,
            e,
            "accoglimento",
            Contenuto(giorno=giorno_legale(e.decisa_il), importo=e.importo_mensile),
        )
        for e in eventi
    ]
    await accoda_notifiche(session, nuove, now=now)


@handlers.on_lotto(DomandaRespintaV1)
async def on_domanda_respinta(session: Session, eventi: Sequence[DomandaRespintaV1], *, now: datetime) -> None:
    """Tell that the domanda was refused, with every reason and the term of the riesame."""
    nuove = [
        _nuova(
            Avviso.DOMANDA_RESPINTA,
            e,
            e.decisa_il.isoformat(),
            Contenuto(giorno=giorno_legale(e.decisa_il), entro=e.riesame_entro, motivi=_motivi(session, e.motivi)),
        )
        for e in eventi
    ]
    await accoda_notifiche(session, nuove, now=now)


@handlers.on_lotto(DomandaCessataV1)
async def on_domanda_cessata(session: Session, eventi: Sequence[DomandaCessataV1], *, now: datetime) -> None:
    """Tell that the domanda ended: each ending is an act of its own."""
    nuove = [
        _nuova(
            Avviso.DOMANDA_CESSATA,
            e,
            e.causa.value,
            Contenuto(giorno=e.giorno, mese=e.dal_mese, causa=e.causa.value, spiegazione=e.spiegazione),
        )
        for e in eventi
    ]
    await accoda_notifiche(session, nuove, now=now)


@handlers.on_lotto(PadSottoscrittoV1)
async def on_pad_sottoscritto(session: Session, eventi: Sequence[PadSottoscrittoV1], *, now: datetime) -> None:
    """Tell that the patto was signed and that the first meeting must follow."""
    nuove = [_nuova(Avviso.PAD_SOTTOSCRITTO, e, str(e.caso_id), Contenuto(giorno=e.sottoscritto_il)) for e in eventi]
    await accoda_notifiche(session, nuove, now=now)


@handlers.on_lotto(SospensioneDispostaV1)
async def on_sospensione_disposta(session: Session, eventi: Sequence[SospensioneDispostaV1], *, now: datetime) -> None:
    """Tell that payments stop, why, and how to have them again."""
    nuove = [
        _nuova(
            Avviso.SOSPENSIONE_DISPOSTA, e, str(e.sospensione_id), Contenuto(causa=e.causa, mese=e.dal_mese)
        )
        for e in eventi
    ]  # fmt: skip
    await accoda_notifiche(session, nuove, now=now)


@handlers.on_lotto(SospensioneRevocataV1)
async def on_sospensione_revocata(session: Session, eventi: Sequence[SospensioneRevocataV1], *, now: datetime) -> None:
    """Tell that payments start again, with the suspended months."""
    nuove = [
        _nuova(Avviso.SOSPENSIONE_REVOCATA, e, str(e.sospensione_id), Contenuto(giorno=e.revocata_il)) for e in eventi
    ]
    await accoda_notifiche(session, nuove, now=now)


@handlers.on_lotto(ErogazioneEseguitaV1)
async def on_erogazione_eseguita(session: Session, eventi: Sequence[ErogazioneEseguitaV1], *, now: datetime) -> None:
    """Tell that the amount was credited."""
    nuove = [
        _nuova(
            Avviso.EROGAZIONE_ESEGUITA,
            e,
            str(e.erogazione_id),
            Contenuto(giorno=e.valuta, mese=e.mese, importo=e.importo),
        )
        for e in eventi
    ]
    await accoda_notifiche(session, nuove, now=now)


@handlers.on_lotto(ErogazioneScartataV1)
async def on_erogazione_scartata(session: Session, eventi: Sequence[ErogazioneScartataV1], *, now: datetime) -> None:
    """Tell that the payment did not go through and that the amount stays due."""
    nuove = [
        _nuova(
            Avviso.EROGAZIONE_SCARTATA,
            e,
            str(e.erogazione_id),
            Contenuto(mese=e.mese, importo=e.importo, causa=e.motivo),
        )
        for e in eventi
    ]
    await accoda_notifiche(session, nuove, now=now)


@handlers.on_lotto(ErogazioneRestituitaV1)
async def on_erogazione_restituita(
    session: Session, eventi: Sequence[ErogazioneRestituitaV1], *, now: datetime
) -> None:
    """Tell that the money came back, what to do, and that the amount is still due."""
    nuove = [
        _nuova(
            Avviso.EROGAZIONE_RESTITUITA,
            e,
            str(e.erogazione_id),
            Contenuto(giorno=e.restituita_il, mese=e.mese, importo=e.importo, causa=e.motivo),
        )
        for e in eventi
    ]
    await accoda_notifiche(session, nuove, now=now)


def _nuova(avviso: Avviso, evento: Evento, fatto: str, contenuto: Contenuto) -> NuovaNotifica:
    return NuovaNotifica(avviso, evento.domanda_id, evento.versione, fatto, contenuto)


def _motivi(session: Session, sigillo: Sigillo) -> tuple[MotivoEsito, ...]:
    return session.sigilli.apri(sigillo, MotiviEsito).motivi
