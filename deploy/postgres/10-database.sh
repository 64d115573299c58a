#!/bin/sh
# SPDX-License-Identifier: EUPL-1.2
# One database per service, owned by who migrates and open to the role of that service alone. Run once, when the volume is empty.
set -eu

psql -X -q -v ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname postgres <<'SQL'
\getenv password MIGRAZIONI_DATABASE_PASSWORD
CREATE ROLE migrazioni LOGIN PASSWORD :'password';
SQL

for servizio in domande verifiche_anagrafiche presa_in_carico erogazioni notifiche; do
    variabile="$(echo "$servizio" | tr '[:lower:]' '[:upper:]')_DATABASE_PASSWORD"
    PASSWORD_SERVIZIO="$(printenv "$variabile")"
    export PASSWORD_SERVIZIO
    psql -X -q -v ON_ERROR_STOP=1 -v nome="$servizio" --username "$POSTGRES_USER" --dbname postgres <<'SQL'
\getenv password PASSWORD_SERVIZIO
CREATE ROLE :"nome" LOGIN PASSWORD :'password';
CREATE DATABASE :"nome" OWNER migrazioni;
REVOKE ALL ON DATABASE :"nome" FROM PUBLIC;
GRANT CONNECT ON DATABASE :"nome" TO :"nome";
SQL
done
