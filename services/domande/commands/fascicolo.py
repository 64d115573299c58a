# SPDX-License-Identifier: EUPL-1.2
"""The dossier of a decision: a pure function of what was known, of the parametri and of the rules."""

from collections.abc import Iterable
from dataclasses import dataclass, fields

from services.domande.commands.provenienza import del_requisito, dichiarata, provenienze
from services.domande.domain.canonico import canonico, impronta
from services.domande.domain.domanda import EsitoDecisione
from services.domande.schemas.archivio import Ingresso, istante, scrivi_fatti
from services.domande.schemas.risposte import ImportoOut
from shared.contracts.verifiche_anagrafiche import FattiVerificati
from shared.misure.annotati import Lettura, ParametriAnnotati
from shared.misure.catalogo import get_misura
from shared.misure.controfattuale import Controfattuale, controfattuali
from shared.misure.esito import Esito, Requisito
from shared.misure.misura import Misura
from shared.misure.parametri import Parametri

FORMATO = "inclusione/fascicolo/3"


@dataclass(frozen=True, slots=True)
class Fascicolo:
    """A dossier as canonical bytes, with what the events of the decision need."""

    sommario: EsitoDecisione
    esito: Esito
    importo: ImportoOut | None
    contenuto: bytes

    @property
    def impronta(self) -> str:
        """The seal."""
        return impronta(self.contenuto)


def componi(ingresso: Ingresso, verificati: FattiVerificati, *, parametri: Parametri) -> Fascicolo:
    """Judge and compute, noting every value applied; `parametri` are those of the version in `ingresso`."""
    regole, annotati = get_misura(ingresso.misura), ParametriAnnotati(parametri)
    esito = regole.verifica_requisiti(ingresso.fatti, parametri=annotati, al=ingresso.al)
    sommario = _sommario(esito, ingresso)
    importo = _importo(regole, ingresso, annotati) if sommario is EsitoDecisione.ACCOLTA else None
    del_mese = annotati.ultime()
    dichiarazione = dichiarata(ingresso.protocollo, il=ingresso.dichiarata_il, giorno=ingresso.fatti.presentata_il)
    fonti = provenienze(verificati, dichiarazione=dichiarazione)
    contenuto = {
        "formato": FORMATO,
        "misura": ingresso.misura,
        "protocollo": ingresso.protocollo,
        "presentata_il": ingresso.fatti.presentata_il.isoformat(),
        "verifiche_concluse_il": istante(ingresso.concluse_il),
        "al": ingresso.al.isoformat(),
        "scaduta_il": ingresso.scaduta_il.isoformat() if ingresso.scaduta_il else None,
        "esito": sommario.value,
        "parametri": ingresso.parametri,
        "regole": ingresso.regole,
        "impronta_fatti": impronta(canonico(scrivi_fatti(ingresso.misura, ingresso.fatti))),
        "requisiti": [
            _requisito(r, annotati.di(r.codice), del_requisito(r.codice, fonti, argomenti=regole.argomenti))
            for r in esito.requisiti
        ],
        "parametri_comuni": _letture(annotati.comuni),
        # An acceptance is not contested: what would raise its importo is worked out by who reads it.
        "controfattuali": [] if sommario is EsitoDecisione.ACCOLTA else spiega(ingresso, parametri=parametri),
        "importo": {**importo.model_dump(mode="json"), "parametri": _letture(del_mese)} if importo else None,
    }
    return Fascicolo(sommario, esito, importo, canonico(contenuto))


def spiega(ingresso: Ingresso, *, parametri: Parametri) -> list[dict[str, object]]:
    """Work out what would have changed the outcome or the importo, as the dossier writes it."""
    regole = _di_allora(get_misura(ingresso.misura), parametri)
    return [_controfattuale(c) for c in controfattuali(regole, ingresso.fatti, ingresso.al)]


def _sommario(esito: Esito, ingresso: Ingresso) -> EsitoDecisione:
    """A term that ran out without an integrazione turns what is still missing into a refusal."""
    if esito.respinta or ingresso.scaduta_il is not None:
        return EsitoDecisione.RESPINTA
    return EsitoDecisione.ACCOLTA if esito.accolta else EsitoDecisione.IN_EVIDENZA


def _importo(regole: Misura, ingresso: Ingresso, parametri: Parametri) -> ImportoOut:
    mese = ingresso.mese
    calcolo = regole.importo_mensile(ingresso.fatti, parametri=parametri, mese=mese)
    return ImportoOut(
        mese=mese,
        scala=f"{regole.scala(ingresso.fatti, parametri=parametri, al=mese.primo_giorno):.2f}",
        quota_a=calcolo.quota_a,
        quota_b=calcolo.quota_b,
        importo=calcolo.totale,
        righe=list(calcolo.righe),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _DiAllora(Misura):
    """A misura with the parametri of another time."""

    di_allora: Parametri

    @property
    def parametri(self) -> Parametri:
        """The parametri of that time."""
        return self.di_allora


def _di_allora(misura: Misura, parametri: Parametri) -> Misura:
    if parametri is misura.parametri:
        return misura
    return _DiAllora(**{campo.name: getattr(misura, campo.name) for campo in fields(Misura)}, di_allora=parametri)


def _controfattuale(c: Controfattuale) -> dict[str, object]:
    return {
        "requisito": c.requisito,
        "fatto": c.fatto,
        "da": c.da,
        "a": c.a,
        "dal": c.dal.isoformat() if c.dal else None,
        "importo": f"{c.importo:.2f}" if c.importo is not None else None,
        "basta_da_solo": c.basta_da_solo,
        "testo": c.testo,
    }


def _requisito(r: Requisito, letture: Iterable[Lettura], fatti: list[dict[str, object]]) -> dict[str, object]:
    return {
        "codice": r.codice,
        "esito": r.esito.value,
        "spiegazione": r.spiegazione,
        "fonte": r.fonte,
        "valore": r.valore,
        "soglia": r.soglia,
        "parametri": _letture(letture),
        "fatti": fatti,
    }


def _letture(letture: Iterable[Lettura]) -> list[dict[str, object]]:
    return [{"nome": x.nome, "dal": x.dal.isoformat(), "valore": x.valore, "fonte": x.fonte} for x in letture]
