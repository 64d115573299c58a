# SPDX-License-Identifier: EUPL-1.2
"""The proof of a lotto: decided = ordered = sent = received, to the cent, with the ledger and the search of doubles.

Each side is read from another table: the spettanze as the preparation found them, the orders, the files, the outcomes.
"""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from services.erogazioni.domain.erogazione import StatoErogazione
from services.erogazioni.domain.libro import PARTITE, Causale, Conto, causali_attese
from services.erogazioni.domain.lotto import Lotto, StatoLotto, Totale
from services.erogazioni.queries.lotti import totale
from services.erogazioni.schemas import ControlloOut, DifferenzaOut, QuadraturaOut, SaldoOut
from services.erogazioni.store import lotti
from services.erogazioni.store.stati import USCITE_SQL
from shared.db.session import Session
from shared.errors import NotFound
from shared.kernel.importo import da_centesimi

_ORDINI = """
SELECT e.stato, count(*)::int, sum(e.importo_cent)::bigint FROM erogazione e
WHERE e.flusso_id IN (SELECT id FROM flusso WHERE lotto_id = $1) GROUP BY e.stato
"""
_FILE = """
SELECT coalesce(sum(inviate), 0)::int, coalesce(sum(inviate_cent), 0)::bigint FROM flusso WHERE lotto_id = $1
"""
_REGISTRO = """
SELECT causale, conto, count(*)::int, sum(importo_cent)::bigint FROM movimento WHERE lotto_id = $1 GROUP BY causale, conto
"""
# Months of the lotto for which more has left than is due, and no sum to recover says so.
_DOPPIE = f"""
SELECT count(*)::int FROM (
    SELECT e.posizione_id, e.mese, sum(e.importo_cent) AS uscito FROM erogazione e
    JOIN (SELECT DISTINCT posizione_id, mese FROM erogazione
          WHERE flusso_id IN (SELECT id FROM flusso WHERE lotto_id = $1)) t USING (posizione_id, mese)
    WHERE e.stato IN {USCITE_SQL} GROUP BY e.posizione_id, e.mese
) u
JOIN posizione p ON p.id = u.posizione_id
LEFT JOIN mese_spettante ms ON ms.posizione_id = u.posizione_id AND ms.mese = u.mese
LEFT JOIN partita_recupero r ON r.posizione_id = u.posizione_id AND r.mese = u.mese
WHERE u.uscito > CASE WHEN p.cessata_dal <= u.mese THEN 0 ELSE coalesce(ms.importo_cent, 0) END + coalesce(r.importo_cent, 0)
"""
_QUARANTENA = """
SELECT count(*)::int FROM esito_in_quarantena WHERE stato = 'APERTO' AND flusso_id IN (SELECT id FROM flusso WHERE lotto_id = $1)
"""
_SPIEGAZIONI = {
    "IN_ATTESA": "Manca la sottoscrizione del patto di attivazione digitale, o uno strumento di pagamento valido",
    "SOSPESE": "Pagamenti sospesi: le mensilità restano dovute",
    "CESSATE": "Domanda cessata prima del mese",
    "ANNULLATE": "Annullate prima dell'invio per fatti sopravvenuti",
    "DA_INVIARE": "Disposte, in flussi non ancora partiti",
    "IN_ATTESA_DI_ESITO": "Inviate, senza ancora un esito del pagatore",
    "SCARTATE": "Scartate dal pagatore: si riemettono nel lotto successivo",
    "RESTITUITE": "Accreditate e poi restituite: si riemettono nel lotto successivo, con uno strumento di pagamento valido",
}
_CONTROLLI = {
    "DECISO_DISPOSTO": "Le mensilità spettanti, tolte le escluse, sono le disposizioni registrate",
    "DISPOSTO_INVIATO": "Le disposizioni, tolte le annullate, sono quelle dichiarate nei flussi",
    "INVIATO_RICEVUTO": "Ogni disposizione inviata ha un esito",
    "REGISTRO": "I movimenti sommano a zero e sono quelli che lo stato di ogni disposizione comporta",
}


@dataclass(frozen=True, slots=True)
class _Lati:
    """What each table says of the lotto."""

    lotto: Lotto
    per_stato: dict[StatoErogazione, Totale]
    inviate: Totale
    movimenti: dict[tuple[Causale, Conto], Totale]
    doppie: int
    quarantena: int

    def somma(self, *stati: StatoErogazione) -> Totale:
        return sum((self.per_stato.get(stato, Totale()) for stato in stati), Totale())

    @property
    def disposte(self) -> Totale:
        return self.somma(*StatoErogazione)

    @property
    def ricevute(self) -> Totale:
        return self.somma(StatoErogazione.ESEGUITO, StatoErogazione.SCARTATO, StatoErogazione.RESTITUITO)


