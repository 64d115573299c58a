# SPDX-License-Identifier: EUPL-1.2
"""Databases full of invented rows, written by SQL: skewed as the real ones, sealed columns replaced by bytes of the same kind.

Domanda number `n` of `N` was presented at a moment that grows with `n`, through an ente and from a Comune drawn
unevenly: some have hundreds of thousands of domande, some a handful, `caf-levante` only very old ones. Some states
(REVOCATA) and some checks (SVANTAGGIO) never occur: a filter that matches nothing is the hardest one.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from shared.kernel.sigillo import Cifrario

DAL, AL = date(2024, 1, 8), date(2025, 12, 31)
# Territory of a small Comune, and of an ambito of forty.
COMUNE_PICCOLO = "D086"
COMUNI_DELL_AMBITO = ["H501", *(f"C{n:03d}" for n in range(100, 139))]

_FUNZIONI = """
CREATE OR REPLACE FUNCTION quando(n bigint, tutte bigint) RETURNS timestamptz STABLE LANGUAGE sql AS $$
    -- A click-day: three weeks for the first 15 %, two years for the others.
    SELECT timestamptz '2024-01-08 08:00Z' + CASE WHEN n < tutte * 0.15
        THEN interval '21 days' * (n / (tutte * 0.15)) ELSE interval '21 days' + interval '702 days' * (n - tutte * 0.15) / (tutte * 0.85)
    END $$;
CREATE OR REPLACE FUNCTION uuid7(istante timestamptz, n bigint) RETURNS uuid STABLE LANGUAGE sql AS $$
    SELECT (lpad(to_hex((extract(epoch FROM istante) * 1000)::bigint), 12, '0') || '7' || lpad(to_hex(n & 4095), 3, '0')
            || '8' || lpad(to_hex(n), 15, '0'))::uuid $$;
CREATE OR REPLACE FUNCTION ente(n bigint, tutte bigint, r float8, s float8) RETURNS text IMMUTABLE LANGUAGE sql AS $$
    SELECT CASE WHEN n < tutte * 0.1 AND n % 6661 = 3 THEN 'caf-levante' WHEN r < 0.10 THEN 'caf-aurora'
        WHEN r < 0.15 THEN 'patronato-solidale' WHEN r < 0.30 THEN 'CITTADINO' ELSE 'caf-' || floor(80 * s ^ 2.5)::int::text END $$;
CREATE OR REPLACE FUNCTION comune(r float8, s float8) RETURNS text IMMUTABLE LANGUAGE sql AS $$
    SELECT CASE WHEN r < 0.05 THEN 'H501' WHEN r < 0.08 THEN 'F839' WHEN r < 0.10 THEN 'F205'
        ELSE chr(65 + floor(7900 * s ^ 1.5)::int / 1000) || lpad((floor(7900 * s ^ 1.5)::int % 1000)::text, 3, '0') END $$;
CREATE OR REPLACE FUNCTION impronta(n bigint) RETURNS bytea IMMUTABLE LANGUAGE sql AS $$ SELECT sha256(int8send(n)) $$;
"""
# Numbers of the domande, each with its moment, its id and four draws.
_NUMERI = """
(SELECT n, $1::bigint AS tutte, quando(n, $1) AS istante, uuid7(quando(n, $1), n) AS domanda_id, random() AS a, random() AS b,
        random() AS c, random() AS d FROM generate_series(0, $1::bigint - 1) AS n OFFSET 0) AS x
"""
_DOMANDE = f"""
INSERT INTO domanda (id, protocollo, misura, stato, comune, ente, richiedente, modulo, presentata_il, giorno,
                     numero_del_giorno, version)
SELECT domanda_id, 'INPS-ADI-2024-' || lpad(n::text, 8, '0'), 'ADI',
       CASE WHEN n > tutte * 0.98 THEN (ARRAY['ACQUISITA', 'ACQUISITA', 'IN_EVIDENZA'])[1 + floor(c * 3)::int]
            WHEN c < 0.45 THEN 'ACCOLTA' WHEN c < 0.75 THEN 'RESPINTA' WHEN c < 0.90 THEN 'TERMINATA'
            WHEN c < 0.96 THEN 'DECADUTA' WHEN c < 0.9999 THEN 'ANNULLATA' ELSE 'RINUNCIATA' END,
       comune(a, d), ente(n, tutte, b, d), impronta(n), '\\x00'::bytea || impronta(n), istante,
       (istante AT TIME ZONE 'Europe/Rome')::date, n, 1
