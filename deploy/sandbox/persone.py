# SPDX-License-Identifier: EUPL-1.2
"""The invented people of the sandbox: 184 nuclei built from the stories of `dati/`, always the same.

`mondo()` gives them all; `mondo().trova(codice_fiscale)` the nucleo and the person. The codice fiscale of a person
chooses what every simulated system answers. The day of the domande is `GIORNO_DEMO`, Monday 3 March 2025.
`SANDBOX_REPLICHE=n` adds n - 1 times as many nuclei, other people with the same stories, for who needs volume.
The table of the stories is `docs/sandbox-persone.md`, written by `python -m deploy.sandbox.tabella`.
"""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache

from deploy.sandbox import anagrafe
from deploy.sandbox.anagrafe import GIORNO_DEMO, comuni, stati
from deploy.sandbox.atteso import importo_2025
from deploy.sandbox.dado import Dado
from deploy.sandbox.isee_calcolo import dsu_di
from deploy.sandbox.modello import Nucleo, Persona
from deploy.sandbox.spec import SpecNucleo, SpecPersona, leggi_storie
from shared.kernel.mese import anni_compiuti

__all__ = ["GIORNO_DEMO", "Mondo", "Nucleo", "Persona", "eta", "mondo", "mondo_di"]

_ZERO = Decimal("0.00")
_PASSO = 5_000  # cents: drawn amounts are multiples of 50 EUR


@dataclass(frozen=True, slots=True)
class Mondo:
    """Everybody the sandbox knows."""

    nuclei: tuple[Nucleo, ...]
    _per_codice: dict[str, tuple[Nucleo, Persona]]
    _per_id: dict[str, str]

    def trova(self, codice_fiscale: str) -> tuple[Nucleo, Persona] | None:
        """Find a person and the nucleo it belongs to."""
        return self._per_codice.get(codice_fiscale)

    def codice_da_id_anpr(self, id_anpr: str) -> str | None:
        """Find the codice fiscale behind an idANPR."""
        return self._per_id.get(id_anpr)

    def storia(self, nome: str) -> Nucleo:
        """Give the nucleo of a story by its name."""
        return next(n for n in self.nuclei if n.nome == nome)

    def altra_persona(self, codice_fiscale: str) -> str:
        """Give somebody else, always the same: for the fault in which a registry answers about another person."""
        altri = [n.richiedente.codice_fiscale for n in self.nuclei[:2]]
        return altri[1] if codice_fiscale == altri[0] else altri[0]


@lru_cache(maxsize=1)
def mondo() -> Mondo:
    """Build everybody, once per process."""
    return mondo_di(int(os.environ.get("SANDBOX_REPLICHE", "1")))


def mondo_di(repliche: int) -> Mondo:
    """Build every story `repliche` times; the first nuclei are the same whatever the number."""
    nuclei: list[Nucleo] = []
    presi: set[str] = set()
    for storia, nome in _repliche(list(_occorrenze(leggi_storie())), repliche):
        nucleo = _nucleo(storia, nome, len(nuclei) + 1, presi)
        presi |= {p.codice_fiscale for p in nucleo.persone}
        nuclei.append(nucleo)
    coppie = [(n, p) for n in nuclei for p in n.persone]
    return Mondo(
        tuple(nuclei),
        {p.codice_fiscale: (n, p) for n, p in coppie},
        {p.id_anpr: p.codice_fiscale for _, p in coppie},
    )


def eta(persona: Persona, al: date = GIORNO_DEMO) -> int:
    """Age of a person on a day."""
    return anni_compiuti(persona.data_nascita, al)


def _occorrenze(storie: Sequence[SpecNucleo]) -> Iterator[tuple[SpecNucleo, str]]:
    for storia in storie:
        for n in range(storia.quante):
            yield storia, storia.nome if storia.quante == 1 else f"{storia.nome}-{n + 1:02d}"


