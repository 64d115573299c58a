# SPDX-License-Identifier: EUPL-1.2
"""Where the facts of each requisito come from: registry, operation, date, and since when they are known."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import NamedTuple

from services.domande.schemas.archivio import istante
from shared.contracts.verifiche_anagrafiche import FattiVerificati, Fatto, FattoControllo
from shared.misure.comuni.argomenti import Argomenti, Argomento

_ARGOMENTI = {
    "ISEE": Argomento.ISEE,
    "ISEE_ASSENTE": Argomento.ISEE,
    "FAMIGLIA": Argomento.FAMIGLIA,
    "DECESSO": Argomento.FAMIGLIA,
    "RESIDENZA": Argomento.RESIDENZA,
    "CITTADINANZA": Argomento.CITTADINANZA,
    "VEICOLO": Argomento.VEICOLI,
    "GIUDIZIARIO": Argomento.GIUDIZIARIO,
    "LAVORO": Argomento.LAVORO,
    "SVANTAGGIO": Argomento.SVANTAGGIO,
}


class Provenienza(NamedTuple):
    """One source, without the person it concerns: what, who said it, under which operation, when, since when."""

    argomento: str
    registro: str
    operazione: str | None
    rilevato_il: datetime
    noto_dal: datetime
    valido_dal: date
    valido_al: date | None

    def in_json(self) -> dict[str, object]:
        """Write it for the dossier."""
        return {
            "argomento": self.argomento,
            "registro": self.registro,
            "operazione": self.operazione,
            "rilevato_il": istante(self.rilevato_il),
            "noto_dal": istante(self.noto_dal),
            "valido_dal": self.valido_dal.isoformat(),
            "valido_al": self.valido_al.isoformat() if self.valido_al else None,
        }


def dichiarata(protocollo: str, *, il: datetime, giorno: date) -> Provenienza:
    """Give the source of what the richiedente declared in the form."""
    return Provenienza(Argomento.DOMANDA.value, Argomento.DOMANDA.value, protocollo, il, il, giorno, None)


def provenienze(verificati: FattiVerificati, *, dichiarazione: Provenienza) -> tuple[Provenienza, ...]:
    """Give every source once, in an order that does not depend on that of the facts."""
    return tuple(sorted({dichiarazione, *map(_di, verificati.fatti)}, key=_ordine))


def del_requisito(codice: str, tutte: Iterable[Provenienza], *, argomenti: Argomenti) -> list[dict[str, object]]:
    """Choose the sources of what a requisito looks at; all of them where the misura does not say."""
    guardati = argomenti.get(codice)
    return [p.in_json() for p in tutte if guardati is None or p.argomento in guardati]


def _di(fatto: Fatto) -> Provenienza:
    argomento = fatto.controllo if isinstance(fatto, FattoControllo) else _ARGOMENTI[fatto.tipo].value
    fonte = fatto.fonte
    return Provenienza(
        argomento,
        fonte.sistema,
        fonte.riferimento,
        fonte.rilevato_il,
        fatto.noto_dal,
        fatto.valido_dal,
        fatto.valido_al,
    )


def _ordine(p: Provenienza) -> tuple[str, str, str, datetime, datetime, date, date]:
    return (
        p.argomento,
        p.registro,
        p.operazione or "",
        p.rilevato_il,
        p.noto_dal,
        p.valido_dal,
        p.valido_al or date.max,
    )
