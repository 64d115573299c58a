# SPDX-License-Identifier: EUPL-1.2
"""The invented people: valid, always the same, and true to their stories."""

import tomllib
from collections import Counter
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from codicefiscale import codicefiscale
from stdnum import iban

from deploy.sandbox import anagrafe, persone
from deploy.sandbox.atteso import soglia_reddito_2025
from deploy.sandbox.impostazioni import ENTI
from deploy.sandbox.modello import Dsu, Nucleo
from deploy.sandbox.persone import eta, mondo, solo_anziani
from deploy.sandbox.tabella import documento
from shared.kernel.codice_fiscale import valida
from shared.web.enti import Ente, RegistroEnti, Ruolo

RADICE = Path(__file__).resolve().parents[2]
FINE_DEMO = date(2026, 12, 31)
NUCLEI = mondo().nuclei
CON_DSU = [(n, n.dsu) for n in NUCLEI if n.dsu is not None and not n.dsu.difformita]


def enti() -> list[Ente]:
    registro, righe = RegistroEnti.da_toml(ENTI), tomllib.loads(ENTI.read_text(encoding="utf-8"))["ente"]
    return [ente for riga in righe if (ente := registro.per_codice(riga["codice"]))]


def storie(**attesi: object) -> set[str]:
    return {n.nome for n in NUCLEI if all(getattr(n.storia.atteso, nome) == valore for nome, valore in attesi.items())}


class TestPersone:
    def test_have_valid_codici_fiscali_each_their_own(self) -> None:
        codici = [p.codice_fiscale for n in NUCLEI for p in n.persone]

        assert [valida(c) for c in codici] == codici
        assert len(set(codici)) == len(codici)

    def test_have_codici_fiscali_of_their_birth(self) -> None:
        diversi = [
            p.codice_fiscale for n in NUCLEI for p in n.persone
            if len(p.codice_fiscale) == 16 and not codicefiscale.is_omocode(p.codice_fiscale)
            and (codicefiscale.decode(p.codice_fiscale)["birthdate"].date(), p.codice_fiscale[11:15])
            != (p.data_nascita, p.luogo_nascita)
        ]  # fmt: skip

        assert diversi == []

    def test_do_not_change_age_class_during_the_demo(self) -> None:
        cambiano = [
            p.codice_fiscale for n in NUCLEI for p in n.persone for soglia in (3, 18, 60, 67)
            if eta(p) < soglia <= eta(p, FINE_DEMO)
        ]  # fmt: skip

        assert cambiano == []

    def test_are_the_same_each_time_they_are_made(self) -> None:
        prima = mondo().nuclei
        persone.mondo.cache_clear()

        seconda = mondo().nuclei

        assert prima == seconda
        assert prima is not seconda

    @pytest.mark.parametrize(
        ("storia", "posto", "attesa"),
        [("omocodia-due-cifre", 0, 2), ("omocodia-figlio", 1, 3), ("omocodia-quattro-cifre", 0, 4)],
    )
    def test_may_have_an_omocode(self, storia: str, posto: int, attesa: int) -> None:
        codice = mondo().storia(storia).persone[posto].codice_fiscale

        assert sum(codice[i].isalpha() for i in (6, 7, 9, 10, 12, 13, 14)) == attesa

    def test_may_have_a_provisional_code(self) -> None:
        codici = [p.codice_fiscale for n in NUCLEI for p in n.persone if len(p.codice_fiscale) == 11]

        assert len(codici) == 1

    def test_have_ibans_that_add_up(self) -> None:
        assert anagrafe.iban(123456) == "IT60X0542811101000000123456"
        assert all(iban.is_valid(anagrafe.iban(n.numero)) for n in NUCLEI)