FROM {_NUMERI}
"""
_BOZZE = f"""
INSERT INTO bozza (id, ente, richiedente, contenuto, creata_il, aggiornata_il, version)
SELECT domanda_id, ente(n, tutte, b, d), CASE WHEN ente(n, tutte, b, d) = 'CITTADINO' THEN impronta(n) END, $2::bytea, istante,
       istante, 1 FROM {_NUMERI} WHERE n % 10 = 0
"""
_VERIFICHE = f"""
INSERT INTO verifica (id, domanda_id, domanda_versione, protocollo, misura, comune, ente, richiedente, giorno, stato, attesa,
                      dati, cessata, aperta_il, conclusa_il, version)
SELECT domanda_id, domanda_id, 1, 'INPS-ADI-2024-' || n, 'ADI', comune(a, d), ente(n, tutte, b, d), impronta(n), istante::date,
       CASE WHEN n > tutte * 0.95 THEN 'APERTA' WHEN n > tutte * 0.94 THEN 'IN_ATTESA_COMUNE' WHEN c < 0.99 THEN 'CONCLUSA'
            ELSE 'ANNULLATA' END,
       CASE WHEN n > tutte * 0.95 THEN CASE WHEN c < 0.0005 THEN 'OPERATORE:ISEE' ELSE 'REGISTRO:ANPR' END
            WHEN n > tutte * 0.94 THEN 'COMUNE' END,
       repeat('s', 700)::bytea, false, istante, CASE WHEN n <= tutte * 0.94 THEN istante END, 2
FROM {_NUMERI}
"""
_ACCERTAMENTI = f"""
INSERT INTO accertamento (id, verifica_id, domanda_id, domanda_versione, misura, protocollo, comune, ente, richiedente,
                          controlli, stato, richiesto_il, scadenza, silenzio_il, version)
SELECT domanda_id, domanda_id, domanda_id, 1, 'ADI', 'INPS-ADI-2024-' || n, comune(a, d), ente(n, tutte, b, d), impronta(n),
       CASE WHEN c < 0.6 THEN ARRAY['RESIDENZA'] WHEN c < 0.99 THEN ARRAY['NUCLEO', 'RESIDENZA'] ELSE ARRAY['CITTADINANZA'] END,
       CASE WHEN n > tutte * 0.94 THEN 'APERTO' WHEN a < 0.7 THEN 'CONCLUSO' ELSE 'SILENZIO' END,
       istante, istante::date + 21, istante::date + 35, 1
FROM {_NUMERI} WHERE n % 5 = 0
"""
_CASI = f"""
INSERT INTO caso (id, domanda_id, protocollo, misura, comune, richiedente, nucleo, accolto_il, accolta_versione, stato, pad_il,
                  incontro_entro, sospensione_id, cessata_versione, created_at, version, non_raggiunto)
SELECT md5(n::text)::uuid, domanda_id, 'INPS-ADI-2024-' || n, 'ADI', comune(a, d), impronta(n), repeat('s', 500)::bytea,
       istante::date + 30, 2, y.stato, CASE WHEN y.stato <> 'APERTO' THEN istante::date + 40 END,
       CASE WHEN y.stato <> 'APERTO' THEN istante::date + 160 END,
       CASE WHEN y.stato = 'PAD_SOTTOSCRITTO' AND n < tutte * 0.8 THEN domanda_id END,
       CASE WHEN y.stato = 'CHIUSO' THEN 3 END, istante, 3, b < 0.023
FROM {_NUMERI}, LATERAL (SELECT CASE WHEN n > tutte * 0.97 THEN 'APERTO' WHEN c < 0.5 THEN 'IN_CARICO' WHEN c < 0.8 THEN 'CHIUSO'
    ELSE 'PAD_SOTTOSCRITTO' END AS stato) AS y WHERE n % 100 < 55
"""
_POSIZIONI = f"""
INSERT INTO posizione (id, domanda_id, stato, misura, protocollo, comune, richiedente, beneficiario, decorre_dal,
                       determinata_fino_a, versione_spettanza, versione_pad, versione_cessazione)
SELECT md5(n::text)::uuid, domanda_id, CASE WHEN c < 0.7 THEN 'APERTA' WHEN c < 0.9999 THEN 'CESSATA' ELSE 'SOSPESA' END, 'ADI',
       'INPS-ADI-2024-' || n, comune(a, d), impronta(n), repeat('s', 200)::bytea, '2024-02', '2025-12', 1, 1, 0
FROM {_NUMERI} WHERE n % 100 < 45
"""
_LOTTI = """
INSERT INTO lotto (id, ordine, misura, mese, tipo, stato, creato_il, posizioni, disposte, disposte_cent, in_attesa, in_attesa_cent,
                   sospese, sospese_cent, cessate, cessate_cent)
