# SPDX-License-Identifier: EUPL-1.2
"""Every story of the sandbox, from the form to the requisiti: the facts found here are those that `domande` decides on."""

from dataclasses import dataclass
from uuid import UUID

from deploy.demo.modulo import modulo_di
from deploy.sandbox.modello import Nucleo
from deploy.sandbox.persone import GIORNO_DEMO, mondo
from services.domande.commands.contenuti import dati_per_verifica
from services.domande.commands.fatti import costruisci_fatti
from services.domande.schemas.modulo import DomandaIn
from services.verifiche_anagrafiche.commands.chiudi_accertamento import registra_esito
from services.verifiche_anagrafiche.domain.accertamento import (
    EsitoCittadinanza,
    EsitoComune,
    EsitoSvantaggio,
    PeriodoResidenza,
)
from shared.contracts.domande import DatiPerVerifica
from shared.contracts.verifiche_anagrafiche import AccertamentoComunaleRichiestoV1, FattiVerificati, VerificaConclusaV1
from shared.misure.catalogo import get_misura
from tests.support.orologio import OrologioDiProva
from tests.support.servizio import ServizioInProva
from tests.verifiche_anagrafiche.casi import SIGILLI, presentata


@dataclass(frozen=True)
class Caso:
    """A story with its form."""

    nucleo: Nucleo
    modulo: DomandaIn
    dati: DatiPerVerifica


@dataclass(frozen=True)
class Esito:
    """How a story goes: what it waits for, how it ends, why."""

    attende: frozenset[str]
    finale: str
    codici: frozenset[str]


class TestStorie:
    async def test_wait_for_what_they_must_and_end_as_they_must(
        self, servizio: ServizioInProva, orologio: OrologioDiProva
    ) -> None:
        casi = await presenta(servizio)
        await servizio.giro_job()
        richiesti = {e.domanda_id: e for e in await servizio.emessi(AccertamentoComunaleRichiestoV1)}
        in_attesa = await attese(servizio)

        await rispondi(servizio, casi, richiesti)
        orologio.avanza(days=61)
        await servizio.giro_job("silenzio")

        conclusi = {
            e.domanda_id: SIGILLI.apri(e.fatti, FattiVerificati) for e in await servizio.emessi(VerificaConclusaV1)
        }
        ottenuti = {c.nucleo.nome: esito(c, in_attesa[i], conclusi.get(i)) for i, c in casi.items()}
        assert len(ottenuti) > 150
        assert ottenuti == {c.nucleo.nome: previsto(c.nucleo, ottenuti[c.nucleo.nome]) for c in casi.values()}


async def presenta(servizio: ServizioInProva) -> dict[UUID, Caso]:
    """Present the domande of the stories whose registries all work."""
    casi: dict[UUID, Caso] = {}
    for nucleo in (n for n in mondo().nuclei if not n.storia.ritardi):
        modulo = DomandaIn.model_validate(modulo_di(nucleo))
        dati = dati_per_verifica(modulo)
        evento = presentata(nucleo).model_copy(update={"dati": SIGILLI.sigilla(dati)})
        casi[evento.domanda_id] = Caso(nucleo, modulo, dati)
        await servizio.consegna(evento)
    return casi


async def attese(servizio: ServizioInProva) -> dict[UUID, frozenset[str]]:
    """Read what each domanda waits for."""
    async with servizio.database.connection() as conn:
        righe = await conn.fetch(
            "SELECT v.domanda_id, v.attesa, a.controlli FROM verifica v LEFT JOIN accertamento a ON a.verifica_id = v.id"
        )
    return {r["domanda_id"]: frozenset(r["controlli"] or _nome(r["attesa"])) for r in righe}


def _nome(attesa: str | None) -> list[str]:
    return [attesa.partition(":")[0]] if attesa else []


async def rispondi(
    servizio: ServizioInProva, casi: dict[UUID, Caso], richiesti: dict[UUID, AccertamentoComunaleRichiestoV1]
) -> None:
    """Answer as the Comune does in the story; where it is silent, nothing."""
    for domanda_id, richiesto in richiesti.items():
        caso = casi[domanda_id]
        if caso.nucleo.storia.atteso.comune != "SILENZIO":
            async with servizio.database.transaction() as session:
                risposta = del_comune(caso, richiesto.controlli)
                await registra_esito(
                    session, richiesto.accertamento_id, risposta, operatore="op-1", now=servizio.orologio()
                )


def del_comune(caso: Caso, controlli: tuple[str, ...]) -> EsitoComune:
    """Confirm or deny what was declared."""
    nucleo, conferma = caso.nucleo, caso.nucleo.storia.atteso.comune == "CONFERMA"
    dal = nucleo.in_italia_dal if conferma else nucleo.residente_dal
    titolo = nucleo.richiedente.titolo_soggiorno if conferma else "TEMPORANEO"
    svantaggi = tuple(EsitoSvantaggio(s.codice_fiscale, conferma) for s in caso.dati.svantaggi)
    return EsitoComune(
        residenza=(PeriodoResidenza(nucleo.comune.belfiore, dal),) if "RESIDENZA" in controlli else None,
        nucleo_conforme=conferma if "NUCLEO" in controlli else None,
        cittadinanza=EsitoCittadinanza(nucleo.richiedente.cittadinanza, titolo)
        if "CITTADINANZA" in controlli
        else None,
        svantaggi=svantaggi if "SVANTAGGIO" in controlli else None,
    )


def esito(caso: Caso, attende: frozenset[str], fatti: FattiVerificati | None) -> Esito:
    """Judge the facts with the rules of the misura."""
    if fatti is None:
        return Esito(attende, "ATTESA", frozenset())
    regole = get_misura("ADI")
    noti = costruisci_fatti(caso.modulo, fatti, giorno=GIORNO_DEMO)
    giudizio = regole.verifica_requisiti(noti, parametri=regole.parametri, al=GIORNO_DEMO)
    finale = "RESPINTA" if giudizio.respinta else "ACCOLTA" if giudizio.accolta else "IN_EVIDENZA"
    motivi = giudizio.motivi if giudizio.respinta else giudizio.da_completare
    return Esito(attende, finale, frozenset(m.codice for m in motivi))


def previsto(nucleo: Nucleo, ottenuto: Esito) -> Esito:
    """Say what the story wants; the codes only where it names them."""
    atteso = nucleo.storia.atteso
    finale = atteso.finale if atteso.dopo_registri == "ATTESA" else atteso.dopo_registri
    return Esito(frozenset(atteso.attende), finale, frozenset(atteso.codici) or ottenuto.codici)
