# SPDX-License-Identifier: EUPL-1.2
"""The bill of materials of the image: CycloneDX, made of what is installed, kept to what the lock pins."""

import json
import subprocess
import sys
from collections.abc import Sequence
from typing import Any

from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

from deploy.filiera.blocchi import RADICE, Voce

USCITA = RADICE / "build" / "sbom.cdx.json"
VERSIONE = SchemaVersion.V1_6


def componi(voci: Sequence[Voce]) -> dict[str, Any]:
    """Describe the packages of a lock as they are installed here, with their licences and who needs whom.

    :raises ValueError: if one is not installed in that version.
    """
    return restringi(_ambiente(), voci)


def _ambiente() -> dict[str, Any]:
    # What is validated is the bill that we keep.
    comando = (
        sys.executable, "-m", "cyclonedx_py", "environment", sys.executable, "--pyproject", str(RADICE / "pyproject.toml"),
        "--sv", VERSIONE.to_version(), "--output-reproducible", "--no-validate",
    )  # fmt: skip
    esito = subprocess.run(comando, capture_output=True, text=True, check=True, timeout=120)
    letta: dict[str, Any] = json.loads(esito.stdout)
    return letta


def restringi(intera: dict[str, Any], voci: Sequence[Voce]) -> dict[str, Any]:
    """Keep of a bill what the lock pins, without the addresses of the registries.

    :raises ValueError: if something that the lock pins is missing, or has another version.
    """
    per_nome = {_nome(c["name"]): c for c in intera["components"]}
    if assenti := [f"{v.nome} {v.versione}" for v in voci if per_nome.get(v.nome, {}).get("version") != v.versione]:
        raise ValueError("non installati in questa versione: " + ", ".join(assenti))
    tenuti = [_senza_registri(per_nome[v.nome]) for v in voci]
    noti = {c["bom-ref"] for c in tenuti} | {intera["metadata"]["component"]["bom-ref"]}
    legami = [
        d | {"dependsOn": sorted(r for r in d.get("dependsOn", ()) if r in noti)}
        for d in intera["dependencies"]
        if d["ref"] in noti
    ]
    # The tools that wrote it bring addresses too, and are not part of the image.
    metadati = {nome: valore for nome, valore in intera["metadata"].items() if nome != "tools"}
    return intera | {"metadata": metadati, "components": tenuti, "dependencies": legami}


def _nome(nome: str) -> str:
    return nome.lower().replace("_", "-").replace(".", "-")


def _senza_registri(componente: dict[str, Any]) -> dict[str, Any]:
    altrove = [r for r in componente.get("externalReferences", ()) if r["type"] != "distribution"]
    senza = {nome: valore for nome, valore in componente.items() if nome != "externalReferences"}
    return senza | ({"externalReferences": altrove} if altrove else {})


def difetti(distinta: dict[str, Any]) -> list[str]:
    """Say what the official schema refuses, and which components have no licence."""
    errore = JsonStrictValidator(VERSIONE).validate_str(json.dumps(distinta))
    senza = [f"{c['name']} non ha licenza" for c in distinta["components"] if not c.get("licenses")]
    return ([f"non è CycloneDX {VERSIONE.to_version()}: {errore}"] if errore else []) + senza


def scrivi(distinta: dict[str, Any]) -> None:
    """Write the bill where it is not committed."""
    USCITA.parent.mkdir(exist_ok=True)
    USCITA.write_text(json.dumps(distinta, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
