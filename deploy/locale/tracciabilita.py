# SPDX-License-Identifier: EUPL-1.2
"""From the published rules to the tests that prove them: runs the marked tests, writes docs/tracciabilita/README.md."""

import ast
import json
import os
import subprocess
import sys
import tempfile
import tomllib
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from deploy.locale import questioni

RADICE = Path(__file__).resolve().parents[2]
REGOLE = RADICE / "docs" / "tracciabilita" / "regole.toml"
PAGINA = RADICE / "docs" / "tracciabilita" / "README.md"
# Where the marked tests write how they went; the tests read its name too.
VARIABILE_ESITI = "INCLUSIONE_ESITI_REGOLE"
DOCUMENTI = {
    "S000": "Sistema informativo dei percettori",
    "S001": "Piattaforme del Reddito di cittadinanza",
    "S002": "Banca dati ISEE per gli enti erogatori",
    "S003": "Domande e risposte sul Sostegno per l'inclusione attiva",
    "S004-R": "Domande e risposte sul Reddito di cittadinanza",
    "S004-A": "Domande e risposte sull'Assegno di inclusione",
    "S004-F": "Domande e risposte sul Supporto per la formazione e il lavoro",
}
_CHIAVI = {"id", "frase", "servizio", "anche", "area", "nota", "manca"}
# How pytest ends when it has run everything: all passed, or some failed.
_CONCLUSE = (0, 1)
Prove = Mapping[str, AbstractSet[str]]


@dataclass(frozen=True, slots=True)
class Regola:
    """A published rule; `manca` says what there is still to do while no test proves it."""

    id: str
    frase: str
    servizio: str
    area: str
    anche: tuple[str, ...] = ()
    nota: str = ""
    manca: str = ""

    @property
    def documento(self) -> str:
        """The document, or the part of it, that the rule comes from."""
        return next(d for d in DOCUMENTI if self.id.startswith(d))


@lru_cache(maxsize=1)
def leggi_regole() -> tuple[Regola, ...]:
    """Read the rules, in the order of the file.

    :raises ValueError: if a row has an unknown key.
    """
    righe = tomllib.loads(REGOLE.read_text(encoding="utf-8"))["regola"]
    if ignote := {chiave for riga in righe for chiave in riga} - _CHIAVI:
        raise ValueError(f"Chiavi sconosciute in regole.toml: {', '.join(sorted(ignote))}")
    return tuple(Regola(**{**riga, "anche": tuple(riga.get("anche", ()))}) for riga in righe)


def segni() -> dict[str, set[str]]:
    """Find the marks written in the tests: the rule, and the tests that say that they prove it."""
    trovati: dict[str, set[str]] = defaultdict(set)
    for percorso in sorted((RADICE / "tests").rglob("test_*.py")):
        testo = percorso.read_text(encoding="utf-8")
        if "mark.regola(" in testo:
            modulo = percorso.relative_to(RADICE).as_posix()
            for nome, codici in _segnati(ast.parse(testo).body, (), frozenset()):
                for codice in codici:
                    trovati[codice].add(f"{modulo}::{nome}")
    return dict(trovati)


def _segnati(
    corpo: Iterable[ast.stmt], classi: tuple[str, ...], ereditati: frozenset[str]
) -> Iterator[tuple[str, frozenset[str]]]:
    for nodo in corpo:
        if isinstance(nodo, ast.ClassDef):
            yield from _segnati(nodo.body, (*classi, nodo.name), ereditati | _codici(nodo.decorator_list))
        elif isinstance(nodo, ast.FunctionDef | ast.AsyncFunctionDef) and nodo.name.startswith("test_"):
            yield "::".join((*classi, nodo.name)), ereditati | _codici(nodo.decorator_list)


def _codici(decoratori: Iterable[ast.expr]) -> frozenset[str]:
    """Give the codes of a decorator, also where it marks one of the cases of a table."""
    chiamate = (n for d in decoratori for n in ast.walk(d) if isinstance(n, ast.Call))
    segni_ = (c for c in chiamate if isinstance(c.func, ast.Attribute) and c.func.attr == "regola")
    return frozenset(
        a.value for c in segni_ for a in c.args if isinstance(a, ast.Constant) and isinstance(a.value, str)
    )


