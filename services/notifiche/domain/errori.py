# SPDX-License-Identifier: EUPL-1.2
"""What can be refused about a notice."""

from shared.errors import Conflict, NotFound


class LetteraAssente(NotFound):
    """The notice has no letter: either its kind never has one, or it is not ready yet."""

    tipo = "lettera-assente"
    titolo = "Lettera assente"


class NotificaNonRipetibile(Conflict):
    """Only a notice that could not be delivered is tried again."""

    tipo = "notifica-non-ripetibile"
    titolo = "Notifica non ripetibile"
