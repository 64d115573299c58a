#!/bin/sh
# SPDX-License-Identifier: EUPL-1.2
# One database and one owner per service: nobody else can connect to it. Run once, when the volume is empty.
set -eu

for servizio in domande verifiche_anagrafiche presa_in_carico erogazioni notifiche; do
    variabile="$(echo "$servizio" | tr '[:lower:]' '[:upper:]')_DATABASE_PASSWORD"
    PASSWORD_SERVIZIO="$(printenv "$variabile")"
    export PASSWORD_SERVIZIO
    psql -X -q -v ON_ERROR_STOP=1 -v nome="$servizio" --username "$POSTGRES_USER" --dbname postgres <<'SQL'
\getenv password PASSWORD_SERVIZIO
CREATE ROLE :"nome" LOGIN PASSWORD :'password';
CREATE DATABASE :"nome" OWNER :"nome";
REVOKE ALL ON DATABASE :"nome" FROM PUBLIC;
SQL
done