def provate_da(esiti: Mapping[str, Mapping[str, Sequence[str]]]) -> dict[str, set[str]]:
    """Keep, of the outcomes by rule and test, the tests whose cases all passed."""
    prove = {codice: {t for t, fasi in casi.items() if set(fasi) == {"passed"}} for codice, casi in esiti.items()}
    return {codice: riuscite for codice, riuscite in prove.items() if riuscite}


def pagina(regole: Sequence[Regola], prove: Prove) -> str:
    """Write the page: the same rules and the same proofs give the same bytes."""
    righe = [
        "# Tracciabilità delle regole pubblicate",
        "",
        "Ogni regola dei documenti pubblicati e le prove che la dimostrano. La pagina si scrive con `make tracciabilita`, che esegue",
        'le prove segnate con `@pytest.mark.regola("S003-12")`: conta solo una prova riuscita, e una regola senza prove resta aperta.',
        "Le frasi sono in [regole.toml](regole.toml).",
        "",
        f"**{riepilogo(regole, prove)}**",
        "",
        *_conteggi("Documento", regole, prove, lambda r: f"{DOCUMENTI[r.documento]} ({r.documento})"),
        *_conteggi("Servizio", regole, prove, lambda r: f"`{r.servizio}`"),
        *_conteggi("Area", regole, prove, lambda r: r.area),
    ]
    for documento, titolo in DOCUMENTI.items():
        righe += [f"## {documento}: {titolo}", "", "| Regola | | Servizio | Prove |", "| --- | --- | --- | --- |"]
        righe += [_riga(r, prove.get(r.id, set())) for r in regole if r.documento == documento]
        righe.append("")
    return "\n".join(righe)


def riepilogo(regole: Sequence[Regola], prove: Prove) -> str:
    """Write the figure."""
    return f"{sum(r.id in prove for r in regole)}/{len(regole)} regole provate"


def _conteggi(titolo: str, regole: Sequence[Regola], prove: Prove, chiave: Callable[[Regola], str]) -> list[str]:
    gruppi: dict[str, list[bool]] = defaultdict(list)
    for r in regole:
        gruppi[chiave(r)].append(r.id in prove)
    nomi = list(gruppi) if titolo == "Documento" else sorted(gruppi)
    righe = [f"| {nome} | {sum(gruppi[nome])} | {len(gruppi[nome]) - sum(gruppi[nome])} |" for nome in nomi]
    return [f"| {titolo} | Provate | Aperte |", "| --- | --- | --- |", *righe, ""]


def _riga(regola: Regola, prove: AbstractSet[str]) -> str:
    frase = f"{regola.frase} *{regola.nota}*" if regola.nota else regola.frase
    servizi = ", ".join(f"`{s}`" for s in (regola.servizio, *regola.anche))
    aperta = f"aperta: {regola.manca}" if regola.manca else "aperta"
    return f"| {regola.id} | {frase} | {servizi} | {'<br>'.join(_nome(p) for p in sorted(prove)) or aperta} |"


def _nome(prova: str) -> str:
    modulo, _, nome = prova.partition("::")
    return f"[{nome.replace('::', '.')}](../../{modulo})"


def esegui(prove: Prove) -> tuple[dict[str, set[str]], int]:
    """Run the marked tests; give the rules that they prove and the status of pytest."""
    moduli = sorted({p.partition("::")[0] for tutte in prove.values() for p in tutte})
    with tempfile.TemporaryDirectory() as cartella:
        esiti = Path(cartella) / "esiti.json"
        comando = [sys.executable, "-m", "pytest", "-q", "-m", "regola", "-n", _processi(), *moduli]
        uscita = subprocess.run(comando, cwd=RADICE, env=os.environ | {VARIABILE_ESITI: str(esiti)}, check=False)
        raccolti = json.loads(esiti.read_text(encoding="utf-8")) if esiti.exists() else {}
    return provate_da(raccolti), uscita.returncode


def _processi() -> str:
    return os.environ.get("PROVE_PROCESSI", "3")


def main() -> int:
    """Run, write the two pages, print the figure on the last line."""
    regole = leggi_regole()
    prove, stato = esegui(segni())
    if stato not in _CONCLUSE:
        print("Le prove non sono arrivate in fondo: le pagine restano come sono")
        return stato
    PAGINA.write_text(pagina(regole, prove), encoding="utf-8")
    questioni.PAGINA.write_text(questioni.pagina(), encoding="utf-8")
    print(riepilogo(regole, prove))
    return stato


if __name__ == "__main__":
    raise SystemExit(main())
