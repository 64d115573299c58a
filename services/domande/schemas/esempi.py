# SPDX-License-Identifier: EUPL-1.2
"""Complete examples for the OpenAPI pages: invented people that the sandbox knows."""

from typing import Any

DOMANDA: dict[str, Any] = {
    "misura": "ADI",
    "mandato": {"numero": "CAF-2025-000123", "conferito_il": "2025-02-27"},
    "richiedente": {
        "codice_fiscale": "MRCGLI89E54H501Z",
        "cognome": "MARCONI",
        "nome": "GIULIA",
        "data_nascita": "1989-05-14",
        "luogo_nascita": "H501",
        "responsabilita_genitoriale": True,
        "cittadinanza": {"stato": "IT"},
        "residenza": {
            "comune": "H501",
            "indirizzo": "Via delle Prove 12",
            "cap": "00174",
            "provincia": "RM",
            "in_italia_dal": "1989-05-14",
            "continuativa_dal": "1989-05-14",
        },
    },
    "componenti": [
        {
            "codice_fiscale": "FRRLCU87S02H501H",
            "cognome": "FERRI",
            "nome": "LUCA",
            "data_nascita": "1987-11-02",
            "rapporto": "CONIUGE",
            "responsabilita_genitoriale": True,
        },
        {
            "codice_fiscale": "FRRSRA16P61H501V",
            "cognome": "FERRI",
            "nome": "SARA",
            "data_nascita": "2016-09-21",
            "rapporto": "FIGLIO",
            "studente": True,
        },
    ],
    "abitazione": {
        "titolo": "LOCAZIONE",
        "canone_annuo": "4200.00",
        "estremi_registrazione": "RM1 2021/004511 serie 3T",
    },
    "dichiarazioni": {
        "nessuna_misura_o_condanna": True,
        "nessuna_dimissione": True,
        "nessun_veicolo_escluso": True,
        "nessuna_nave_o_aeromobile": True,
        "consapevole_delle_sanzioni": True,
    },
    "consensi": {"trasmissione_ai_servizi": True, "app_io": True},
    "recapiti": {"email": "giulia.marconi@posta.example", "telefono": "+390600000000"},
    "pagamento": {"strumento": "CARTA"},
}

INTEGRAZIONE: dict[str, Any] = {"protocollo_dsu": "INPS-ISEE-2025-00000002A-00"}