SELECT md5(m::text)::uuid, uuid7('2024-01-27Z'::timestamptz + m * interval '1 month', m), 'ADI',
       to_char('2024-01-01'::date + m * interval '1 month', 'YYYY-MM'), 'ORDINARIO', 'CONCLUSO', now(), 0, 0, 0, 0, 0, 0, 0, 0, 0
FROM generate_series(0, 23) AS m
"""
_FLUSSI = """
INSERT INTO flusso (id, lotto_id, numero, stato, disposizioni, importo_cent, inviate, inviate_cent, tentativi)
SELECT md5('f' || f)::uuid, md5('23')::uuid, f, 'CONCLUSO', 5000, 5000, 5000, 5000, 1
FROM generate_series(0, (SELECT count(*) FROM posizione) / 5000) AS f
"""
_EROGAZIONI = """
INSERT INTO erogazione (id, posizione_id, mese, componente, progressivo, importo_cent, stato, lotto_id, flusso_id, version)
SELECT id, id, '2025-12', 'ADI', 1, 50000, 'ESEGUITO', md5('23')::uuid,
       md5('f' || (row_number() OVER (ORDER BY id) - 1) / 5000)::uuid, 1 FROM posizione
"""
_NOTIFICHE = f"""
INSERT INTO notifica (id, ordine, domanda_id, avviso, fatto, versione_fatto, contenuto, stato, creata_il, comune, ente, richiedente,
                      version)
SELECT lpad(to_hex(n * 3 + k), 32, '0')::uuid, uuid7(istante + k * interval '20 days', n * 3 + k), domanda_id,
       CASE k WHEN 0 THEN 'DOMANDA_RICEVUTA' WHEN 1 THEN CASE WHEN c < 0.6 THEN 'DOMANDA_ACCOLTA' ELSE 'DOMANDA_RESPINTA' END
            ELSE 'EROGAZIONE_ESEGUITA' END,
       'fatto', 1, repeat('s', 200)::bytea,
       CASE WHEN n > tutte * 0.999 THEN 'DA_INVIARE' WHEN d < 0.97 THEN 'CONSEGNATA' ELSE 'NON_RECAPITATA' END,
       istante, comune(a, d), ente(n, tutte, b, d), impronta(n), 2
FROM {_NUMERI}, generate_series(0, 2) AS k
"""
# What is written in each database, in this order.
SEMINE: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "domande": {"domanda": (_DOMANDE,), "bozza": (_BOZZE,)},
    "verifiche_anagrafiche": {"verifica": (_VERIFICHE,), "accertamento": (_ACCERTAMENTI,)},
    "presa_in_carico": {"caso": (_CASI,)},
    "erogazioni": {"posizione": (_POSIZIONI,), "lotto": (_LOTTI,), "flusso": (_FLUSSI,), "erogazione": (_EROGAZIONI,)},
    "notifiche": {"notifica": (_NOTIFICHE,)},
}
_INDICI = """
SELECT i.indexrelid::regclass::text AS nome, pg_get_indexdef(i.indexrelid) AS definizione FROM pg_index i
WHERE i.indrelid = $1::text::regclass AND NOT EXISTS (SELECT 1 FROM pg_constraint c WHERE c.conindid = i.indexrelid)
"""


async def semina(conn: Any, servizio: str, domande: int, *, cifrario: Cifrario) -> None:
    """Fill the database of a service as after `domande` domande; indexes are built at the end, then the tables analysed.

    `cifrario` is that of the service: a list of bozze opens them.
    """
    valori = (domande, cifrario.cifra(b'{"misura": "ADI"}'))
    await conn.execute(_FUNZIONI)
    # Foreign keys are of no use here: every row points to one that was written by the same rule.
    await conn.execute(
        "SET session_replication_role = replica; SET maintenance_work_mem = '512MB'; SELECT setseed(0.5)"
    )
    for tabella, istruzioni in SEMINE[servizio].items():
        indici = await conn.fetch(_INDICI, tabella)
        for indice in indici:
            await conn.execute(f"DROP INDEX {indice['nome']}")
        for istruzione in istruzioni:
            await conn.execute(istruzione, *valori[: max(n for n in (0, 1, 2) if not n or f"${n}" in istruzione)])
        for indice in indici:
            await conn.execute(indice["definizione"])
        await conn.execute(f"VACUUM ANALYZE {tabella}")
    await conn.execute("SET session_replication_role = origin; CHECKPOINT")