async def get_quadratura(session: Session, lotto_id: UUID) -> QuadraturaOut:
    """Build the proof of a lotto from what the tables say now.

    :raises NotFound: if the lotto is not there.
    """
    lotto = await lotti.carica(session, lotto_id)
    if lotto is None:
        raise NotFound("Il lotto non esiste")
    # A million orders are read in one statement: it may take longer than an ordinary request.
    await session.execute("SET LOCAL statement_timeout = '60s'")
    lati = await _leggi(session, lotto)
    controlli = _controlli(lati)
    somma = sum(t.cent for t in lati.movimenti.values())
    pulito = somma == 0 and lati.doppie == 0 and lati.quarantena == 0
    return QuadraturaOut(
        lotto_id=lotto.id, misura=lotto.misura, mese=lotto.mese, stato=lotto.stato,
        decise=_out(lotto.disposte + lotto.in_attesa + lotto.sospese + lotto.cessate),
        disposte=_out(lati.disposte), inviate=_out(lati.inviate), ricevute=_out(lati.ricevute),
        eseguite=_out(lati.somma(StatoErogazione.ESEGUITO)), differenze=_differenze(lati), controlli=controlli,
        saldi=[SaldoOut(conto=conto, saldo=_con_segno(_saldo(lati, conto))) for conto in Conto],
        somma_registro=_con_segno(somma), doppie=lati.doppie, esiti_in_quarantena=lati.quarantena,
        quadra=lotto.stato is StatoLotto.CONCLUSO and pulito and all(c.quadra for c in controlli),
    )  # fmt: skip


async def _leggi(session: Session, lotto: Lotto) -> _Lati:
    ordini = await session.fetch(_ORDINI, lotto.id)
    file: Any = await session.fetchrow(_FILE, lotto.id)
    movimenti = await session.fetch(_REGISTRO, lotto.id)
    return _Lati(
        lotto=lotto,
        per_stato={StatoErogazione(stato): Totale(numero, cent) for stato, numero, cent in ordini},
        inviate=Totale(*file),
        movimenti={
            (Causale(causale), Conto(conto)): Totale(numero, cent) for causale, conto, numero, cent in movimenti
        },
        doppie=await session.fetchval(_DOPPIE, lotto.id),
        quarantena=await session.fetchval(_QUARANTENA, lotto.id),
    )


def _controlli(lati: _Lati) -> list[ControlloOut]:
    partite = lati.somma(
        *(s for s in StatoErogazione if s not in (StatoErogazione.ANNULLATO, StatoErogazione.DA_INVIARE))
    )
    da_inviare = lati.somma(StatoErogazione.DA_INVIARE)
    esiti = {
        "DECISO_DISPOSTO": lati.lotto.disposte == lati.disposte,
        "DISPOSTO_INVIATO": da_inviare.numero == 0 and partite == lati.inviate,
        "INVIATO_RICEVUTO": lati.ricevute == lati.inviate,
        "REGISTRO": _registro_coerente(lati),
    }
    return [ControlloOut(controllo=c, spiegazione=_CONTROLLI[c], quadra=quadra) for c, quadra in esiti.items()]


def _registro_coerente(lati: _Lati) -> bool:
    """Each operation has on its two accounts as many rows, and as many cents, as the states of the orders imply."""
    attesi: dict[tuple[Causale, Conto], Totale] = {}
    for causale, (da, a) in PARTITE.items():
        atteso = lati.somma(*(stato for stato in StatoErogazione if causale in causali_attese(stato)))
        if atteso.numero:
            attesi |= {(causale, da): Totale(atteso.numero, -atteso.cent), (causale, a): atteso}
    return attesi == lati.movimenti


def _differenze(lati: _Lati) -> list[DifferenzaOut]:
    trovate = {
        "IN_ATTESA": lati.lotto.in_attesa,
        "SOSPESE": lati.lotto.sospese,
        "CESSATE": lati.lotto.cessate,
        "ANNULLATE": lati.somma(StatoErogazione.ANNULLATO),
        "DA_INVIARE": lati.somma(StatoErogazione.DA_INVIARE),
        "IN_ATTESA_DI_ESITO": lati.somma(StatoErogazione.IN_INVIO, StatoErogazione.INCERTO),
        "SCARTATE": lati.somma(StatoErogazione.SCARTATO),
        "RESTITUITE": lati.somma(StatoErogazione.RESTITUITO),
    }
    return [
        DifferenzaOut(motivo=motivo, spiegazione=_SPIEGAZIONI[motivo], totale=_out(t))
        for motivo, t in trovate.items()
        if t.numero
    ]


def _saldo(lati: _Lati, conto: Conto) -> int:
    return sum(t.cent for (_, suo), t in lati.movimenti.items() if suo is conto)


def _out(valore: Totale) -> Any:
    return totale(valore.numero, valore.cent)


def _con_segno(cent: int) -> str:
    return f"{da_centesimi(cent):.2f}"
