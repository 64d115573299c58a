# SPDX-License-Identifier: EUPL-1.2
"""docker-compose.yml: valid, complete for the settings of every service, without secrets, closed where it can be."""

import json
import os
import re
import shutil
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from deploy.locale.configurazione import Indirizzi, Segreti, del_servizio
from deploy.sandbox.eservizi import CLIENT_INCLUSIONE, ESTERNI, finalita
from deploy.sandbox.impostazioni import AUDIENCE
from shared.db.migrazioni import SERVIZI
from shared.web.impostazioni import RUOLI, chiave_da
from tests.deploy.composizione import RADICE, composta, env_completo, esempio, grezza, variabili
from tests.deploy.impostazioni import classe_di, nomi_di

_NOSTRI = (*(nome.replace("_", "-") for nome in SERVIZI), "migrazioni", "topologia", "sandbox")
_TUTTI = (*_NOSTRI, "postgres", "rabbitmq", "proxy")
_SEGRETI = re.compile(r"PASSWORD|PASS$|CHIAVE$|CHIAVE_APPIO$")
# What the server of the services reads by itself, beside the settings.
_DEL_SERVER = {"FORWARDED_ALLOW_IPS"}
_TESTI = {"type": "array", "items": {"type": "string"}, "minItems": 1}
_SCHEMA = {
    "type": "object",
    "required": ["name", "services", "networks", "volumes"],
    "patternProperties": {"^x-": {}},
    "additionalProperties": False,
    "properties": {
        "name": {"type": "string"},
        "networks": {"type": "object"},
        "volumes": {"type": "object"},
        "services": {"type": "object", "additionalProperties": {"$ref": "#/$defs/servizio"}},
    },
    "$defs": {
        "servizio": {
            "type": "object",
            "required": ["image", "restart", "networks", "security_opt", "deploy", "logging"],
            "additionalProperties": False,
            "properties": {
                "image": {"type": "string"},
                "build": {"type": "object", "required": ["context", "dockerfile"]},
                "user": {"type": "string"},
                "hostname": {"type": "string"},
                "restart": {"type": "string", "pattern": "^(unless-stopped|on-failure:[0-9]+)$"},
                "read_only": {"type": "boolean"},
                "stop_grace_period": {"type": "string", "pattern": "^[0-9]+s$"},
                "tmpfs": _TESTI, "cap_drop": _TESTI, "security_opt": _TESTI, "command": _TESTI, "entrypoint": _TESTI,
                "networks": _TESTI, "volumes": _TESTI, "ports": _TESTI,
                "environment": {"type": "object", "additionalProperties": {"type": "string"}},
                "logging": {"type": "object", "required": ["driver", "options"]},
                "depends_on": {
                    "type": "object",
                    "additionalProperties": {
                        "type": "object",
                        "required": ["condition"],
                        "properties": {"condition": {"enum": ["service_healthy", "service_completed_successfully"]}},
                    },
                },
                "healthcheck": {"type": "object", "required": ["test", "interval", "timeout", "retries"]},
                "deploy": {
                    "type": "object",
                    "properties": {
                        "resources": {
                            "type": "object",
                            "properties": {"limits": {"type": "object", "required": ["cpus", "memory"]}},
                            "required": ["limits"],
                        }
                    },
                    "required": ["resources"],
                },
            },
        }
    },
}  # fmt: skip


def _ambiente(contenitore: str) -> dict[str, str]:
    ambiente: dict[str, str] = composta(env_completo())["services"][contenitore]["environment"]
    return ambiente


