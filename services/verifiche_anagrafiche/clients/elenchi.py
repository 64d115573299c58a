# SPDX-License-Identifier: EUPL-1.2
"""PRA, Ministero della Giustizia, UNILAV: what each holds about one person, as a list that may be empty.

No public contract was found: the shapes are reconstructed and live only here.
"""

from collections.abc import Callable
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

import orjson

from services.verifiche_anagrafiche.clients.esito import AltraPersona, Esito, Quesito, RispostaIllegibile, da_status
from services.verifiche_anagrafiche.clients.porta import Porta
from services.verifiche_anagrafiche.domain.interrogazione import Classe
from services.verifiche_anagrafiche.domain.risposte import (
    Carichi,
    Carico,
    Rapporti,
    Rapporto,
    Risposta,
    Veicoli,
    Veicolo,
)
from shared.kernel.importo import arrotonda

_INTESTAZIONI = {"Content-Type": "application/json"}
_CATEGORIE = frozenset({"AUTOVEICOLO", "MOTOVEICOLO", "NAVE", "IMBARCAZIONE_DA_DIPORTO", "AEROMOBILE"})
_CLASSI = frozenset({"MISURA_CAUTELARE", "MISURA_PREVENZIONE", "CONDANNA_NON_DEFINITIVA", "CONDANNA_DEFINITIVA"})
_CESSAZIONI = frozenset(
    {"DIMISSIONI", "DIMISSIONI_GIUSTA_CAUSA", "RISOLUZIONE_CONSENSUALE_L604", "LICENZIAMENTO", "SCADENZA"}
)

Voce = dict[str, Any]
Lettore = Callable[[list[Voce], str], Risposta]


class ElencoClient:
    """A registry that answers with a list."""

    def __init__(self, url: str, porta: Porta, leggi: Lettore) -> None:
        self._url = url
        self._porta = porta
        self._leggi = leggi

    async def chiedi(self, quesito: Quesito) -> Esito:
        """Ask about one person.

        :raises Exception: what `da_errore` classifies.
        """
        richiesta = {
            "codice_fiscale": quesito.soggetto,
            "motivo": quesito.pratica,
            "data_riferimento": quesito.giorno.isoformat(),
        }
        risposta = await self._porta.invia(self._url, orjson.dumps(richiesta), _INTESTAZIONI)
        if (esito := da_status(risposta)) is not None:
            return esito
        if risposta.status_code == 404:
            return Esito(Classe.RICHIESTA_ERRATA, motivo="HTTP_404")
        return self._esito(risposta.content, quesito.soggetto)

    def _esito(self, corpo: bytes, soggetto: str) -> Esito:
        try:
            contenuto = orjson.loads(corpo)
            if contenuto["codice_fiscale"] != soggetto:
                raise AltraPersona
            voci, operazione = contenuto["items"], str(contenuto["id_operazione"])
            if not voci:
                return Esito(Classe.NON_TROVATO, operazione=operazione)
            return Esito(Classe.TROVATO, self._leggi(voci, soggetto), operazione)
        except (KeyError, TypeError, ValueError, InvalidOperation):
            raise RispostaIllegibile from None


def leggi_veicoli(voci: list[Voce], soggetto: str) -> Veicoli:
    """Read the vehicles, each with the period in which the person holds it.

    :raises ValueError: if a category is unknown.
    """
    return Veicoli(
        tuple(
            Veicolo(
                categoria=_ammesso(voce["categoria"], _CATEGORIE),
                prima_immatricolazione=date.fromisoformat(voce["data_prima_immatricolazione"]),
                cilindrata_cc=int(voce.get("cilindrata_cc") or 0),
                agevolazione_disabili=voce.get("agevolazione_disabili") is True,
                dal=_giorno(intestatario.get("dal")),
                al=_giorno(intestatario.get("al")),
            )
            for voce in voci
            for intestatario in voce["intestatari"]
            if intestatario["codice_fiscale"] == soggetto
        )
    )


def leggi_carichi(voci: list[Voce], _soggetto: str) -> Carichi:
    """Read measures and sentences.

    :raises ValueError: if a class is unknown.
    """
    return Carichi(
        tuple(
            Carico(
                classe=_ammesso(voce["classe"], _CLASSI),
                dal=date.fromisoformat(voce["dal"]),
                al=_giorno(voce.get("al")),
                reato_art8=voce.get("reato_art8") is True,
                doloso=voce.get("doloso"),
                pena_mesi=voce.get("pena_mesi"),
            )
            for voce in voci
        )
    )


def leggi_rapporti(voci: list[Voce], _soggetto: str) -> Rapporti:
    """Read employment relations; a cause that the contract does not know stays unknown."""
    return Rapporti(
        tuple(
            Rapporto(
                dal=date.fromisoformat(voce["data_inizio"]),
                al=_giorno(voce.get("data_fine")),
                cessazione=causa if (causa := voce.get("causa_cessazione")) in _CESSAZIONI else None,
                retribuzione_annua=arrotonda(Decimal((voce.get("retribuzione_annua") or {}).get("amount", "0"))),
            )
            for voce in voci
        )
    )


def _ammesso(valore: str, ammessi: frozenset[str]) -> str:
    if valore not in ammessi:
        raise ValueError("valore non previsto")
    return valore


def _giorno(testo: str | None) -> date | None:
    return date.fromisoformat(testo) if testo else None
