# SPDX-License-Identifier: EUPL-1.2
"""HTTP -> command: the routes of `domande` and who may call them."""

from services.domande.api import bozze, domande, simulazioni
from shared.web.permessi import Matrice

PERMESSI: Matrice = {**domande.PERMESSI, **bozze.PERMESSI, **simulazioni.PERMESSI}
ROTTE = (domande.rotte, bozze.rotte, simulazioni.rotte)
