# SPDX-License-Identifier: EUPL-1.2
"""ANPR on PDND: C018 cittadinanza, C020 residenza, C021 stato di famiglia."""

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from typing import Any

import httpx
import orjson

from services.verifiche_anagrafiche.clients.esito import AltraPersona, Esito, Quesito, RispostaIllegibile, da_status
from services.verifiche_anagrafiche.clients.porta import Porta
from services.verifiche_anagrafiche.domain.interrogazione import Classe
from services.verifiche_anagrafiche.domain.luoghi import belfiore_di, stato_iso
from services.verifiche_anagrafiche.domain.risposte import Cittadinanze, Decesso, Famiglia, Residenza, Risposta

SERVIZI = {
    "C018": "C018-servizioAccertamentoCittadinanza/v1",
    "C020": "C020-servizioAccertamentoResidenza/v1",
    "C021": "C021-servizioAccertamentoStatoFamiglia/v1",
}
_INTESTAZIONI = {"Content-Type": "application/json", "Content-Encoding": "UTF-8"}
_NESSUN_RISULTATO = "EN122"
# A refusal of our signatures concerns every call, not this question.
_FIRMA_RIFIUTATA = "InteroperabilityInvalidRequest"

Oggetto = dict[str, Any]


class AnprClient:
    """One of the consultation services of ANPR."""

    def __init__(self, base: str, codice: str, porta: Porta) -> None:
        self._url = f"{base}/anpr-service-e002"
        self._codice = codice
        self._porta = porta

    async def chiedi(self, quesito: Quesito) -> Esito:
        """Ask about one person.

        :raises Exception: what `da_errore` classifies.
        """
        risposta = await self._porta.invia(self._url, self._richiesta(quesito), _INTESTAZIONI)
        if risposta.status_code == 400 and _oggetto(risposta).get("title") == _FIRMA_RIFIUTATA:
            return Esito(Classe.NON_AUTORIZZATO, motivo="FIRMA_RIFIUTATA")
        if (esito := da_status(risposta)) is not None:
            return esito
        corpo = _oggetto(risposta)
        operazione = str(corpo.get("idOperazioneANPR", "")) or None
        if risposta.status_code == 404:
            return _non_trovato(corpo, operazione)
        return Esito(Classe.TROVATO, _leggi(self._codice, corpo, quesito.soggetto), operazione)

    def _richiesta(self, quesito: Quesito) -> bytes:
        return orjson.dumps({
            "idOperazioneClient": str(quesito.numero),
            "criteriRicerca": {"codiceFiscale": quesito.soggetto},
            "datiRichiesta": {
                "dataRiferimentoRichiesta": quesito.giorno.isoformat(),
                "motivoRichiesta": quesito.pratica,
                "casoUso": self._codice,
            },
        })  # fmt: skip


def _oggetto(risposta: httpx.Response) -> Oggetto:
    try:
        corpo = orjson.loads(risposta.content)
    except orjson.JSONDecodeError:
        raise RispostaIllegibile from None
    if not isinstance(corpo, dict):
        raise RispostaIllegibile
    return corpo


def _non_trovato(corpo: Oggetto, operazione: str | None) -> Esito:
    """Read a 404: EN122 is an answer, any other one says that the address or the request is wrong."""
    codici = {errore.get("codiceErroreAnomalia") for errore in corpo.get("listaErrori") or ()}
    if _NESSUN_RISULTATO in codici:
        return Esito(Classe.NON_TROVATO, operazione=operazione)
    return Esito(Classe.RICHIESTA_ERRATA, motivo="HTTP_404", operazione=operazione)


def _leggi(codice: str, corpo: Oggetto, soggetto: str) -> Risposta:
    lettori: dict[str, Callable[[list[Oggetto], str], Risposta]] = {
        "C018": _cittadinanze,
        "C020": _residenza,
        "C021": _famiglia,
    }
    try:
        soggetti = corpo["listaSoggetti"]["datiSoggetto"]
        return lettori[codice](soggetti, soggetto)
    except (KeyError, TypeError, ValueError, AttributeError, IndexError):
        raise RispostaIllegibile from None


def _famiglia(soggetti: list[Oggetto], soggetto: str) -> Famiglia:
    """Read the family; the members dead on the day are told apart."""
    codici = [_codice(s) for s in soggetti]
    if soggetto not in codici:
        raise AltraPersona
    decessi = tuple(d for s in soggetti if (d := _decesso(s)) is not None)
    morti = {d.codice_fiscale for d in decessi}
    return Famiglia(tuple(sorted(c for c in set(codici) if c not in morti)), decessi)


def _residenza(soggetti: list[Oggetto], soggetto: str) -> Residenza:
    scheda = _scheda(soggetti, soggetto)
    presente = max(scheda["residenza"], key=lambda r: str(r.get("dataDecorrenzaResidenza", "")))
    dal = _data(presente.get("dataDecorrenzaResidenza"))
    if "indirizzo" not in presente:
        return Residenza(None, None, dal, _decesso(scheda))
    comune = presente["indirizzo"]["comune"]
    provincia = str(comune["siglaProvinciaIstat"])
    return Residenza(belfiore_di(str(comune["nomeComune"]), provincia), provincia, dal, _decesso(scheda))


def _cittadinanze(soggetti: list[Oggetto], soggetto: str) -> Cittadinanze:
    righe = _scheda(soggetti, soggetto)["cittadinanza"]
    return Cittadinanze(
        tuple(
            (stato_iso(str(r.get("codiceStato", "")), str(r.get("descrizioneStato", ""))), _data(r.get("dataValidita")))
            for r in righe
        )
    )


def _scheda(soggetti: Iterable[Oggetto], soggetto: str) -> Oggetto:
    schede = list(soggetti)
    if not schede or any(_codice(s) != soggetto for s in schede):
        raise AltraPersona
    return schede[0]


def _codice(scheda: Oggetto) -> str:
    return str(scheda["generalita"]["codiceFiscale"]["codFiscale"])


def _decesso(scheda: Oggetto) -> Decesso | None:
    for voce in _voci(scheda):
        if "esistenza in vita" in str(voce.get("chiave", "")).lower() and voce.get("valore") == "N":
            return Decesso(_codice(scheda), _data(voce.get("valoreData")))
    return None


def _voci(scheda: Oggetto) -> Iterator[Oggetto]:
    yield from scheda.get("infoSoggettoEnte") or ()


def _data(testo: object) -> date | None:
    return date.fromisoformat(testo) if isinstance(testo, str) and testo else None
