# SPDX-License-Identifier: EUPL-1.2
"""From the form of a domanda to what the other services need of it, and no more."""

from services.domande.schemas.modulo import (
    ComponenteIn,
    DomandaIn,
    PersonaIn,
    RichiedenteIn,
)
from shared.contracts.domande import (
    Beneficiario,
    ComponenteNucleo,
    DatiNucleo,
    DatiPerVerifica,
    Persona,
    Recapiti,
    SvantaggioDichiarato,
)  # fmt: skip

UE = frozenset(
    "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK".split()
)  # member States; EEA and Switzerland are treated alike (D.Lgs. 30/2007)
EQUIPARATI = frozenset({"CH", "IS", "LI", "NO", "SM"})


def persone(modulo: DomandaIn) -> tuple[RichiedenteIn | ComponenteIn, ...]:
    """Give all the members of the nucleo, the richiedente first."""
    return modulo.richiedente, *modulo.componenti


def dati_per_verifica(modulo: DomandaIn) -> DatiPerVerifica:
    """Give what the registries must be asked about."""
    richiedente = modulo.richiedente
    return DatiPerVerifica(
        richiedente=_persona(richiedente),
        componenti=tuple(_persona(p) for p in persone(modulo)),
        protocollo_dsu=modulo.protocollo_dsu,
        cittadinanza=_cittadinanza(richiedente),
        residente_in_italia_dal=richiedente.residenza.in_italia_dal,
        residenza_continuativa_dal=richiedente.residenza.continuativa_dal,
        svantaggi=tuple(
            SvantaggioDichiarato(codice_fiscale=p.codice_fiscale, **p.svantaggio.model_dump())
            for p in persone(modulo)
            if p.svantaggio is not None
        ),
    )


def _persona(persona: PersonaIn) -> Persona:
    return Persona(
        codice_fiscale=persona.codice_fiscale,
        cognome=persona.cognome,
        nome=persona.nome,
        data_nascita=persona.data_nascita,
    )


def _cittadinanza(richiedente: RichiedenteIn) -> str:
    dichiarata = richiedente.cittadinanza
    if dichiarata.stato == "IT":
        return "ITALIANA"
    if dichiarata.stato in UE | EQUIPARATI:
        return "UE"
    titolo = dichiarata.titolo_soggiorno
    nomi = {"FAMILIARE_UE": "FAMILIARE_UE", "LUNGO_PERIODO": "SOGGIORNANTE_LUNGO_PERIODO",
            "PROTEZIONE_INTERNAZIONALE": "PROTEZIONE_INTERNAZIONALE"}  # fmt: skip
    return nomi.get(titolo.value if titolo else "", "ALTRA")


def recapiti(modulo: DomandaIn) -> Recapiti:
    """Give how the richiedente can be reached."""
    richiedente, residenza = modulo.richiedente, modulo.richiedente.residenza
    return Recapiti(
        codice_fiscale=richiedente.codice_fiscale,
        cognome=richiedente.cognome,
        nome=richiedente.nome,
        email=modulo.recapiti.email,
        telefono=modulo.recapiti.telefono,
        app_io=modulo.consensi.app_io,
        indirizzo=residenza.indirizzo,
        cap=residenza.cap,
        comune=residenza.comune,
        provincia=residenza.provincia,
    )


def nucleo(modulo: DomandaIn, *, nella_scala: frozenset[str], attivabili: frozenset[str]) -> DatiNucleo:
    """Give who must be taken in charge."""
    return DatiNucleo(
        richiedente=modulo.richiedente.codice_fiscale,
        componenti=tuple(
            ComponenteNucleo(
                codice_fiscale=p.codice_fiscale,
                cognome=p.cognome,
                nome=p.nome,
                data_nascita=p.data_nascita,
                nella_scala=p.codice_fiscale in nella_scala,
                attivabile=p.codice_fiscale in attivabili,
            )
            for p in persone(modulo)
        ),
    )


def beneficiario(modulo: DomandaIn) -> Beneficiario:
    """Give who is paid, and how."""
    return Beneficiario(
        codice_fiscale=modulo.richiedente.codice_fiscale,
        cognome=modulo.richiedente.cognome,
        nome=modulo.richiedente.nome,
        strumento=modulo.pagamento.strumento,
        iban=modulo.pagamento.iban,
    )