class TestFile:
    def test_has_the_shape_that_we_agreed_on(self) -> None:
        errori = [f"{e.json_path}: {e.message}" for e in Draft202012Validator(_SCHEMA).iter_errors(grezza())]

        assert errori == []

    def test_is_accepted_by_docker_compose_where_there_is_one(self, tmp_path: Path) -> None:
        env = tmp_path / "env"
        env.write_text("".join(f"{nome}='{valore}'\n" for nome, valore in env_completo().items()))
        comando = _docker_compose()

        # Where the command is missing, what it would refuse is looked for by the other tests of this file.
        esito = _esegui(*comando, "--env-file", str(env), "config", "-q") if comando else (0, "")

        assert esito == (0, "")

    def test_starts_every_part_of_the_system(self) -> None:
        assert set(grezza()["services"]) == set(_TUTTI)

    def test_depends_only_on_what_it_starts_and_waits_for_health_that_is_checked(self) -> None:
        servizi = grezza()["services"]

        attese = [(a, c["condition"]) for s in servizi.values() for a, c in s.get("depends_on", {}).items()]

        assert {nome for nome, _ in attese} <= set(servizi)
        assert all("healthcheck" in servizi[n] for n, condizione in attese if condizione == "service_healthy")
        assert all(
            servizi[n]["restart"] != "unless-stopped" for n, c in attese if c == "service_completed_successfully"
        )

    def test_uses_networks_and_volumes_that_it_declares(self) -> None:
        compose = grezza()

        reti = {rete for s in compose["services"].values() for rete in s["networks"]}
        montati = [v.partition(":")[0] for s in compose["services"].values() for v in s.get("volumes", ())]

        assert reti == set(compose["networks"])
        assert {v for v in montati if not v.startswith(".")} == set(compose["volumes"])
        assert all((RADICE / v).exists() for v in montati if v.startswith("."))

    def test_needs_no_variable_that_the_example_does_not_explain(self) -> None:
        testo = (RADICE / "deploy" / "env.esempio").read_text(encoding="utf-8")

        chieste = variabili(grezza()["services"])

        assert {nome for nome, modo in chieste if modo == ":?"} <= set(esempio())
        senza = {nome for nome, modo in chieste if modo != ":?" and not re.search(rf"\b{nome}\b", testo)}
        limiti = {"RICHIESTE_AL_MINUTO", "RICHIESTE_INSIEME", "CORPO_TIMEOUT_SECONDS"}
        assert senza == {"INCLUSIONE_VERSIONE", "PYTHON_DIGEST", "RUOLI", "LOG_LIVELLO"} | limiti


def _docker_compose() -> tuple[str, ...]:
    for comando in (("docker", "compose"), ("docker-compose",)):
        if shutil.which(comando[0]) and _esegui(*comando, "version")[0] == 0:
            return comando
    return ()


def _esegui(*comando: str) -> tuple[int, str]:
    esito = subprocess.run(
        comando, cwd=RADICE, capture_output=True, text=True, timeout=60, check=False, env=dict(os.environ)
    )
    return esito.returncode, esito.stderr


class TestSegreti:
    def test_have_no_value_in_the_example(self) -> None:
        assert {nome for nome, valore in esempio().items() if _SEGRETI.search(nome) and valore} == set()

    def test_come_from_the_environment_and_are_required(self) -> None:
        for servizio in grezza()["services"].values():
            for nome, valore in servizio.get("environment", {}).items():
                if _SEGRETI.search(nome) or nome.endswith("_DATABASE_URL") or nome == "BUS_URL":
                    assert re.search(r"\$\{\w+:\?", valore), nome

    def test_refuse_to_start_when_one_is_empty(self) -> None:
        with pytest.raises(KeyError):
            composta(esempio())

    def test_reach_only_who_needs_them(self) -> None:
        for servizio in SERVIZI:
            altrui = {f"{altro.upper()}_{cosa}" for altro in SERVIZI if altro != servizio
                      for cosa in ("DATABASE_URL", "CHIAVE")}  # fmt: skip

            assert altrui & set(_ambiente(servizio.replace("_", "-"))) == set()


