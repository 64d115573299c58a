# SPDX-License-Identifier: EUPL-1.2
"""The pure part: facts of a posizione, identity of an order, outcomes, ledger, division in flows."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from itertools import permutations
from uuid import UUID, uuid4

import pytest

from services.erogazioni.domain.erogazione import (
    PASSAGGI,
    CausaQuarantena,
    RigaEsito,
    StatoErogazione,
    id_erogazione,
    smista,
)
from services.erogazioni.domain.file_pagamento import Riga, componi, leggi
from services.erogazioni.domain.libro import Causale, Conto, causali_attese, registra, saldi
from services.erogazioni.domain.posizione import Posizione, Sospensione, Spettanza, StatoPosizione, chi_e_come
from shared.kernel.mese import Mese

MARZO, APRILE, MAGGIO = Mese(2026, 3), Mese(2026, 4), Mese(2026, 5)
VALUTA = date(2026, 3, 27)


def _spettanza(versione: int) -> Spettanza:
    return Spettanza(versione, "ADI", "P-1", "H501", b"h", b"s", b"c", MARZO, Mese(2026, 12), ())


class TestPosizione:
    def test_opens_when_spettanza_and_pad_are_both_known(self) -> None:
        vuota = Posizione(uuid4(), uuid4())

        solo_pad = vuota.con_pad(versione=1, sottoscritto_il=date(2026, 2, 20))
        solo_spettanza = vuota.con_spettanza(_spettanza(1))

        assert {vuota.stato, solo_pad.stato, solo_spettanza.stato} == {StatoPosizione.IN_ATTESA}
        assert solo_pad.con_spettanza(_spettanza(1)).stato is StatoPosizione.APERTA
        assert solo_pad.con_spettanza(_spettanza(1)) == solo_spettanza.con_pad(
            versione=1, sottoscritto_il=date(2026, 2, 20)
        )

    def test_is_the_same_for_every_order_of_its_facts(self) -> None:
        fatti: tuple[Callable[[Posizione], Posizione], ...] = (
            lambda p: p.con_spettanza(_spettanza(1)),
            lambda p: p.con_spettanza(_spettanza(4)),
            lambda p: p.con_pad(versione=2, sottoscritto_il=date(2026, 2, 20)),
            lambda p: p.con_pad(versione=3, sottoscritto_il=date(2026, 2, 21)),
            lambda p: p.cessa(versione=5, dal_mese=APRILE, causa="RINUNCIA"),
            lambda p: p.cessa(versione=6, dal_mese=MARZO, causa="REVOCA"),
        )
        iniziale = Posizione(UUID(int=1), UUID(int=2))

        finali = set()
        for ordine in permutations(fatti):
            posizione = iniziale
            for fatto in ordine:
                posizione = fatto(posizione)
            finali.add(posizione)

        (finale,) = finali
        assert (finale.versione_spettanza, finale.pad_il, finale.cessata_dal) == (4, date(2026, 2, 21), MARZO)
        assert finale.stato is StatoPosizione.CESSATA

    def test_stops_from_the_first_month_of_the_suspensions_still_open(self) -> None:
        aperta = Posizione(uuid4(), uuid4(), misura="ADI", pad_il=date(2026, 2, 20))
        sospensioni = [
            Sospensione(uuid4(), MARZO, date(2026, 3, 20)),
            Sospensione(uuid4(), MAGGIO, None),
            Sospensione(uuid4(), APRILE, None),
            Sospensione(uuid4(), None, date(2026, 3, 20)),
        ]

        sospesa = aperta.con_sospensioni(sospensioni)

        assert (sospesa.stato, sospesa.sospesa_dal) == (StatoPosizione.SOSPESA, APRILE)
        assert [sospesa.motivo_di_esclusione(m) for m in (MARZO, APRILE)] == [None, StatoPosizione.SOSPESA]
        assert sospesa.con_sospensioni(sospensioni[:1]).stato is StatoPosizione.APERTA


class TestIdErogazione:
    def test_depends_on_the_five_parts_and_not_on_the_amount(self) -> None:
        posizione = UUID("6ba7b810-9dad-51d1-80b4-00c04fd430c8")
        parti = {"misura": "ADI", "posizione_id": posizione, "mese": "2026-03", "progressivo": 1}

        stesso = id_erogazione(**parti)  # type: ignore[arg-type]

        assert stesso == UUID("2026036b-a7b8-8004-8000-ce630edfd107")
        altre = (
            {"misura": "SFL"},
            {"posizione_id": uuid4()},
            {"mese": "2026-04"},
            {"progressivo": 2},
            {"componente": "X"},
        )
        assert all(id_erogazione(**(parti | altra)) != stesso for altra in altre)  # type: ignore[arg-type]

    def test_grows_from_month_to_month_and_in_the_order_of_the_posizioni(self) -> None:
        prima, dopo = UUID("6ba7b810-9dad-51d1-80b4-00c04fd430c8"), UUID("6ba7b910-0000-51d1-80b4-00c04fd430c8")
        ordini = [("2025-12", dopo), ("2026-01", prima), ("2026-01", dopo), ("2026-12", prima), ("2027-01", prima)]

        ids = [id_erogazione(misura="ADI", posizione_id=p, mese=mese, progressivo=1) for mese, p in ordini]

        assert ids == sorted(ids)


class TestPassaggi:
    def test_leave_the_point_of_no_return_only_through_the_payer(self) -> None:
        partite = (StatoErogazione.IN_INVIO, StatoErogazione.INCERTO)

        raggiunti = set().union(*(PASSAGGI[stato] for stato in partite))

        assert StatoErogazione.ANNULLATO not in raggiunti
        assert StatoErogazione.DA_INVIARE not in raggiunti
        assert all(
            not PASSAGGI[s] for s in (StatoErogazione.RESTITUITO, StatoErogazione.SCARTATO, StatoErogazione.ANNULLATO)
        )
        assert PASSAGGI[StatoErogazione.ESEGUITO] == {StatoErogazione.RESTITUITO}


class TestSmista:
    def test_applies_once_ignores_repeats_and_sets_the_rest_aside(self) -> None:
        a, b, c, d, estranea = (uuid4() for _ in range(5))
        stati = {
            a: StatoErogazione.IN_INVIO,
            b: StatoErogazione.INCERTO,
            c: StatoErogazione.ESEGUITO,
            d: StatoErogazione.IN_INVIO,
        }
        righe = [
            RigaEsito(str(a), "ESEGUITO", None, VALUTA),
            RigaEsito(str(a), "ESEGUITO", "GIA_ESEGUITO", VALUTA),
            RigaEsito(str(b), "GIA_ESEGUITO", None, VALUTA),
            RigaEsito(str(c), "SCARTATO", "CARTA_BLOCCATA"),
            RigaEsito(str(d), "ESEGUITO"),
            RigaEsito(str(estranea), "ESEGUITO", None, VALUTA),
            RigaEsito("non-un-uuid", "ESEGUITO", None, VALUTA),
            RigaEsito(str(d), "FORSE"),
        ]

        smistati = smista(righe, stati)

        assert [(e.erogazione_id, e.stato) for e in smistati.da_applicare] == [
            (a, StatoErogazione.ESEGUITO),
            (b, StatoErogazione.ESEGUITO),
        ]
        assert smistati.ripetuti == 1
        assert [causa for _, causa in smistati.in_quarantena] == [
            CausaQuarantena.ESITO_CONTRADDITTORIO,
            CausaQuarantena.VALUTA_MANCANTE,
            CausaQuarantena.DISPOSIZIONE_SCONOSCIUTA,
            CausaQuarantena.DISPOSIZIONE_SCONOSCIUTA,
            CausaQuarantena.ESITO_SCONOSCIUTO,
        ]


class TestSmistaRestituzioni:
    def test_takes_a_return_from_wherever_the_money_may_be_and_sets_aside_the_others(self) -> None:
        stati = {uuid4(): stato for stato in StatoErogazione}
        righe = [RigaEsito(str(i), "RESTITUITO", "CONTO_CHIUSO", VALUTA) for i in stati]

        smistati = smista(righe, stati)

        presi = {stati[e.erogazione_id] for e in smistati.da_applicare}
        assert presi == {StatoErogazione.IN_INVIO, StatoErogazione.INCERTO, StatoErogazione.ESEGUITO}
        assert {e.motivo for e in smistati.da_applicare} == {"CONTO_CHIUSO"}
        assert smistati.ripetuti == 1
        assert {stati[UUID(r.id_disposizione)] for r, _ in smistati.in_quarantena} == {
            StatoErogazione.DA_INVIARE, StatoErogazione.ANNULLATO, StatoErogazione.SCARTATO,
        }  # fmt: skip

    def test_takes_execution_and_return_in_one_page_in_both_orders(self) -> None:
        erogazione_id = uuid4()
        eseguito = RigaEsito(str(erogazione_id), "ESEGUITO", None, VALUTA)
        restituito = RigaEsito(str(erogazione_id), "RESTITUITO", None, date(2026, 4, 8))

        dritta = smista([eseguito, restituito], {erogazione_id: StatoErogazione.IN_INVIO})
        rovescia = smista([restituito, eseguito], {erogazione_id: StatoErogazione.IN_INVIO})

        assert [e.stato for e in dritta.da_applicare] == [StatoErogazione.ESEGUITO, StatoErogazione.RESTITUITO]
        assert [e.stato for e in rovescia.da_applicare] == [StatoErogazione.RESTITUITO]
        assert [e.data_valuta for e in rovescia.tardivi] == [VALUTA]
        assert (dritta.in_quarantena, rovescia.in_quarantena) == ((), ())
        assert dritta.da_applicare[1].motivo == "NON_INDICATO"

    def test_wants_the_day(self) -> None:
        erogazione_id = uuid4()

        smistati = smista([RigaEsito(str(erogazione_id), "RESTITUITO")], {erogazione_id: StatoErogazione.ESEGUITO})

        assert [causa for _, causa in smistati.in_quarantena] == [CausaQuarantena.VALUTA_MANCANTE]


class TestStrumento:
    def test_that_gave_money_back_stops_the_payments_until_there_is_another(self) -> None:
        aperta = Posizione(uuid4(), uuid4(), pad_il=date(2026, 2, 20)).con_spettanza(_spettanza(1))

        ferma = aperta.con_strumenti_respinti({b"c"})
        altra = ferma.con_spettanza(replace(_spettanza(2), strumento=b"d")).con_strumenti_respinti({b"c"})

        assert (ferma.stato, ferma.motivo_di_esclusione(MARZO)) == (StatoPosizione.IN_ATTESA, StatoPosizione.IN_ATTESA)
        assert (altra.stato, altra.motivo_di_esclusione(MARZO)) == (StatoPosizione.APERTA, None)

    def test_is_who_is_paid_and_how(self) -> None:
        conto = {"codice_fiscale": "X", "strumento": "BONIFICO", "iban": "IT1"}

        diversi = {
            chi_e_come(**conto | cambio)
            for cambio in ({}, {"codice_fiscale": "Y"}, {"iban": "IT2"}, {"strumento": "CARTA"})
        }

        assert len(diversi) == 4
        assert chi_e_come(codice_fiscale="X", strumento="CARTA", iban="IT1") == chi_e_come(
            codice_fiscale="X", strumento="CARTA", iban=None
        )


class TestLibro:
    @pytest.mark.parametrize("causale", Causale)
    def test_writes_operations_that_sum_to_zero(self, causale: Causale) -> None:
        movimenti = registra(causale, uuid4(), 48_000)

        assert sum(m.importo_cent for m in movimenti) == 0
        assert len({m.conto for m in movimenti}) == 2

    @pytest.mark.parametrize(
        ("stato", "saldo"),
        [
            (StatoErogazione.DA_INVIARE, {Conto.TRANSITO_PAGATORE: 100, Conto.SPETTANZE_DA_PAGARE: -100}),
            (StatoErogazione.INCERTO, {Conto.TRANSITO_PAGATORE: 100, Conto.SPETTANZE_DA_PAGARE: -100}),
            (StatoErogazione.ESEGUITO, {Conto.EROGATO: 100, Conto.SPETTANZE_DA_PAGARE: -100}),
            (StatoErogazione.SCARTATO, {Conto.SCARTATO: 100, Conto.SPETTANZE_DA_PAGARE: -100}),
            (StatoErogazione.RESTITUITO, {Conto.RESTITUITO: 100, Conto.SPETTANZE_DA_PAGARE: -100}),
            (StatoErogazione.ANNULLATO, {}),
        ],
    )
    def test_leaves_the_amount_where_the_state_says(self, stato: StatoErogazione, saldo: dict[Conto, int]) -> None:
        movimenti = [m for causale in causali_attese(stato) for m in registra(causale, uuid4(), 100)]

        assert {conto: cent for conto, cent in saldi(movimenti).items() if cent} == saldo


class TestComponi:
    def test_gives_the_same_bytes_for_the_same_rows(self) -> None:
        righe = [
            Riga(UUID(int=1), "RSSMRA80A41H501Y", "CARTA", None, 48_000),
            Riga(UUID(int=2), "RSSMRA85T10A562S", "BONIFICO", "IT60X0542811101000000123456", 5),
        ]

        contenuto = componi(UUID(int=9), misura="ADI", mese=MARZO, righe=righe)

        letto = leggi(contenuto)
        assert contenuto == componi(UUID(int=9), misura="ADI", mese=MARZO, righe=list(righe))
        assert letto["totale"] == {"amount": "480.05", "currency": "EUR"}
        assert (letto["numero_disposizioni"], letto["mese_competenza"]) == (2, "2026-03")
        assert letto["disposizioni"][1]["importo"] == {"amount": "0.05", "currency": "EUR"}
