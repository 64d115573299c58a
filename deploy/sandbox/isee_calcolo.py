# SPDX-License-Identifier: EUPL-1.2
"""The ISEE of an invented nucleo, computed from its story as the DSU would (DPCM 159/2013), in its main lines."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

from deploy.sandbox.dado import Dado
from deploy.sandbox.modello import Dsu, Persona
from deploy.sandbox.spec import SpecNucleo

_PARAMETRI = (Decimal(0), Decimal("1.00"), Decimal("1.57"), Decimal("2.04"), Decimal("2.46"), Decimal("2.85"))
_PER_FIGLI = {3: Decimal("0.20"), 4: Decimal("0.35")}
_CENTESIMO = Decimal("0.01")
_ZERO = Decimal("0.00")


def dsu_di(
    storia: SpecNucleo,
    persone: Sequence[Persona],
    *,
    numero: int,
    dado: Dado,
    reddito: Decimal,
    canone: Decimal,
    mobili: Decimal,
    minori: bool,
) -> Dsu:
    """Compute the attestation of a nucleo."""
    figli = sum(p.ruolo == "F" for p in persone)
    franchigia = min(mobili, _franchigia_mobiliare(len(persone), figli))
    affitto = min(canone, Decimal(7000) + 500 * max(0, figli - 2), reddito)
    casa = max(_ZERO, storia.valore_casa - 52_500 - 2_500 * max(0, figli - 2)) * 2 / 3
    isr = reddito - affitto
    isp = _cent(mobili - franchigia + storia.immobili + casa)
    ise = _cent(isr + isp / 5)
    parametro, maggiorazioni = _parametro(len(persone)), _maggiorazioni(persone, figli)
    return Dsu(
        protocollo=f"INPS-ISEE-2025-{10_000 + numero:08d}{chr(65 + numero % 26)}-00",
        presentata_il=date(2025, 1, 13) + timedelta(days=dado.numero(40)),
        valida_fino=date(2025, 12, 31),
        minorenni=minori,
        reddito=reddito,
        trattamenti=storia.trattamenti,
        canone=canone,
        mobiliare=mobili,
        franchigia_mobiliare=franchigia,
        immobiliare=storia.immobili,
        casa=storia.valore_casa,
        detrazione_affitto=affitto,
        isr=isr,
        isp=isp,
        ise=ise,
        parametro=parametro,
        maggiorazioni=maggiorazioni,
        isee=_cent(ise / (parametro + maggiorazioni)),
        difformita=storia.dsu.difformita,
        corrente=storia.dsu.corrente,
    )


def _parametro(componenti: int) -> Decimal:
    return _PARAMETRI[min(componenti, 5)] + Decimal("0.35") * max(0, componenti - 5)


def _maggiorazioni(persone: Sequence[Persona], figli: int) -> Decimal:
    per_figli = _PER_FIGLI.get(figli, Decimal("0.50") if figli > 4 else _ZERO)
    return per_figli + Decimal("0.50") * sum(p.disabilita != "NO" for p in persone)


def _franchigia_mobiliare(componenti: int, figli: int) -> Decimal:
    return min(Decimal(10_000), Decimal(6_000) + 2_000 * (componenti - 1)) + 1_000 * Decimal(max(0, figli - 2))


def _cent(valore: Decimal) -> Decimal:
    return valore.quantize(_CENTESIMO, rounding=ROUND_HALF_UP)