class TestImpostazioni:
    @pytest.mark.parametrize("servizio", SERVIZI)
    def test_of_a_service_are_all_set_and_accepted(self, servizio: str, monkeypatch: pytest.MonkeyPatch) -> None:
        ambiente = _ambiente(servizio.replace("_", "-"))
        _solo(ambiente, monkeypatch)

        impostazioni = classe_di(servizio)()

        assert impostazioni.ruoli == RUOLI
        assert impostazioni.database_url == ambiente[f"{servizio.upper()}_DATABASE_URL"]
        assert len(chiave_da(impostazioni.chiave)) == len(chiave_da(impostazioni.eventi_chiave)) == 32
        assert {nome for nome, obbligatoria in nomi_di(servizio).items() if obbligatoria} <= set(ambiente)

    @pytest.mark.parametrize("servizio", SERVIZI)
    def test_of_a_service_have_no_name_that_nobody_reads(self, servizio: str) -> None:
        ambiente = set(_ambiente(servizio.replace("_", "-")))

        assert ambiente - set(nomi_di(servizio)) - _DEL_SERVER == set()

    @pytest.mark.parametrize("servizio", SERVIZI)
    def test_of_a_service_include_those_of_the_embedded_system(self, servizio: str) -> None:
        indirizzi = Indirizzi("http://a", "http://b", 25, "interno", dict.fromkeys(SERVIZI, "postgresql://"), Path())
        incorporate = set(del_servizio(servizio, indirizzi, Segreti.di_passaggio()))

        mancanti = (incorporate & set(nomi_di(servizio))) - set(_ambiente(servizio.replace("_", "-")))

        assert mancanti == set()

    def test_trust_the_tokens_of_the_sandbox_for_the_audience_of_the_apis(self) -> None:
        sandbox, domande = _ambiente("sandbox"), _ambiente("domande")
        url = sandbox["SANDBOX_URL_PUBBLICO"]

        emittenti = json.loads(domande["EMITTENTI"])

        assert [e["tipo"] for e in emittenti] == ["PDND", "OPERATORI", "CITTADINI"]
        assert all(e["jwks_url"].startswith(url) for e in emittenti)
        assert [e["iss"] for e in emittenti[1:]] == [f"{url}/oidc/operatori", f"{url}/oidc/cittadini"]
        assert sandbox["SANDBOX_AUDIENCE"] == domande["AUDIENCE"] == AUDIENCE

    def test_call_the_sandbox_for_the_purposes_that_it_knows(self) -> None:
        attese = {e.nome: finalita(CLIENT_INCLUSIONE, e.nome) for e in ESTERNI}

        assert all(json.loads(_ambiente(s.replace("_", "-"))["PDND_FINALITA"]) == attese for s in SERVIZI)
        assert _ambiente("sandbox")["SANDBOX_CHIAVE_APPIO"] == _ambiente("notifiche")["APPIO_CHIAVE"]


