# SPDX-License-Identifier: EUPL-1.2
"""The published worked cases and the golden cases T1 to T12, to the cent."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from shared.kernel.mese import Mese
from shared.misure.adi.durata import decorrenza_rinnovo, mesi_spettanti
from shared.misure.adi.importo import ImportoMensile, importo_mensile
from shared.misure.adi.requisiti import verifica_requisiti
from shared.misure.nucleo import Fatti, RedditoAggiuntivo, Rinnovo, TipoReddito
from tests.misure.nuclei import ADI, attestazione, di_eta, famiglia, fatti_di, genitore, sola

IL_2024 = date(2024, 1, 15)
IL_2025 = date(2025, 1, 15)
MARZO_2024 = Mese(2024, 3)
MARZO_2025 = Mese(2025, 3)


def euro(testo: str) -> Decimal:
    return Decimal(testo)


def del_mese(fatti: Fatti, mese: Mese) -> ImportoMensile:
    return importo_mensile(fatti, parametri=ADI, mese=mese)


def coppia(il: date, prima: int, seconda: int, *, reddito: int = 0, canone: int = 0) -> Fatti:
    componenti = (di_eta(prima, il, "NREPLA"), di_eta(seconda, il, "GLLRSA"))
    return fatti_di(componenti, il=il, reddito=reddito, canone=canone)


def t7() -> Fatti:
    il = IL_2025
    componenti = (
        genitore(45, il, "MRNLRA", carichi_di_cura=True),
        genitore(46, il, "SPSPLA", disabile=True, disabile_grave=True),
        di_eta(70, il, "MRNGPP"),
        di_eta(75, il, "SPSMRA"),
        di_eta(10, il, "SPSLCU"),
        di_eta(8, il, "SPSNNA"),
        di_eta(4, il, "SPSGNN"),
    )
    return fatti_di(componenti, il=il, reddito=3000)


def t8(il: date) -> Fatti:
    componenti = (
        genitore(40, il, "CSTMRC", carichi_di_cura=True),
        genitore(38, il, "FRRLNE"),
        di_eta(10, il, "CSTLSN"),
        di_eta(8, il, "CSTGRG"),
        di_eta(4, il, "CSTVLR"),
    )
    return fatti_di(componenti, il=il, reddito=2000, canone=3000)


ORO = [
    ("T1", sola(61, IL_2024, reddito=2400), MARZO_2024, "1.00", "300.00", "0.00", "300.00"),
    ("T2", famiglia(IL_2024), MARZO_2024, "1.30", "525.00", "280.00", "805.00"),
    ("T3", famiglia(IL_2025), MARZO_2025, "1.30", "579.17", "303.33", "882.50"),
    ("T4a", coppia(IL_2024, 70, 68, reddito=5000, canone=2640), MARZO_2024, "1.40", "465.33", "150.00", "615.33"),
    ("T4b", coppia(IL_2025, 70, 68, reddito=5000, canone=2640), MARZO_2025, "1.40", "538.83", "162.50", "701.33"),
    ("T5", sola(62, IL_2025, reddito=6200), MARZO_2025, "1.00", "40.00", "0.00", "40.00"),
    ("T6", sola(65, IL_2025, reddito=6500, canone=3000), MARZO_2025, "1.00", "0.00", "250.00", "250.00"),
    ("T7", t7(), MARZO_2025, "2.30", "995.83", "0.00", "995.83"),
    ("T8", t8(IL_2025), MARZO_2025, "1.80", "808.33", "250.00", "1058.33"),
    ("T8bis", t8(IL_2024), MARZO_2024, "1.80", "733.33", "250.00", "983.33"),
    ("solo 2025, canone 4.500", sola(62, IL_2025, canone=4500), MARZO_2025, "1.00", "541.67", "303.33", "845.00"),
    ("solo 2025, 8.140", sola(62, IL_2025, reddito=8140, canone=3640), MARZO_2025, "1.00", "0.00", "303.33", "303.33"),
    ("fratelli oltre 60", coppia(IL_2024, 64, 62), MARZO_2024, "1.40", "700.00", "0.00", "700.00"),
    (
        "adulto e minorenne",
        fatti_di((genitore(38, IL_2024, "RMNCHR"), di_eta(9, IL_2024, "RMNLCA")), il=IL_2024),
        MARZO_2024,
        "1.15",
        "575.00",
        "0.00",
        "575.00",
    ),
]


class TestCasiPubblicati:
    @pytest.mark.parametrize(
        ("fatti", "mese", "scala", "a", "b", "totale"), [c[1:] for c in ORO], ids=[c[0] for c in ORO]
    )
    def test_match_to_the_cent(self, fatti: Fatti, mese: Mese, scala: str, a: str, b: str, totale: str) -> None:
        importo = del_mese(fatti, mese)

        assert (importo.scala, importo.quota_a, importo.quota_b) == (euro(scala), euro(a), euro(b))
        assert (importo.totale, importo.contributo_straordinario) == (euro(totale), euro("0.00"))

    @pytest.mark.parametrize(("fatti"), [c[1] for c in ORO], ids=[c[0] for c in ORO])
    def test_have_every_requisito(self, fatti: Fatti) -> None:
        esito = verifica_requisiti(fatti, parametri=ADI, al=fatti.presentata_il)

        assert esito.accolta, (esito.motivi, esito.da_completare)

    @pytest.mark.parametrize(
        "fatti",
        [
            pytest.param(sola(62, IL_2024, reddito=6200), id="T5bis"),
            pytest.param(sola(65, IL_2025, reddito=10140, canone=3000), id="T6bis"),
        ],
    )
    def test_refuse_for_the_reddito_alone(self, fatti: Fatti) -> None:
        esito = verifica_requisiti(fatti, parametri=ADI, al=fatti.presentata_il)

        assert [m.codice for m in esito.motivi] == ["ADI-R07"]
        assert not del_mese(fatti, Mese.di(fatti.presentata_il) + 2).spetta

    def test_t9_lowers_the_month_after_the_job_begins(self) -> None:
        assunzione = date(2025, 4, 1)
        fatti = famiglia(IL_2025)
        lavoro = RedditoAggiuntivo(
            codice_fiscale=fatti.richiedente, tipo=TipoReddito.LAVORO, importo_annuo=euro("8000.00"), dal=assunzione
        )

        assunto = replace(fatti, redditi=(lavoro,))

        assert del_mese(assunto, Mese(2025, 4)).totale == euro("882.50")
        maggio = del_mese(assunto, Mese(2025, 5))
        assert (maggio.quota_a, maggio.quota_b, maggio.totale) == (euro("162.50"), euro("303.33"), euro("465.83"))

    def test_t10_halves_the_first_month_of_a_renewal_of_2026(self) -> None:
        domanda = date(2026, 2, 3)
        primo = decorrenza_rinnovo(domanda, ultimo_mese=Mese(2026, 1), parametri=ADI)
        rinnovata = famiglia(domanda, rinnovo=Rinnovo(primo_mese=primo, ultimo_mese_precedente=Mese(2026, 1)))
        mesi = mesi_spettanti(primo, parametri=ADI, numero_rinnovo=1)

        importi = [del_mese(_con_isee_del_2027(rinnovata), mese).totale for mese in mesi]

        assert (mesi[0], mesi[-1]) == (Mese(2026, 2), Mese(2027, 1))
        assert importi == [euro("441.25")] + [euro("882.50")] * 11

    def test_t11_leaves_a_month_empty_and_adds_the_contributo(self) -> None:
        primo = decorrenza_rinnovo(date(2025, 7, 10), ultimo_mese=Mese(2025, 6), parametri=ADI)
        fatti = famiglia(IL_2025, rinnovo=Rinnovo(primo_mese=primo, ultimo_mese_precedente=Mese(2025, 6)))

        agosto, settembre = del_mese(fatti, Mese(2025, 8)), del_mese(fatti, Mese(2025, 9))

        assert primo == Mese(2025, 8)
        assert (agosto.totale, agosto.contributo_straordinario) == (euro("882.50"), euro("500.00"))
        assert (settembre.totale, settembre.contributo_straordinario) == (euro("882.50"), euro("0.00"))

    def test_t12_limits_the_contributo_to_the_month(self) -> None:
        rinnovo = Rinnovo(primo_mese=Mese(2025, 8), ultimo_mese_precedente=Mese(2025, 6))
        fatti = sola(62, IL_2025, reddito=6200, rinnovo=rinnovo)

        agosto = del_mese(fatti, Mese(2025, 8))

        assert (agosto.totale, agosto.contributo_straordinario) == (euro("40.00"), euro("40.00"))
        assert agosto.da_pagare == euro("80.00")


def _con_isee_del_2027(fatti: Fatti) -> Fatti:
    """The month of January 2027 is still covered by the ISEE of 2026; the new one must not matter."""
    ricco = attestazione(fatti.componenti, il=date(2027, 1, 10), reddito=9000)
    return replace(fatti, isee=(*(fatti.isee or ()), ricco))