def _repliche(prime: Sequence[tuple[SpecNucleo, str]], quante: int) -> Iterator[tuple[SpecNucleo, str]]:
    yield from prime
    for replica in range(1, quante):
        for storia, nome in prime:
            yield storia, f"{nome}/{replica}"


def _nucleo(storia: SpecNucleo, nome: str, numero: int, presi: set[str]) -> Nucleo:
    dado = Dado("inclusione", nome)
    comune = comuni()[storia.comune] if storia.comune else dado.scegli(tuple(comuni().values()))
    persone = _persone(storia, dado, comune.belfiore, numero, presi)
    reddito, mobili = _estrai(storia.reddito, dado), _estrai(storia.mobili, dado)
    canone = _estrai(storia.canone, dado) if storia.canone else None
    dichiarati = [p for p in persone if p.in_dsu]
    minori = any(eta(p) < 18 for p in dichiarati)
    dsu = dsu_di(
        storia,
        dichiarati,
        numero=numero,
        dado=dado,
        reddito=reddito,
        canone=canone or _ZERO,
        mobili=mobili,
        minori=minori,
    )
    arrivo = storia.residente_dal or date(2001, 1, 15) + timedelta(days=dado.numero(6000))
    nata_qui = persone[0].luogo_nascita in comuni()
    in_italia = storia.in_italia_dal or (persone[0].data_nascita if nata_qui else arrivo)
    return Nucleo(
        nome=nome, numero=numero, storia=storia, comune=comune, via=dado.scegli(comune.strade), civico=str(dado.tra(1, 180)),
        persone=persone, residente_dal=arrivo, in_italia_dal=in_italia, continuativa_dal=storia.continuativa_dal or in_italia,
        canone=canone, dsu=dsu if storia.dsu.presente else None, importo=_importo(storia, dichiarati, reddito, canone),
    )  # fmt: skip


def _importo(
    storia: SpecNucleo, persone: Sequence[Persona], reddito: Decimal, canone: Decimal | None
) -> Decimal | None:
    if storia.atteso.finale != "ACCOLTA":
        return None
    lavoro = max(Decimal(0), sum((r.reddito for r in storia.lavoro), Decimal(0)) - 3000)
    netto = reddito - storia.trattamenti + lavoro
    return importo_2025(netto, canone or _ZERO, storia.scala, anziani=solo_anziani(persone))


def solo_anziani(persone: Sequence[Persona]) -> bool:
    """Tell whether every member is 67, or the others have a grave disability."""
    vecchi = [p for p in persone if eta(p) >= 67]
    return bool(vecchi) and all(p in vecchi or p.disabilita == "GRAVE" for p in persone)


def _persone(storia: SpecNucleo, dado: Dado, comune: str, numero: int, presi: set[str]) -> tuple[Persona, ...]:
    righe = storia.componenti()
    anni = _eta_di(righe, dado)
    cognome_famiglia = anagrafe.cognome(dado, righe[0].cittadinanza)
    figli_minori = any(r.chi[0] == "F" and a < 18 for r, a in zip(righe, anni, strict=True))
    cura = _chi_cura(righe, anni)
    return tuple(
        _persona(
            riga, anni[n], n, dado, comune, numero, presi, cognome_famiglia, figli_minori=figli_minori, cura=n == cura
        )
        for n, riga in enumerate(righe)
    )


