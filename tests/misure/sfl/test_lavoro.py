# SPDX-License-Identifier: EUPL-1.2
"""Which offers must be accepted, what who hires is spared, and when it is given back."""

from datetime import date
from decimal import Decimal

import pytest

from shared.kernel.mese import Mese
from shared.misure.comuni.assunzioni import CausaLicenziamento, Contratto
from shared.misure.sfl.lavoro import (
    Offerta,
    da_restituire,
    esonero_assunzione,
    mesi_dopo_trasformazione,
    va_accettata,
)
from tests.misure.sfl.persone import IL, SFL

ASSUNTO_IL = date(2024, 3, 10)


def offerta(
    *, permanente: bool = True, orario: int = 100, paga: bool = True, km: int = 0, minuti: int | None = None
) -> Offerta:
    return Offerta(
        a_tempo_indeterminato=permanente, orario_pct=orario, paga_dei_contratti=paga, km=km, minuti=minuti
    )  # fmt: skip


class TestOfferta:
    @pytest.mark.regola("S004-F31")
    @pytest.mark.parametrize(
        ("proposta", "figli", "accetta"),
        [
            pytest.param(offerta(km=900), (), True, id="permanent anywhere"),
            pytest.param(offerta(km=900), (14, 20), True, id="permanent anywhere, children of 14"),
            pytest.param(offerta(km=81, minuti=121), (13,), False, id="permanent far away, a child of 13"),
            pytest.param(offerta(km=80), (13,), True, id="80 km, a child of 13"),
            pytest.param(offerta(km=300, minuti=120), (13,), True, id="120 minutes, a child of 13"),
            pytest.param(offerta(permanente=False, km=80), (), True, id="fixed term at 80 km"),
            pytest.param(offerta(permanente=False, km=81), (), False, id="fixed term at 81 km, no transport"),
            pytest.param(offerta(permanente=False, km=81, minuti=120), (), True, id="fixed term at 120 minutes"),
            pytest.param(offerta(permanente=False, km=81, minuti=121), (), False, id="fixed term at 121 minutes"),
            pytest.param(offerta(orario=60), (), True, id="60 % of the hours"),
            pytest.param(offerta(orario=59), (), False, id="59 % of the hours"),
            pytest.param(offerta(paga=False), (), False, id="paid less than the contracts say"),
            pytest.param(offerta(permanente=False, km=5, orario=59), (), False, id="fixed term, 59 % of the hours"),
        ],
    )
    def test_must_be_accepted(self, proposta: Offerta, figli: tuple[int, ...], accetta: bool) -> None:
        assert va_accettata(proposta, eta_dei_figli=figli, p=SFL.al(IL)) is accetta


class TestEsonero:
    @pytest.mark.regola("S004-F32")
    @pytest.mark.parametrize(
        ("contratto", "contributi", "mensile", "totale"),
        [
            (Contratto.INDETERMINATO_PIENO, "600.00", "600.00", "7200.00"),
            (Contratto.INDETERMINATO_PARZIALE, "900.00", "666.66", "7999.92"),
            (Contratto.APPRENDISTATO, "666.65", "666.65", "7999.80"),
        ],
    )
    def test_is_the_whole_of_the_contributions_up_to_8000_a_year_for_12_months(
        self, contratto: Contratto, contributi: str, mensile: str, totale: str
    ) -> None:
        esonero = esonero_assunzione(contratto, il=ASSUNTO_IL, contributi=Decimal(contributi), parametri=SFL)

        assert (len(esonero.mesi), esonero.mesi[0], esonero.mesi[-1]) == (12, Mese(2024, 3), Mese(2025, 2))
        assert (esonero.mensile, esonero.totale) == (Decimal(mensile), Decimal(totale))

    @pytest.mark.parametrize(("mesi", "quanti"), [(None, 12), (18, 12), (5, 5)])
    def test_is_half_up_to_4000_for_a_fixed_term_and_no_longer_than_it(self, mesi: int | None, quanti: int) -> None:
        per_600, per_900 = (
            esonero_assunzione(
                Contratto.STAGIONALE, il=ASSUNTO_IL, contributi=Decimal(c), mesi_contratto=mesi, parametri=SFL
            )
            for c in (600, 900)
        )

        assert (per_600.mensile, per_900.mensile) == (Decimal("300.00"), Decimal("333.33"))
        assert len(per_600.mesi) == quanti

    @pytest.mark.parametrize(("il", "mesi"), [(date(2023, 12, 31), 0), (date(2024, 1, 1), 12)])
    def test_is_for_hirings_from_2024(self, il: date, mesi: int) -> None:
        esonero = esonero_assunzione(Contratto.APPRENDISTATO, il=il, contributi=Decimal(600), parametri=SFL)

        assert len(esonero.mesi) == mesi
        assert esonero.motivo == (None if mesi else "Nessun esonero per le assunzioni del 31/12/2023.")

    @pytest.mark.regola("S004-F33")
    @pytest.mark.parametrize(("fruiti", "mesi"), [(0, 12), (12, 12), (15, 9), (24, 0)])
    def test_goes_on_after_a_transformation_up_to_24_months_in_all(self, fruiti: int, mesi: int) -> None:
        assert len(mesi_dopo_trasformazione(date(2025, 3, 10), gia_fruiti=fruiti, parametri=SFL)) == mesi


class TestRestituzione:
    @pytest.mark.regola("S004-F33")
    @pytest.mark.parametrize(
        ("licenziato_il", "causa", "resa"),
        [
            (date(2026, 3, 9), CausaLicenziamento.ALTRA, "7200.00"),
            (date(2026, 3, 10), CausaLicenziamento.ALTRA, "7200.00"),
            (date(2026, 3, 11), CausaLicenziamento.ALTRA, "0.00"),
            (date(2024, 9, 1), CausaLicenziamento.GIUSTA_CAUSA, "0.00"),
            (date(2024, 9, 1), CausaLicenziamento.GIUSTIFICATO_MOTIVO, "0.00"),
        ],
    )
    def test_is_due_for_a_dismissal_in_24_months_without_a_just_reason(
        self, licenziato_il: date, causa: CausaLicenziamento, resa: str
    ) -> None:
        dovuto = da_restituire(
            Decimal("7200.00"), assunto_il=ASSUNTO_IL, licenziato_il=licenziato_il, causa=causa, parametri=SFL
        )

        assert dovuto == Decimal(resa)
