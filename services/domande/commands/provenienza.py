# SPDX-License-Identifier: EUPL-1.2
"""Where the facts of each requisito come from: registry, operation, date, and since when they are known."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import NamedTuple

from services.domande.schemas.archivio import istante
from shared.contracts.verifiche_anagrafiche import FattiVerificati, Fatto, FattoControllo

DOMANDA = "DOMANDA"
_ARGOMENTI = {
    "ISEE": "ISEE",
    "ISEE_ASSENTE": "ISEE",
    "FAMIGLIA": "FAMIGLIA",
    "DECESSO": "FAMIGLIA",
    "RESIDENZA": "RESIDENZA",
    "CITTADINANZA": "CITTADINANZA",
    "VEICOLO": "VEICOLI",
    "GIUDIZIARIO": "GIUDIZIARIO",
    "LAVORO": "LAVORO",
    "SVANTAGGIO": "SVANTAGGIO",
}
# What each requisito looks at; one that is not here is shown with every fact of the domanda.
_PER_REQUISITO: dict[str, tuple[str, ...]] = {
    "ADI-R01": ("ISEE", "SVANTAGGIO", DOMANDA),
    "ADI-R02": ("CITTADINANZA",),
    "ADI-R03": ("RESIDENZA",),
    "ADI-R04": ("RESIDENZA", "FAMIGLIA"),
    "ADI-R05": (DOMANDA,),
    "ADI-R06": ("ISEE",),
    "ADI-R07": ("ISEE", DOMANDA),
    "ADI-R08": ("ISEE",),
    "ADI-R09": ("ISEE",),
    "ADI-R10": ("VEICOLI",),
    "ADI-R11": ("VEICOLI", DOMANDA),
    "ADI-R12": ("GIUDIZIARIO", DOMANDA),
    "ADI-R13": ("LAVORO", DOMANDA),
    "ADI-R14": (DOMANDA,),
    "ADI-R15": ("SVANTAGGIO", DOMANDA),
    "ADI-R16": ("FAMIGLIA", "ISEE", DOMANDA),
    "ADI-R17": (DOMANDA,),
    "ADI-R18": (DOMANDA,),
    "ADI-R19": (DOMANDA,),
    "ADI-R20": (DOMANDA,),
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
    return Provenienza(DOMANDA, DOMANDA, protocollo, il, il, giorno, None)


def provenienze(verificati: FattiVerificati, *, dichiarazione: Provenienza) -> tuple[Provenienza, ...]:
    """Give every source once, in an order that does not depend on that of the facts."""
    return tuple(sorted({dichiarazione, *map(_di, verificati.fatti)}, key=_ordine))


def del_requisito(codice: str, tutte: Iterable[Provenienza]) -> list[dict[str, object]]:
    """Choose the sources of what a requisito looks at."""
    argomenti = _PER_REQUISITO.get(codice)
    return [p.in_json() for p in tutte if argomenti is None or p.argomento in argomenti]


def _di(fatto: Fatto) -> Provenienza:
    argomento = fatto.controllo if isinstance(fatto, FattoControllo) else _ARGOMENTI[fatto.tipo]
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
