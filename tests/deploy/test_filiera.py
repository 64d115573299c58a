# SPDX-License-Identifier: EUPL-1.2
"""The supply chain: locks with hashes, licences that somebody has judged, a bill of materials, known flaws and their deroghe."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from deploy.filiera import __main__ as comando
from deploy.filiera import blocchi, distinta, licenze
from deploy.filiera.blocchi import ESERCIZIO, SVILUPPO, Voce
from deploy.filiera.licenze import Tabella
from deploy.filiera.vulnerabilita import (
    SPIA,
    Deroga,
    Falla,
    NonVerificato,
    cerca_falle,
    giudica,
    leggi_deroghe,
)
from tests.support.pagine import risponde

_HASH = "--hash=sha256:" + "ab" * 32
_OGGI = date(2026, 3, 2)
_AVVISI = json.loads(Path(__file__).with_name("avvisi_osv.json").read_text(encoding="utf-8"))
_FALLA = Falla("prova", "1.0", ("CVE-2026-0001", "GHSA-prov-prov-prov"), ("1.1",))
_DEROGA = Deroga("CVE-2026-0001", "prova", "the function is never called", date(2026, 2, 1), date(2026, 4, 30))


class TestBlocchi:
    @pytest.mark.parametrize("blocco", [ESERCIZIO, SVILUPPO])
    def test_pin_every_package_with_its_hashes_and_no_address(self, blocco: Path) -> None:
        voci = blocchi.leggi(blocco)

        assert len(voci) > 50
        assert len({voce.nome for voce in voci}) == len(voci)

    def test_agree_on_what_runs(self) -> None:
        assert blocchi.scostamenti() == []

    @pytest.mark.parametrize(
        "riga",
        [
            "prova==1.0",
            "prova>=1.0 " + _HASH,
            "prova @ https://prova.example/prova.whl " + _HASH,
            "--find-links altrove",
            "-e .",
            "prova==1.0 --hash=md5:" + "ab" * 16,
        ],
    )
    def test_refuse_an_entry_that_could_be_replaced(self, riga: str) -> None:
        with pytest.raises(ValueError, match="voci senza versione"):
            blocchi.voci(f"sana==1.0 \\\n    {_HASH}\n    # via prova\n{riga}\n")


class TestLicenze:
    def test_are_all_judged_and_listed_as_the_page_says(self) -> None:
        voci, tabella = blocchi.leggi(SVILUPPO), Tabella.nostra()

        assert licenze.difetti(voci, tabella) == []
        assert licenze.USCITA.read_text(encoding="utf-8") == licenze.documento(), "make filiera"

    @pytest.mark.parametrize(
        ("dichiarata", "prese"),
        [
            ("MIT", ("MIT",)),
            ("MPL-2.0 AND (Apache-2.0 OR MIT)", ("MPL-2.0", "Apache-2.0")),
            ("GPL-3.0-only OR MIT", ("MIT",)),
            ("Artistic-1.0 OR GPL-2.0-or-later", ("Artistic-1.0",)),
        ],
    )
    def test_of_a_choice_take_the_one_that_goes_with_ours(self, dichiarata: str, prese: tuple[str, ...]) -> None:
        assert licenze.scelte(dichiarata, Tabella.nostra()) == prese

    @pytest.mark.parametrize(
        "dichiarata",
        ["", "BSD License", "GPL-3.0-only", "MIT AND AGPL-3.0-only", "GPL-2.0-only OR SSPL-1.0", "LicenseRef-Proprietary"],
    )  # fmt: skip
    def test_refuse_what_nobody_has_judged(self, dichiarata: str) -> None:
        with pytest.raises(ValueError, match=r"SPDX|compatibili|dichiarata"):
            licenze.scelte(dichiarata, Tabella.nostra())

    def test_find_a_package_whose_licence_is_not_in_the_table(self) -> None:
        senza_mit = replace(
            Tabella.nostra(), licenze={n: r for n, r in Tabella.nostra().licenze.items() if n != "MIT"}, pacchetti={}
        )

        difetti = licenze.difetti([Voce("pytest", "9"), Voce("jinja2", "3"), Voce("asyncpg", "0")], senza_mit)

        assert [riga.partition(" ")[0] for riga in difetti] == ["pytest", "jinja2"]

    def test_find_a_line_that_nobody_needs(self) -> None:
        assert licenze.difetti([], replace(Tabella.nostra(), pacchetti={"prova": "MIT"})) == [
            "prova è in licenze.toml e in nessun blocco"
        ]


_INTERA: dict[str, Any] = {
    "bomFormat": "CycloneDX", "specVersion": "1.6", "version": 1,
    "metadata": {"component": {"bom-ref": "noi", "name": "noi", "type": "application"}, "tools": {"components": []}},
    "components": [
        {"bom-ref": "A_b==1", "name": "A_b", "version": "1", "type": "library", "licenses": [{"license": {"id": "MIT"}}],
         "externalReferences": [{"type": "distribution", "url": "https://registro.example/a"},
                                {"type": "vcs", "url": "https://prova.example/a"}]},
        {"bom-ref": "solo-prove==2", "name": "solo-prove", "version": "2", "type": "library"},
    ],
    "dependencies": [{"ref": "noi", "dependsOn": ["A_b==1", "solo-prove==2"]}, {"ref": "A_b==1"}, {"ref": "solo-prove==2"}],
}  # fmt: skip


class TestDistinta:
    def test_keeps_what_the_lock_pins_without_the_addresses_of_registries(self) -> None:
        tenuta = distinta.restringi(_INTERA, [Voce("a-b", "1")])

        assert [c["name"] for c in tenuta["components"]] == ["A_b"]
        assert tenuta["dependencies"] == [{"ref": "noi", "dependsOn": ["A_b==1"]}, {"ref": "A_b==1", "dependsOn": []}]
        assert "registro.example" not in json.dumps(tenuta)
        assert "tools" not in tenuta["metadata"]
        assert distinta.difetti(tenuta) == []

    def test_of_the_image_is_complete_and_has_licences(self) -> None:
        voci = blocchi.leggi(ESERCIZIO)

        scritta = distinta.componi(voci)

        assert {(c["name"].lower().replace("_", "-"), c["version"]) for c in scritta["components"]} == {
            (v.nome, v.versione) for v in voci
        }
        assert all(c["licenses"] for c in scritta["components"])

    def test_fails_where_another_version_is_installed(self) -> None:
        with pytest.raises(ValueError, match="a-b 2"):
            distinta.restringi(_INTERA, [Voce("a-b", "2")])

    def test_is_refused_by_the_schema_when_it_is_wrong_and_when_a_licence_is_missing(self) -> None:
        senza = distinta.restringi(_INTERA, [Voce("solo-prove", "2")])

        assert distinta.difetti(senza) == ["solo-prove non ha licenza"]
        assert "non è CycloneDX" in distinta.difetti(senza | {"bomFormat": "altro"})[0]


class _Catalogo:
    """An advisory service with the shape of OSV: it answers from a table, for name and version."""

    def __init__(self, avvisi: dict[str, Any]) -> None:
        self.avvisi = avvisi
        self.stato = 200
        self.url = ""


@pytest.fixture
def catalogo() -> Iterator[_Catalogo]:
    """A service on the loopback that knows what OSV would say of two packages."""
    servito = _Catalogo(_AVVISI)

    def rispondi(_: str, corpo: bytes) -> tuple[int, bytes]:
        pacchetto = json.loads(corpo)
        avviso = servito.avvisi.get(f"{pacchetto['package']['name']}=={pacchetto['version']}", {})
        return servito.stato, json.dumps(avviso).encode()

    with risponde(rispondi) as indirizzo:
        servito.url = f"{indirizzo}/v1/query"
        yield servito


@pytest.fixture
def blocco(tmp_path: Path) -> Path:
    """A lock with a package that has a flaw, and one that has none."""
    percorso = tmp_path / "requirements.lock"
    percorso.write_text(f"prova==1.0 {_HASH}\nsana==2.0 {_HASH}\n", encoding="utf-8")
    return percorso


class TestVulnerabilita:
    def test_are_found_and_the_one_that_proves_the_service_is_left_out(self, catalogo: _Catalogo, blocco: Path) -> None:
        assert cerca_falle(blocco, osv=catalogo.url) == [_FALLA]

    def test_are_not_there_when_the_service_knows_the_others_only(self, catalogo: _Catalogo, blocco: Path) -> None:
        catalogo.avvisi = {nome: avviso for nome, avviso in _AVVISI.items() if nome == "==".join(SPIA)}

        assert cerca_falle(blocco, osv=catalogo.url) == []

    def test_are_not_declared_absent_by_a_service_that_knows_nothing(self, catalogo: _Catalogo, blocco: Path) -> None:
        catalogo.avvisi = {}

        with pytest.raises(NonVerificato, match="django"):
            cerca_falle(blocco, osv=catalogo.url)

    def test_are_not_declared_absent_by_a_service_that_fails(self, catalogo: _Catalogo, blocco: Path) -> None:
        catalogo.stato = 503

        with pytest.raises(NonVerificato, match="pip-audit"):
            cerca_falle(blocco, osv=catalogo.url)

    def test_are_not_declared_absent_by_a_service_out_of_reach(self, blocco: Path) -> None:
        with pytest.raises(NonVerificato, match="pip-audit"):
            cerca_falle(blocco, osv="http://127.0.0.1:9/v1/query")


class TestDeroghe:
    def test_of_the_repository_are_well_formed(self) -> None:
        assert all(giudica([Falla(d.pacchetto, "0", (d.id,), ())], [d], oggi=d.concessa) == [] for d in leggi_deroghe())

    def test_let_a_flaw_through_until_their_last_day(self) -> None:
        assert giudica([_FALLA], [_DEROGA], oggi=_DEROGA.scade) == []

    @pytest.mark.parametrize(
        ("deroghe", "detto"),
        [
            ([], ["prova 1.0 ha CVE"]),
            ([replace(_DEROGA, pacchetto="altro")], ["prova 1.0 ha CVE", "non serve più"]),
            ([replace(_DEROGA, scade=date(2026, 3, 1))], ["prova 1.0 ha CVE", "scaduta il 2026-03-01"]),
            ([replace(_DEROGA, scade=date(2027, 3, 1))], ["dura più di 184 giorni"]),
            ([replace(_DEROGA, motivo=" ")], ["manca il motivo"]),
            ([_DEROGA, replace(_DEROGA, id="CVE-2026-0002")], ["non serve più"]),
        ],
    )
    def test_do_not_pass_when_they_should_not(self, deroghe: list[Deroga], detto: list[str]) -> None:
        trovati = giudica([_FALLA], deroghe, oggi=_OGGI)

        assert len(trovati) == len(detto)
        assert all(parte in trovato for parte, trovato in zip(detto, trovati, strict=True))


class TestComando:
    @pytest.mark.parametrize(
        ("falle", "codice"), [([], 0), ([_FALLA], 1), (NonVerificato("il servizio non risponde"), 3)]
    )
    def test_never_takes_an_audit_that_did_not_happen_for_a_success(
        self, monkeypatch: pytest.MonkeyPatch, falle: list[Falla] | NonVerificato, codice: int
    ) -> None:
        def cerca(_: Path) -> list[Falla]:
            if isinstance(falle, NonVerificato):
                raise falle
            return falle

        monkeypatch.setattr("deploy.filiera.vulnerabilita.cerca_falle", cerca)
        console = Console(record=True)

        uscita = comando.esegui(["blocchi", "vulnerabilita"], console)

        detto = console.export_text()
        assert uscita == codice
        assert ("NON VERIFICATO" in detto) == (codice == 3)