class TestStorie:
    def test_are_at_least_sixty_beside_the_families(self) -> None:
        raccontate = [n for n in NUCLEI if n.storia.quante == 1]

        assert len(raccontate) >= 60
        assert len(NUCLEI) == 184

    def test_cover_every_refusal_that_registries_and_declarations_can_cause(self) -> None:
        codici = {codice for n in NUCLEI for codice in n.storia.atteso.codici}

        # R14 waits for its decree; R17, R19 and R20 come from archives of ours, not from outside.
        assert codici == {f"ADI-R{n:02d}" for n in (*range(1, 14), 15, 16, 18)}

    def test_cover_each_single_refusal_and_several_together(self) -> None:
        combinazioni = Counter(n.storia.atteso.codici for n in NUCLEI)

        assert {c for c in combinazioni if len(c) > 1} >= {("ADI-R06", "ADI-R07", "ADI-R09"), ("ADI-R01", "ADI-R15")}

    @pytest.mark.parametrize("controllo", ["NUCLEO", "RESIDENZA", "CITTADINANZA", "SVANTAGGIO"])
    def test_cover_each_answer_of_the_comune(self, controllo: str) -> None:
        risposte = {n.storia.atteso.comune for n in NUCLEI if controllo in n.storia.atteso.attende}

        assert risposte == {"CONFERMA", "SMENTISCE", "SILENZIO"}

    @pytest.mark.parametrize("nucleo", [n for n in NUCLEI if n.storia.atteso.importo is not None], ids=lambda n: n.nome)
    def test_of_published_cases_pay_what_is_published(self, nucleo: Nucleo) -> None:
        assert nucleo.importo == nucleo.storia.atteso.importo

    def test_that_end_well_have_an_amount_and_only_they(self) -> None:
        con_importo = {n.nome for n in NUCLEI if n.importo is not None}

        assert con_importo == storie(finale="ACCOLTA")

    @pytest.mark.parametrize(("nucleo", "dsu"), CON_DSU, ids=[n.nome for n, _ in CON_DSU])
    def test_have_figures_that_say_the_same(self, nucleo: Nucleo, dsu: Dsu) -> None:
        """An independent look at the economic limits of 2025: only the refusals that the story declares."""
        trovati = limiti_superati(nucleo, dsu)

        assert trovati == {"ADI-R06", "ADI-R07", "ADI-R08", "ADI-R09"} & set(nucleo.storia.atteso.codici)

    def test_have_an_isee_that_adds_up(self) -> None:
        assert all(abs(d.isee * d.scala - d.ise) <= d.scala * Decimal("0.005") for _, d in CON_DSU)


def limiti_superati(nucleo: Nucleo, dsu: Dsu) -> set[str]:
    anziani, quanti = solo_anziani(nucleo.dichiarati), len(nucleo.dichiarati)
    lavoro = max(Decimal(0), sum((r.reddito for r in nucleo.storia.lavoro), Decimal(0)) - 3000)
    soglia = soglia_reddito_2025(nucleo.storia.scala, anziani=anziani, in_locazione=nucleo.canone is not None)
    minori = sum(eta(p) < 18 for p in nucleo.dichiarati)
    disabili = sum({"NO": 0, "MEDIA": 5000, "GRAVE": 7500}[p.disabilita] for p in nucleo.dichiarati)
    mobili = min(10_000, 6_000 + 2_000 * (quanti - 1)) + 1_000 * max(0, minori - 2) + disabili
    superati = {
        "ADI-R06": dsu.isee > 10_140,
        "ADI-R07": dsu.reddito - dsu.trattamenti + lavoro >= soglia,
        "ADI-R08": dsu.immobiliare + (dsu.casa if dsu.casa > 150_000 else 0) > 30_000,
        "ADI-R09": dsu.mobiliare > mobili,
    }
    return {codice for codice, vero in superati.items() if vero}


class TestTabella:
    def test_in_the_documents_is_up_to_date(self) -> None:
        assert (RADICE / "docs/sandbox-persone.md").read_text(encoding="utf-8") == documento()


class TestEnti:
    def test_can_be_read_by_the_services(self) -> None:
        ruoli = Counter(ente.ruolo for ente in enti())

        assert (ruoli[Ruolo.CAF], ruoli[Ruolo.PATRONATO], ruoli[Ruolo.COMUNE] >= 12) == (2, 1, True)
        assert set(ruoli) == set(Ruolo) - {Ruolo.CITTADINO}

    def test_include_the_comune_of_everybody(self) -> None:
        territori = {codice for ente in enti() if ente.ruolo is Ruolo.COMUNE for codice in ente.territorio}

        assert {n.comune.belfiore for n in NUCLEI} <= territori

    def test_list_every_comune_of_the_regione(self) -> None:
        (regione,) = (ente for ente in enti() if ente.ruolo is Ruolo.REGIONE)

        assert len(regione.territorio) == 378
        assert {"H501", "E472"} <= regione.territorio
