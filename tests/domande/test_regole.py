# SPDX-License-Identifier: EUPL-1.2
"""Published rules that are seen from the domanda: who may present it, and to whom the requisiti of the person apply."""

from datetime import date

import pytest

from services.domande.commands.fatti import costruisci_fatti
from services.domande.schemas.modulo import ComponenteIn, DomandaIn, RichiedenteIn
from shared.contracts.verifiche_anagrafiche import (
    FattiVerificati,
    Fatto,
    FattoCittadinanza,
    FattoIsee,
    FattoResidenza,
    Fonte,
)
from shared.misure.catalogo import get_misura
from shared.misure.esito import Esito
from tests.conftest import CreaServizio
from tests.domande.casi import GIULIA, LUCA, NOTO, SARA, fatti, modulo, presenta
from tests.support.token import cittadino

IL = date(2025, 3, 3)
ADI = get_misura("ADI")
_FONTE = Fonte(sistema="PROVA", riferimento="1", rilevato_il=NOTO)


def residenza(soggetto: str, dal: date) -> FattoResidenza:
    return FattoResidenza(soggetto=soggetto, comune="H501", valido_dal=dal, noto_dal=NOTO, fonte=_FONTE)


def cittadinanza(soggetto: str, stato: str) -> FattoCittadinanza:
    return FattoCittadinanza(soggetto=soggetto, stato=stato, valido_dal=date(1990, 1, 1), noto_dal=NOTO, fonte=_FONTE)


def giudica(*altri: Fatto, senza: type[Fatto] | None = None) -> tuple[Esito, frozenset[str]]:
    """Judge the nucleo of the example with these facts besides, and tell whom the scala counts."""
    tutti = tuple(f for f in fatti().fatti if senza is None or not isinstance(f, senza))
    noti = costruisci_fatti(DomandaIn.model_validate(modulo()), FattiVerificati(fatti=(*tutti, *altri)), giorno=IL)
    esito = ADI.verifica_requisiti(noti, parametri=ADI.parametri, al=IL)
    return esito, ADI.nella_scala(noti, parametri=ADI.parametri, al=IL)


class TestResidenzaDeiComponenti:
    @pytest.mark.regola("S004-A12")
    def test_of_one_month_is_enough_for_a_member_and_not_for_the_richiedente(self) -> None:
        da_un_mese = date(2025, 2, 3)

        del_coniuge, contati = giudica(residenza(LUCA, da_un_mese))
        del_richiedente, _ = giudica(residenza(GIULIA, da_un_mese), senza=FattoResidenza)

        assert del_coniuge.accolta
        assert LUCA in contati
        assert "ADI-R03" in {m.codice for m in (*del_richiedente.motivi, *del_richiedente.da_completare)}

    @pytest.mark.regola("S004-A11")
    def test_in_five_years_is_asked_of_the_richiedente_to_the_day(self) -> None:
        giusti, _ = giudica(residenza(GIULIA, date(2020, 3, 3)), senza=FattoResidenza)
        un_giorno_meno, _ = giudica(residenza(GIULIA, date(2020, 3, 4)), senza=FattoResidenza)

        assert giusti.accolta
        assert not un_giorno_meno.accolta


class TestCittadinanzaDeiComponenti:
    @pytest.mark.regola("S004-A13")
    def test_needs_no_permit_while_they_reside_in_italy(self) -> None:
        del_coniuge, contati = giudica(cittadinanza(LUCA, "MA"))
        del_richiedente, _ = giudica(cittadinanza(GIULIA, "MA"), senza=FattoCittadinanza)

        assert del_coniuge.accolta
        assert LUCA in contati
        assert [m.codice for m in del_richiedente.da_completare] == ["ADI-R02"]


