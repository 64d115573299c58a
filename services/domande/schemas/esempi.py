# SPDX-License-Identifier: EUPL-1.2
"""Complete examples for the OpenAPI pages: invented people that the sandbox knows."""

from typing import Any

DOMANDA: dict[str, Any] = {
    "misura": "ADI",
    "mandato": {"numero": "ADI/2025/00001", "conferito_il": "2025-03-02"},
    "richiedente": {
        "codice_fiscale": "CNTDVD90A22H501T",
        "cognome": "Conte",
        "nome": "Davide",
        "data_nascita": "1990-01-22",
        "carichi_di_cura": False,
        "responsabilita_genitoriale": True,
        "occupato": False,
        "studente": False,
        "in_struttura": False,
        "luogo_nascita": "H501",
        "cittadinanza": {"stato": "IT"},
        "residenza": {
            "comune": "H501",
            "indirizzo": "Viale Dei Consoli 12",
            "cap": "00174",
            "provincia": "RM",
            "in_italia_dal": "1990-01-22",
            "continuativa_dal": "1990-01-22",
            "assenze": [],
        },
    },
    "componenti": [
        {
            "codice_fiscale": "SPSMRA91M57H501L",
            "cognome": "Esposito",
            "nome": "Maria",
            "data_nascita": "1991-08-17",
            "carichi_di_cura": False,
            "responsabilita_genitoriale": True,
            "occupato": False,
            "studente": False,
            "in_struttura": False,
            "rapporto": "CONIUGE",
        },
        {
            "codice_fiscale": "CNTNCL16M13A345N",
            "cognome": "Conte",
            "nome": "Nicola",
            "data_nascita": "2016-08-13",
            "carichi_di_cura": False,
            "responsabilita_genitoriale": False,
            "occupato": False,
            "studente": False,
            "in_struttura": False,
            "rapporto": "FIGLIO",
        },
        {
            "codice_fiscale": "CNTLRI19T46H501R",
            "cognome": "Conte",
            "nome": "Ilaria",
            "data_nascita": "2019-12-06",
            "carichi_di_cura": False,
            "responsabilita_genitoriale": False,
            "occupato": False,
            "studente": False,
            "in_struttura": False,
            "rapporto": "FIGLIO",
        },
    ],
    "abitazione": {"titolo": "LOCAZIONE", "canone_annuo": "4200.00", "estremi_registrazione": "TLX-2022-000001"},
    "dichiarazioni": {
        "nessuna_misura_o_condanna": True,
        "nessuna_dimissione": True,
        "nessun_veicolo_escluso": True,
        "nessuna_nave_o_aeromobile": True,
        "obbligo_istruzione_assolto": True,
        "consapevole_delle_sanzioni": True,
    },
    "consensi": {"trasmissione_ai_servizi": True, "app_io": True},
    "recapiti": {"email": "persona001@posta.example", "telefono": "+390000000001"},
    "pagamento": {"strumento": "CARTA"},
    "protocollo_dsu": "INPS-ISEE-2025-00010001B-00",
}

INTEGRAZIONE: dict[str, Any] = {"protocollo_dsu": "INPS-ISEE-2025-00000002A-00"}
