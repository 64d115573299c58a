# SPDX-License-Identifier: EUPL-1.2
"""Close a verifica: every check has an answer, and the facts go to whoever decides."""

from collections.abc import Sequence
from datetime import datetime

from services.verifiche_anagrafiche.commands.fatti import RispostaComune, fatti_verificati
from services.verifiche_anagrafiche.domain.termini import criteri
from services.verifiche_anagrafiche.domain.verifica import Verifica
from services.verifiche_anagrafiche.store.interrogazioni import Ricevuta
from shared.contracts.domande import DatiPerVerifica
from shared.contracts.verifiche_anagrafiche import VerificaConclusaV1
from shared.db.session import Session


def concludi_verifica(
    session: Session,
    verifica: Verifica,
    ricevute: Sequence[Ricevuta],
    comune: RispostaComune | None,
    *,
    dati: DatiPerVerifica,
    now: datetime,
) -> Verifica:
    """Close the verifica and announce its facts; who calls saves it."""
    conclusa = verifica.concludi(now=now)
    paesi_ue = criteri(verifica.misura, verifica.giorno).paesi_ue
    fatti = fatti_verificati(ricevute, comune, dati=dati, giorno=verifica.giorno, paesi_ue=paesi_ue)
    evento = VerificaConclusaV1(
        domanda_id=conclusa.domanda_id,
        versione=conclusa.version,
        verifica_id=conclusa.id,
        domanda_versione=conclusa.domanda_versione,
        data_riferimento=conclusa.giorno,
        conclusa_il=now,
        fatti=session.sigilli.sigilla(fatti),
    )
    session.emit(evento, now=now)
    return conclusa