class TestDisabilita:
    @pytest.mark.regola("S003-06")
    def test_is_the_one_that_the_isee_shows_and_nobody_declares_it(self) -> None:
        def disabili(*codici: str, attestata: bool = True) -> dict[str, bool | None]:
            note = fatti().fatti
            con_isee = tuple(
                f.model_copy(update={"disabili": codici}) if isinstance(f, FattoIsee) else f
                for f in note
                if attestata or not isinstance(f, FattoIsee)
            )
            noti = costruisci_fatti(DomandaIn.model_validate(modulo()), FattiVerificati(fatti=con_isee), giorno=IL)
            return {c.codice_fiscale: c.disabile for c in noti.componenti}

        assert disabili(LUCA) == {GIULIA: False, LUCA: True, SARA: False}
        assert disabili() == {GIULIA: False, LUCA: False, SARA: False}
        assert set(disabili(attestata=False).values()) == {None}
        assert not [campo for campo in (*RichiedenteIn.model_fields, *ComponenteIn.model_fields) if "disabil" in campo]


class TestCanali:
    @pytest.mark.regola("S004-A03")
    async def test_are_the_citizen_with_a_digital_identity_the_caf_and_the_patronato(
        self, crea_servizio: CreaServizio
    ) -> None:
        domande = await crea_servizio("domande")
        propria = {nome: quadro for nome, quadro in modulo().items() if nome != "mandato"}
        prove = {
            "cittadina": (cittadino(GIULIA), propria),
            "CAF": ("CAF-ALFA", modulo()),
            "patronato": ("PAT-GAMMA", modulo()),
            "CAF senza mandato": ("CAF-ALFA", propria),
            "Comune": ("COM-ROMA", modulo()),
            "centro per l'impiego": ("CPI-ROMA", modulo()),
        }

        stati = {}
        for nome, (chi, corpo) in prove.items():
            stati[nome] = (await presenta(domande.come(chi), corpo)).status_code
            async with domande.database.connection() as conn:
                await conn.execute("UPDATE domanda SET stato = 'ANNULLATA'")

        assert stati == {
            "cittadina": 201, "CAF": 201, "patronato": 201, "CAF senza mandato": 422, "Comune": 403, "centro per l'impiego": 403,
        }  # fmt: skip

    @pytest.mark.regola("S004-A03")
    async def test_are_closed_to_who_is_not_identified(self, crea_servizio: CreaServizio) -> None:
        domande = await crea_servizio("domande")
        scaduto = cittadino(GIULIA, iat=1_577_836_800, exp=1_577_837_400)

        risposta = await presenta(domande.come(scaduto))

        assert risposta.status_code == 401


class TestSvantaggio:
    @pytest.mark.regola("S004-A05")
    @pytest.mark.parametrize(
        ("categoria", "status"),
        [
            ("DISABILITA_CERTIFICATA", 201),
            ("DIPENDENZE", 201),
            ("VIOLENZA_DI_GENERE", 201),
            ("DISTURBI_MENTALI", 201),
            ("SENZA_DIMORA", 201),
            ("TRATTA", 201),
            ("EX_DETENUTI", 201),
            ("FRAGILITA_SOCIALE", 201),
            ("NEOMAGGIORENNI", 201),
            ("DISOCCUPAZIONE", 422),
        ],
    )
    async def test_is_one_of_the_conditions_of_the_decree_with_its_certificate(
        self, crea_servizio: CreaServizio, categoria: str, status: int
    ) -> None:
        caf = (await crea_servizio("domande")).come("CAF-ALFA")
        certificato = {
            "categoria": categoria,
            "amministrazione": "ASL Roma 2",
            "numero_certificazione": "2025/000417",
            "data_certificazione": "2025-01-10",
            "inizio_programma": "2025-01-15",
        }
        corpo = modulo()
        corpo["richiedente"] |= {"svantaggio": certificato}
        senza_certificato = modulo()
        senza_certificato["richiedente"] |= {"svantaggio": {"categoria": categoria}}

        incompleta = await presenta(caf, senza_certificato)
        risposta = await presenta(caf, corpo)

        assert incompleta.status_code == 422
        assert risposta.status_code == status
