# SPDX-License-Identifier: EUPL-1.2
"""What every misura says where no ISEE covers the month."""

from shared.errors import Conflict


class IseeNonDisponibile(Conflict):
    """No ISEE covers the month: its amount cannot be computed until a new DSU is filed."""

    tipo = "isee-non-disponibile"
    titolo = "ISEE non disponibile per il mese"