def _solo(ambiente: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    for servizio in SERVIZI:
        for nome in nomi_di(servizio):
            monkeypatch.delenv(nome, raising=False)
    for nome, valore in ambiente.items():
        monkeypatch.setenv(nome, valore)


class TestImmagini:
    def test_are_named_without_registry_and_with_a_version(self) -> None:
        for servizio in composta(env_completo())["services"].values():
            nome, _, versione = servizio["image"].partition(":")

            assert "." not in nome
            assert versione not in ("", "latest")

    def test_of_ours_is_one_with_the_version_of_the_project(self) -> None:
        servizi = composta(env_completo())["services"]
        versione = tomllib.loads((RADICE / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]

        assert {servizi[nome]["image"] for nome in _NOSTRI} == {f"inclusione:{versione}"}
        assert all((RADICE / servizi[nome]["build"]["dockerfile"]).is_file() for nome in _NOSTRI)

    def test_is_built_with_hashes_for_a_user_without_privileges(self) -> None:
        righe = (RADICE / "deploy" / "Dockerfile").read_text(encoding="utf-8")

        assert re.findall(r"^FROM (\S+)", righe, re.MULTILINE) == ["python:3.11-slim${PYTHON_DIGEST}"] * 2
        assert "--require-hashes --only-binary :all: -r requirements.lock" in righe
        assert re.findall(r"^USER (\S+)", righe, re.MULTILINE) == ["10001:10001"]

    def test_copies_only_what_the_builder_receives(self) -> None:
        copiati = re.findall(r"^COPY (?!--from)(\S+)", (RADICE / "deploy" / "Dockerfile").read_text(), re.MULTILINE)

        ammessi = [r[1:] for r in (RADICE / ".dockerignore").read_text().splitlines() if r.startswith("!")]

        assert set(copiati) == set(ammessi)


class TestChiusure:
    @pytest.mark.parametrize("nome", [n for n in _TUTTI if n != "rabbitmq"])
    def test_give_a_read_only_root_and_no_capability(self, nome: str) -> None:
        servizio = grezza()["services"][nome]

        assert servizio["read_only"] is True
        assert servizio["cap_drop"] == ["ALL"]
        assert "/tmp" in servizio["tmpfs"]

    @pytest.mark.parametrize("nome", _TUTTI)
    def test_forbid_new_privileges_and_set_limits(self, nome: str) -> None:
        servizio = grezza()["services"][nome]

        assert servizio["security_opt"] == ["no-new-privileges:true"]
        assert set(servizio["deploy"]["resources"]["limits"]) == {"cpus", "memory"}

    def test_publish_on_the_loopback_only_the_proxy_and_the_sandbox(self) -> None:
        aperte = {nome: s["ports"] for nome, s in grezza()["services"].items() if "ports" in s}

        assert set(aperte) == {"proxy", "sandbox"}
        assert all(porta.startswith("127.0.0.1:") for porte in aperte.values() for porta in porte)

    def test_keep_database_and_bus_on_a_network_of_their_own(self) -> None:
        compose = grezza()

        assert compose["networks"]["dati"] == {"internal": True}
        assert [compose["services"][n]["networks"] for n in ("postgres", "rabbitmq")] == [["dati"], ["dati"]]

    @pytest.mark.parametrize("servizio", SERVIZI)
    def test_check_the_status_of_a_service(self, servizio: str) -> None:
        prova = grezza()["services"][servizio.replace("_", "-")]["healthcheck"]["test"]

        assert "http://127.0.0.1:8000/status" in " ".join(prova)


class TestProxy:
    def test_gives_each_service_the_path_of_the_embedded_system(self) -> None:
        righe = (RADICE / "deploy" / "proxy" / "nginx.conf").read_text(encoding="utf-8")

        percorsi = dict(re.findall(r"location /([a-z-]+)/ \{\s+proxy_pass http://([a-z-]+)/;", righe))
        serviti = dict(re.findall(r"upstream ([a-z-]+) \{[^}]*server ([a-z-]+):8000 resolve;", righe))

        assert percorsi == serviti == {n: n for n in (s.replace("_", "-") for s in SERVIZI)}

    @pytest.mark.parametrize("servizio", SERVIZI)
    def test_serves_the_address_that_the_service_gives_out(self, servizio: str) -> None:
        nome = servizio.replace("_", "-")

        assert _ambiente(nome)["URL_PUBBLICO"] == f"http://127.0.0.1:8000/{nome}"

    def test_speaks_of_problems_as_the_services_do(self) -> None:
        righe = (RADICE / "deploy" / "proxy" / "nginx.conf").read_text(encoding="utf-8")

        problemi: list[dict[str, Any]] = [
            json.loads(testo.replace("\\'", "'")) for testo in re.findall(r"return \d+ '(\{.*\})';", righe)
        ]

        assert [p["status"] for p in problemi] == [200, 404, 413, 503]
        assert all(p["type"].startswith("https://inclusione.example/problemi/") for p in problemi)
