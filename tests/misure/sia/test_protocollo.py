# SPDX-License-Identifier: EUPL-1.2
"""Resources of a Regione or Provincia autonoma, by invented protocolli: a higher benefit, a wider audience, who pays."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.kernel.bimestre import Bimestre
from shared.misure.annotati import ParametriAnnotati
from shared.misure.archivio import rileggi, scrivi
from shared.misure.catalogo import get_misura
from shared.misure.comuni.territori import ResidenzaTerritoriale, Territorio
from shared.misure.nucleo import Fatti
from shared.misure.parametri import Parametri, ParametriNonValidi, leggi, leggi_cartella
from shared.misure.sia.fatti import FattiSia
from shared.misure.sia.importo import ImportoMensile, importo_bimestre
from shared.misure.sia.piano import da_pagare, piano
from shared.misure.sia.requisiti import REQUISITI, verifica_requisiti
from shared.misure.simulazione import NucleoSimulato, Richiesta, simula
from tests.misure.sia.famiglie import KO, OK, SIA, con_sia, coppia, giudica
from tests.misure.sia.test_proprieta import nuclei

ATTO = "Protocollo inventato per le prove del 20/12/2016"
CARTELLA = Path(__file__).parents[3] / "shared" / "misure" / "sia"
DAL, AL = date(2017, 1, 1), date(2017, 8, 31)
CEDE = {"territorio_in_vigore": "true"}
GENNAIO, LUGLIO, SETTEMBRE = Bimestre(2017, 1), Bimestre(2017, 4), Bimestre(2017, 5)


def protocollo(**valori: str) -> str:
    """Write the file of an invented Regione, in force from January to August 2017."""
    righe = [
        f'[[{nome}]]\ndal = {DAL}\nvalore = {valore}\nfonte = "{ATTO}"\n' for nome, valore in (CEDE | valori).items()
    ]
    fine = '[[territorio_in_vigore]]\ndal = 2017-09-01\nvalore = false\nfonte = "Fine del protocollo"\n'
    return "".join((*righe[:1], fine, *righe[1:]))


def con_territori(**territori: str) -> Parametri:
    """Give the parametri of the State with the files of some Regioni beside them."""
    testo = scrivi(SIA)
    for nome, file in territori.items():
        testo += file.replace("[[", f"[[{nome}.")
    return leggi("sia", testo)


def residente(fatti: Fatti, dove: Territorio = Territorio.LAZIO, *, al: date | None = None) -> Fatti:
    return con_sia(fatti, residenze_regionali=(ResidenzaTerritoriale(territorio=dove, dal=date(2010, 1, 1), al=al),))


def con_isee(fatti: Fatti, valore: str) -> Fatti:
    assert fatti.isee is not None
    return replace(fatti, isee=(replace(fatti.isee[0], isee=Decimal(valore), valido_al=date(2018, 1, 15)),))


def del_bimestre(fatti: Fatti, bimestre: Bimestre = GENNAIO, *, parametri: Parametri) -> ImportoMensile:
    return importo_bimestre(fatti, parametri=parametri, bimestre=bimestre)


AUMENTO = con_territori(
    lazio=protocollo(importo_componente="100.00", componenti_max="6", integrazione_nucleo="25.00"), trento=protocollo()
)
PLATEA = con_territori(
    lazio=protocollo(isee_max="6000.00", punteggio_minimo="20", trattamenti_max="700.00", residenza_anni="1")
)
FEBBRAIO = date(2017, 2, 6)


class TestAumento:
    @pytest.mark.regola("S003-93")
    def test_adds_its_100_for_each_member_and_25_for_the_nucleo_and_says_who_pays(self) -> None:
        fatti = residente(con_isee(coppia(2, il=date(2016, 12, 5)), "0.00"))

        importo = del_bimestre(fatti, parametri=AUMENTO)

        assert (importo.totale, importo.statale, importo.regionale) == (Decimal(425), Decimal(320), Decimal(105))
        assert importo.righe[-4:] == (
            f"Si aggiunge quanto prevede il protocollo (Regione Lazio; {ATTO}): 105,00 euro.",
            "Importo del mese: 425,00 euro; per il bimestre, 850,00 euro.",
            "A carico dello Stato: 320,00 euro.",
            "A carico della Regione Lazio: 105,00 euro.",
        )

    def test_counts_a_sixth_member_where_the_scale_of_the_protocollo_does(self) -> None:
        con_quattro_figli = con_isee(coppia(4, il=date(2016, 12, 5), assegno_spettante=False), "0.00")

        importo = del_bimestre(residente(con_quattro_figli), parametri=AUMENTO)

        assert (importo.statale, importo.totale) == (Decimal(400), Decimal(625))

    @pytest.mark.regola("S003-93")
    @pytest.mark.parametrize(
        ("bimestre", "regionale"),
        [(Bimestre(2016, 6), 0), (GENNAIO, 105), (LUGLIO, 105), (SETTEMBRE, 0)],
        ids=["before", "first", "last", "after"],
    )
    def test_is_due_in_its_bimestri_only(self, bimestre: Bimestre, regionale: int) -> None:
        fatti = residente(con_isee(coppia(2, il=date(2016, 10, 5)), "0.00"))

        importo = del_bimestre(fatti, bimestre, parametri=AUMENTO)

        assert (importo.statale, importo.regionale) == (Decimal(320), Decimal(regionale))

    @pytest.mark.parametrize(
        "fatti",
        [
            pytest.param(coppia(2), id="nobody says where"),
            pytest.param(residente(coppia(2), Territorio.UMBRIA), id="a Regione without"),
            pytest.param(residente(coppia(2), Territorio.TRENTO), id="a protocollo that adds nothing"),
            pytest.param(residente(coppia(2), al=date(2016, 12, 31)), id="gone away"),
        ],
    )
    def test_is_for_its_own_residents(self, fatti: Fatti) -> None:
        assert del_bimestre(fatti, parametri=AUMENTO).totale == del_bimestre(fatti, parametri=SIA).totale == 320

    def test_is_in_the_bimestri_of_the_plan_with_the_share_of_the_regione(self) -> None:
        fatti = residente(con_isee(coppia(2, il=date(2016, 12, 5)), "0.00"))

        rate = piano(fatti, parametri=AUMENTO, al=date(2017, 12, 31))

        assert [int(r.importo) for r in rate] == [850, 850, 850, 850, 640, 640]
        assert [int(r.regionale) for r in rate] == [210, 210, 210, 210, 0, 0]
        assert da_pagare(rate, GENNAIO) == Decimal(850)


class TestPlatea:
    @pytest.mark.regola("S003-93")
    def test_admits_an_isee_of_4000_and_shows_what_the_state_says(self) -> None:
        fatti = residente(con_isee(coppia(3, il=FEBBRAIO), "4000.00"))

        requisito = giudica(fatti, "SIA-R07", parametri=PLATEA)

        assert (requisito.esito, requisito.valore, requisito.soglia) == (OK, "4000.00", "6000.00")
        assert requisito.spiegazione == (
            "Per le regole dello Stato: L'ISEE del nucleo è di 4.000,00 euro e supera il limite di 3.000,00 euro. "
            "Per il protocollo (Regione Lazio): L'ISEE del nucleo è di 4.000,00 euro, entro il limite di 6.000,00 euro."
        )
        assert requisito.fonte.startswith(f"{ATTO}; D.M. 26/5/2016")

    @pytest.mark.regola("S003-93")
    def test_puts_the_whole_benefit_of_who_it_admits_at_the_expense_of_the_regione(self) -> None:
        fatti = residente(con_isee(coppia(3, il=FEBBRAIO, assegno_spettante=False), "4000.00"))

        importo = del_bimestre(fatti, Bimestre(2017, 2), parametri=PLATEA)

        assert (importo.totale, importo.statale, importo.regionale) == (Decimal(400), Decimal(0), Decimal(400))
        assert importo.righe[-4:] == (
            "Il nucleo è ammesso solo per un protocollo regionale (SIA-R07, SIA-R12).",
            "Importo del mese: 400,00 euro; per il bimestre, 800,00 euro.",
            "A carico dello Stato: 0,00 euro.",
            "A carico della Regione Lazio: 400,00 euro.",
        )

    @pytest.mark.parametrize(("il", "esito"), [(date(2016, 12, 31), KO), (DAL, OK), (AL, OK), (date(2017, 9, 1), KO)])
    def test_begins_and_ends_with_the_protocollo(self, il: date, esito: object) -> None:
        fatti = residente(con_isee(coppia(2, il=il), "4000.00"))

        assert giudica(fatti, "SIA-R07", parametri=PLATEA).esito is esito

    def test_gives_nothing_beyond_its_own_limits(self) -> None:
        fatti = residente(con_isee(coppia(2, il=FEBBRAIO), "6000.01"))

        assert giudica(fatti, "SIA-R07", parametri=PLATEA) == giudica(fatti, "SIA-R07", parametri=SIA)
        assert not del_bimestre(fatti, Bimestre(2017, 2), parametri=PLATEA).spetta

    def test_stops_paying_who_moved_or_outlived_the_protocollo(self) -> None:
        base = con_isee(coppia(2, il=FEBBRAIO, disoccupati=frozenset()), "1200.00")
        resta, va_via = residente(base), residente(base, al=date(2017, 4, 30))

        pagati = [
            [del_bimestre(f, b, parametri=PLATEA).totale for b in (Bimestre(2017, 2), Bimestre(2017, 3), SETTEMBRE)]
            for f in (resta, va_via)
        ]

        assert giudica(base, "SIA-R12", parametri=PLATEA).esito is KO
        assert pagati == [[320, 320, 0], [320, 0, 0]]

    def test_of_another_regione_does_not_pay_for_who_was_admitted_elsewhere(self) -> None:
        due = con_territori(lazio=protocollo(punteggio_minimo="20"), umbria=protocollo(punteggio_minimo="20"))
        base = con_isee(coppia(2, il=FEBBRAIO, disoccupati=frozenset()), "1200.00")
        trasferito = con_sia(
            base,
            residenze_regionali=(
                ResidenzaTerritoriale(territorio=Territorio.LAZIO, dal=date(2010, 1, 1), al=date(2017, 4, 30)),
                ResidenzaTerritoriale(territorio=Territorio.UMBRIA, dal=date(2017, 5, 1)),
            ),
        )

        assert [del_bimestre(trasferito, Bimestre(2017, n), parametri=due).totale for n in (2, 3)] == [320, 0]

    def test_leaves_the_more_generous_rule_of_the_state(self) -> None:
        severa = con_territori(lazio=protocollo(punteggio_minimo="40", isee_max="2000.00"))
        fatti = residente(con_isee(coppia(2, il=date(2017, 5, 10)), "1500.00"))

        assert verifica_requisiti(fatti, parametri=severa, al=fatti.presentata_il).accolta
        assert del_bimestre(fatti, LUGLIO, parametri=severa).regionale == 0


REGIONI = st.sampled_from([Territorio.LAZIO, Territorio.UMBRIA, Territorio.TRENTO])
CENTESIMI = st.decimals(min_value=0, max_value=9000, places=2)


@st.composite
def con_protocollo(draw: st.DrawFn) -> tuple[Fatti, Parametri]:
    """Draw a nucleo of some Regione and a protocollo of Lazio, with any values."""
    valori = {
        "isee_max": str(draw(CENTESIMI)),
        "punteggio_minimo": str(draw(st.integers(0, 100))),
        "trattamenti_max": str(draw(CENTESIMI)),
        "importo_componente": str(draw(CENTESIMI)),
        "componenti_max": str(draw(st.integers(0, 9))),
        "integrazione_nucleo": str(draw(CENTESIMI)),
    }
    decimali = {
        n: v if "." in v or n in ("punteggio_minimo", "componenti_max") else f"{v}.00" for n, v in valori.items()
    }
    return residente(draw(nuclei()), draw(REGIONI)), con_territori(lazio=protocollo(**decimali))


class TestProprieta:
    @given(con_protocollo())
    def test_never_lowers_and_never_changes_what_the_state_pays_to_its_own(self, caso: tuple[Fatti, Parametri]) -> None:
        fatti, parametri = caso

        prima, dopo = (verifica_requisiti(fatti, parametri=p, al=fatti.presentata_il) for p in (SIA, parametri))
        senza, con = (del_bimestre(fatti, Bimestre(2017, 3), parametri=p) for p in (SIA, parametri))

        assert dopo.accolta or not prima.accolta
        assert con.totale >= senza.totale or prima.respinta
        assert con.totale == con.statale + con.regionale
        assert con.statale in (senza.totale, 0)
        assert con.statale == senza.totale or not prima.accolta

    @given(con_protocollo())
    def test_touches_nobody_of_another_regione_nor_another_time(self, caso: tuple[Fatti, Parametri]) -> None:
        fatti, parametri = caso
        altrove = con_sia(fatti, residenze_regionali=())
        if fatti.propri_di(FattiSia).residenze_regionali[0].territorio is not Territorio.LAZIO:
            altrove = fatti

        for bimestre in (Bimestre(2016, 6), Bimestre(2017, 3), SETTEMBRE):
            senza, con = (del_bimestre(altrove, bimestre, parametri=p) for p in (SIA, parametri))
            assert con.totale == senza.totale
        giudizi = [verifica_requisiti(altrove, parametri=p, al=fatti.presentata_il).requisiti for p in (SIA, parametri)]
        assert giudizi[0] == giudizi[1]


class TestFile:
    def test_of_the_repository_are_none(self) -> None:
        assert [nome for nome in SIA.nomi if "." in nome] == []
        assert not (CARTELLA / "territori").exists()

    def test_are_read_from_the_folder_kept_in_the_archive_and_change_the_version(self, tmp_path: Path) -> None:
        (tmp_path / "territori").mkdir()
        (tmp_path / "parametri.toml").write_bytes((CARTELLA / "parametri.toml").read_bytes())
        (tmp_path / "territori" / "lazio.toml").write_text(protocollo(isee_max="6000.00"), encoding="utf-8")

        parametri = leggi_cartella("sia", tmp_path)

        assert parametri.valore("lazio.isee_max", al=FEBBRAIO) == Decimal("6000.00")
        assert parametri.versione not in (SIA.versione, PLATEA.versione)
        assert rileggi("sia", scrivi(parametri), versione=parametri.versione).nomi == parametri.nomi

    @pytest.mark.parametrize(
        ("nome", "file"),
        [
            pytest.param("lazoi", protocollo(isee_max="6000.00"), id="no such Regione"),
            pytest.param("lazio", protocollo(deduzione_bonus_bebe="0.00"), id="a value that is not hers to change"),
            pytest.param("lazio", protocollo(isee_max="6000"), id="another type"),
            pytest.param("lazio", protocollo(isee_massimo="6000.00"), id="a name that nobody has"),
        ],
    )
    def test_are_refused(self, nome: str, file: str) -> None:
        with pytest.raises(ParametriNonValidi):
            con_territori(**{nome: file})

    def test_beside_a_section_of_the_same_regione_are_refused(self, tmp_path: Path) -> None:
        (tmp_path / "territori").mkdir()
        doppio = scrivi(SIA) + protocollo().replace("[[", "[[lazio.")
        (tmp_path / "parametri.toml").write_text(doppio, encoding="utf-8")
        (tmp_path / "territori" / "lazio.toml").write_text(protocollo(), encoding="utf-8")

        with pytest.raises(ParametriNonValidi):
            leggi_cartella("sia", tmp_path)


class TestFascicolo:
    def test_shows_both_values_with_their_sources(self) -> None:
        annotati = ParametriAnnotati(PLATEA)
        fatti = residente(con_isee(coppia(2, il=FEBBRAIO), "4000.00"))

        verifica_requisiti(fatti, parametri=annotati, al=FEBBRAIO)

        lette = {lettura.nome: (lettura.valore, lettura.fonte) for lettura in annotati.di("SIA-R07")}
        assert (lette["isee_max"][0], lette["lazio.isee_max"]) == ("3000.00", ("6000.00", ATTO))

    def test_keeps_the_requisiti_of_the_state_in_their_order(self) -> None:
        nomi = [requisito.__name__ for requisito in REQUISITI]

        assert nomi == sorted(nomi)
        assert len(nomi) == 16


class TestSimulazione:
    def test_takes_the_regione_and_finds_the_protocollo(self, tmp_path: Path) -> None:
        (tmp_path / "territori").mkdir()
        (tmp_path / "parametri.toml").write_bytes((CARTELLA / "parametri.toml").read_bytes())
        valori = protocollo(isee_max="6000.00", punteggio_minimo="30")
        (tmp_path / "territori" / "valle_d_aosta.toml").write_text(valori, encoding="utf-8")
        misura = replace(get_misura("SIA"), cartella=tmp_path)
        isee = {"isee": "4000.00", "reddito_familiare": "0.00"}
        base = {"componenti": [{"eta": 35}, {"eta": 12}, {"eta": 8}, {"eta": 6}], "isee": [isee]}
        qui = {"residenze_regionali": [{"territorio": "VALLE_D_AOSTA", "dal": "2010-01-01"}], "disoccupati": [0]}

        altrove, in_valle = (
            simula(Richiesta(NucleoSimulato.model_validate(base | {"sia": sia}), date(2017, 3, 1)), misura=misura)
            for sia in ({"disoccupati": [0]}, qui)
        )

        assert (altrove.esito, in_valle.esito) == ("RESPINTA", "ACCOLTA")
        assert in_valle.righe[-1] == "A carico della Regione Valle d'Aosta: 178,70 euro."
