# SPDX-License-Identifier: EUPL-1.2
"""What a decision rests on, kept as it was: enough to decide again, years later, and come to the same bytes."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from functools import cache
from typing import Any

import orjson
from pydantic import BaseModel, ConfigDict, TypeAdapter

from services.domande.domain.canonico import canonico
from shared.kernel.calendario import giorno_legale
from shared.kernel.mese import Mese
from shared.misure.catalogo import get_misura
from shared.misure.nucleo import Fatti


@dataclass(frozen=True, slots=True)
class Ingresso:
    """Everything that went into a decision: the facts of the rules, the days, the versions of parametri and rules.

    `dichiarata_il` is when the form arrived as it stands, `concluse_il` when the checks ended, `al` the day on which
    the requisiti are judged. `scaduta_il` is the last day of the term, where it ran out without an integrazione.
    """

    misura: str
    protocollo: str
    dichiarata_il: datetime
    concluse_il: datetime
    al: date
    parametri: str
    regole: str
    fatti: Fatti
    scaduta_il: date | None = None

    @property
    def mese(self) -> Mese:
        """First month whose importo the decision tells: the one after the end of the checks."""
        return Mese.di(giorno_legale(self.concluse_il)) + 1


class _Archiviato(BaseModel):
    model_config = ConfigDict(frozen=True)

    misura: str
    protocollo: str
    dichiarata_il: datetime
    concluse_il: datetime
    al: date
    parametri: str
    regole: str
    scaduta_il: date | None = None
    fatti: dict[str, Any]
    propri: dict[str, Any] | None = None


def scrivi(ingresso: Ingresso) -> bytes:
    """Write in canonical JSON: the same content gives the same bytes, whatever the order of the facts."""
    return canonico(
        {
            "misura": ingresso.misura,
            "protocollo": ingresso.protocollo,
            "dichiarata_il": istante(ingresso.dichiarata_il),
            "concluse_il": istante(ingresso.concluse_il),
            "al": ingresso.al.isoformat(),
            "parametri": ingresso.parametri,
            "regole": ingresso.regole,
            "scaduta_il": ingresso.scaduta_il.isoformat() if ingresso.scaduta_il else None,
            **scrivi_fatti(ingresso.misura, ingresso.fatti),
        }
    )


def leggi(contenuto: bytes) -> Ingresso:
    """Read what `scrivi` wrote."""
    a = _Archiviato.model_validate_json(contenuto)
    fatti = _LETTORE.validate_python(a.fatti)
    tipo = get_misura(a.misura).fatti_propri
    if tipo is not None and a.propri is not None:
        fatti = replace(fatti, propri=(_lettore(tipo).validate_python(a.propri),))
    return Ingresso(
        misura=a.misura,
        protocollo=a.protocollo,
        dichiarata_il=a.dichiarata_il,
        concluse_il=a.concluse_il,
        al=a.al,
        parametri=a.parametri,
        regole=a.regole,
        fatti=fatti,
        scaduta_il=a.scaduta_il,
    )


def scrivi_fatti(misura: str, fatti: Fatti) -> dict[str, object]:
    """Write the facts for canonical JSON, those that only this misura looks at beside the others."""
    tipo = get_misura(misura).fatti_propri
    comuni = orjson.loads(_LETTORE.dump_json(replace(fatti, propri=())))
    propri = orjson.loads(_lettore(tipo).dump_json(fatti.propri_di(tipo))) if tipo is not None else None
    return {"fatti": _ordinati(comuni), "propri": _ordinati(propri)}


def istante(valore: datetime) -> str:
    """Write an instant: UTC, microseconds, Z."""
    return valore.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def _ordinati(valore: Any) -> Any:
    """Put the lists of the facts in the order of their bytes: they are sets."""
    match valore:
        case dict():
            return {chiave: _ordinati(contenuto) for chiave, contenuto in valore.items()}
        case list():
            return sorted((_ordinati(contenuto) for contenuto in valore), key=canonico)
        case _:
            return valore


_LETTORE = TypeAdapter(Fatti)


@cache
def _lettore(tipo: type) -> TypeAdapter[Any]:
    return TypeAdapter(tipo)