def _persona(
    riga: SpecPersona, anni: int, posto: int, dado: Dado, comune: str, numero: int, presi: set[str], cognome_famiglia: str,
    *, figli_minori: bool, cura: bool,
) -> Persona:  # fmt: skip
    origine = riga.cittadinanza if riga.cittadinanza in stati() else "IT"
    ruolo, sesso = riga.chi[0], riga.chi[2] if riga.chi[2] != "?" else dado.scegli("MF")
    cognome = anagrafe.cognome(dado, origine) if ruolo in "CGA" else cognome_famiglia
    nascita, nome = anagrafe.data_nascita(dado, anni), anagrafe.nome(dado, origine, sesso)
    luogo = riga.nato_in or _luogo(riga, anni, dado, comune)
    codice = anagrafe.codice_fiscale(cognome, nome, sesso, nascita, luogo)
    while codice in presi:
        nome = anagrafe.nome(dado, origine, sesso)
        codice = anagrafe.codice_fiscale(cognome, nome, sesso, nascita, luogo)
    if riga.provvisorio:
        codice = anagrafe.codice_provvisorio(numero)
    return Persona(
        codice_fiscale=anagrafe.con_omocodia(codice, riga.omocodia) if riga.omocodia else codice,
        cognome=cognome, nome=nome, sesso=sesso, data_nascita=nascita, luogo_nascita=luogo, ruolo=ruolo,
        cittadinanza=riga.cittadinanza, id_anpr=_id_anpr(numero, posto),
        titolo_soggiorno=riga.titolo_soggiorno, disabilita=riga.disabilita, cura=cura if riga.cura is None else riga.cura,
        genitore=figli_minori and ruolo in "RC", occupato=riga.occupato, studente=riga.studente,
        in_struttura=riga.in_struttura, deceduto_il=riga.deceduto_il, in_anpr=riga.in_anpr, in_dsu=riga.in_dsu,
    )  # fmt: skip


def _id_anpr(numero: int, posto: int) -> str:
    migliaia, resto = divmod(numero, 1000)
    return f"S{chr(66 + migliaia)}{resto:03d}{posto:02d}{chr(65 + numero % 26)}{chr(65 + posto)}"


def _luogo(riga: SpecPersona, anni: int, dado: Dado, comune: str) -> str:
    if riga.cittadinanza != "IT" and anni > 8:
        return stati()[riga.cittadinanza].belfiore
    altrove = dado.scegli([c for c in comuni() if c != "E472"])
    return comune if comune != "E472" and dado.capita(75) else altrove


def _chi_cura(righe: Sequence[SpecPersona], anni: Sequence[int]) -> int | None:
    """Give the place of the one adult with carichi di cura (DM 154/2023, art. 8), or None."""
    minori = [a for a in anni if a < 18]
    malati = [n for n, r in enumerate(righe) if r.disabilita != "NO"]
    if not (any(a < 3 for a in minori) or len(minori) >= 3 or malati):
        return None
    adulti = [n for n, a in enumerate(anni) if 18 <= a < 60 and n not in malati and righe[n].chi[0] in "RC"]
    return adulti[-1] if adulti else None


def _eta_di(righe: Sequence[SpecPersona], dado: Dado) -> list[int]:
    """Draw the ages: children at least two years apart, and 20 years younger than the youngest parent."""
    anni: list[int] = []
    for n, riga in enumerate(righe):
        minimo, _, massimo = riga.chi[4:].partition("-")
        if not massimo:
            anni.append(int(minimo))
            continue
        fratelli = [a for a, r in zip(anni, righe, strict=False) if r.chi[0] == "F"]
        genitori = [a for a, r in zip(anni, righe, strict=False) if r.chi[0] in "RC"]
        possibili = [a for a in range(int(minimo), int(massimo) + 1) if a not in (2, 17, 59, 66)]
        if riga.chi[0] == "F":
            possibili = [a for a in possibili if min(genitori) - a >= 20 and all(abs(a - f) >= 2 for f in fratelli)]
        if not possibili:
            raise ValueError(f"nessuna età possibile per il componente {n + 1}")
        anni.append(dado.scegli(possibili))
    return anni


def _estrai(testo: str, dado: Dado) -> Decimal:
    minimo, _, massimo = testo.partition("..")
    if not massimo:
        return Decimal(minimo)
    da, a = (int(Decimal(v) * 100) for v in (minimo, massimo))
    return Decimal(da + _PASSO * dado.tra(0, (a - da) // _PASSO)) / 100
