# SPDX-License-Identifier: EUPL-1.2
"""What we send to the e-services of others, as it arrives: looked at with our own eyes, and refused once it is spoiled."""

import base64
import hashlib
from dataclasses import replace
from datetime import date
from typing import Any

import orjson
import pytest
from joserfc import jws, jwt
from joserfc.jwk import RSAKey

from deploy.sandbox.eservizi import CLIENT_INCLUSIONE, ESTERNI, finalita, kid_di
from services.erogazioni.clients import PagatoreClient
from services.verifiche_anagrafiche.clients.esito import Quesito
from services.verifiche_anagrafiche.clients.registri import crea_registri
from services.verifiche_anagrafiche.domain.interrogazione import Classe, Controllo
from shared.errors import UpstreamUnavailable
from shared.web.impostazioni import Emittente
from tests.sicurezza.conftest import Esterni
from tests.sicurezza.linea import Arrivata, Guasto
from tests.sicurezza.percorso import CHI, Percorso
from tests.support.servizio import impostazioni_di

FIRMA, TRACCIA = "agid-jwt-signature", "agid-jwt-trackingevidence"
_ALTRA = RSAKey.generate_key(2048, private=True)
# What each e-service that we POST to wants of us, besides the voucher; on an address that is not here the test fails.
ATTESE: dict[str, set[str]] = {
    "/anpr/C018-servizioAccertamentoCittadinanza/v1/anpr-service-e002": {"digest", FIRMA, TRACCIA},
    "/anpr/C020-servizioAccertamentoResidenza/v1/anpr-service-e002": {"digest", FIRMA, TRACCIA},
    "/anpr/C021-servizioAccertamentoStatoFamiglia/v1/anpr-service-e002": {"digest", FIRMA, TRACCIA},
    "/poste/carte/v1/flussi": {"digest", FIRMA},
    "/inps/ConsultazioneISEE/v1": set(),
    "/pra/v1/ricerche-veicoli": set(),
    "/giustizia/v1/carichi": set(),
    "/unilav/v1/rapporti": set(),
}  # fmt: skip
# These are no e-services of PDND: PDND itself, App IO with its key, the control of the sandbox.
_ALTRO = ("/pdnd/", "/appio/", "/sandbox/")


def difetti(esterni: Esterni, arrivata: Arrivata) -> list[str]:
    """Say what is wrong with the signatures of a request, with nothing of ours but the public key."""
    testa, attese = arrivata.intestazioni, ATTESE.get(arrivata.percorso)
    if attese is None:
        return ["indirizzo che nessuno ha previsto"]
    presenti = {nome for nome in ("digest", FIRMA, TRACCIA) if nome in testa}
    if presenti != attese:
        return [f"ha {sorted(presenti)}"]
    eservizio = next(e for e in ESTERNI if arrivata.percorso.startswith(e.percorso))
    voucher = _dichiarati(testa["authorization"].removeprefix("Bearer "))
    firmati = {nome: _verificato(esterni, testa[nome]) for nome in (FIRMA, TRACCIA) if nome in attese}
    trovati = []
    if voucher["purposeId"] != finalita(CLIENT_INCLUSIONE, eservizio.nome):
        trovati.append("voucher di un'altra finalità")
    if any(d["aud"] != eservizio.audience(esterni.url) or d["iss"] != CLIENT_INCLUSIONE for d in firmati.values()):
        trovati.append("aud o iss")
    if any(not 0 < d["exp"] - d["iat"] <= 300 for d in firmati.values()):
        trovati.append("durata")
    if FIRMA in attese and not _firma_il_corpo(arrivata, firmati[FIRMA]):
        trovati.append("digest")
    legata = {"alg": "SHA256", "value": hashlib.sha256(testa.get(TRACCIA, "").encode()).hexdigest()}
    if TRACCIA in attese and voucher.get("digest") != legata:
        trovati.append("voucher non legato alla traccia")
    return trovati


def _firma_il_corpo(arrivata: Arrivata, dichiarati: dict[str, Any]) -> bool:
    testa = arrivata.intestazioni
    impronta = "SHA-256=" + base64.b64encode(hashlib.sha256(arrivata.corpo).digest()).decode()
    nomi = ["digest", *(n for n in ("content-type", "content-encoding") if n in testa)]
    return testa["digest"] == impronta and dichiarati["signed_headers"] == [{n: testa[n]} for n in nomi]


def _verificato(esterni: Esterni, token: str) -> dict[str, Any]:
    """Verify a token with the key that the sandbox has registered for us, and give what it says."""
    kid = str(jws.extract_compact(token.encode()).headers()["kid"])
    chiave = esterni.stato.chiavi.registrata(CLIENT_INCLUSIONE, kid)
    return dict(jwt.decode(token, chiave, algorithms=["RS256", "ES256"]).claims)


def _dichiarati(token: str) -> dict[str, Any]:
    letti: dict[str, Any] = orjson.loads(jws.extract_compact(token.encode()).payload)
    return letti


def nostre(esterni: Esterni) -> list[Arrivata]:
    """Give what we have sent to e-services."""
    return [a for a in esterni.linea.arrivate if a.metodo == "POST" and not a.percorso.startswith(_ALTRO)]


class TestArrivate:
    @pytest.mark.timeout(300)
    async def test_are_signed_as_each_e_service_wants(self, percorso: Percorso, esterni: Esterni) -> None:
        """A domanda that goes all the way, from the checks to the payment."""
        await percorso.tutto()

        mandate = nostre(esterni)
        trovati = [(a.percorso, difetto) for a in mandate for difetto in difetti(esterni, a)]

        assert trovati == []
        assert {a.percorso for a in mandate} == ATTESE.keys()
        assert {a.stato for a in mandate if a.percorso.startswith(("/anpr", "/poste"))} == {200, 202}
        ids = [_dichiarati(a.intestazioni[n])["jti"] for a in mandate for n in (FIRMA, TRACCIA) if n in a.intestazioni]
        assert len(ids) == len(set(ids))

    @pytest.mark.timeout(300)
    async def test_that_are_not_are_found(self, percorso: Percorso, esterni: Esterni) -> None:
        """Control: the same requests with the signature of another body, or somebody else's, or none."""
        prima = await _manda_flusso(percorso, esterni, "FLUSSO-A")
        altra = await _manda_flusso(percorso, esterni, "FLUSSO-B")
        assert prima == altra == ""
        una, due = nostre(esterni)

        assert difetti(esterni, una) == difetti(esterni, due) == []
        assert difetti(esterni, replace(una, corpo=due.corpo)) == ["digest"]
        assert difetti(esterni, _senza(FIRMA)(una)) == ["ha ['digest']"]
        with pytest.raises(Exception, match="bad_signature"):
            difetti(esterni, _con_altra_chiave(FIRMA)(una))


def _senza(nome: str) -> Guasto:
    return lambda a: replace(a, intestazioni={n: v for n, v in a.intestazioni.items() if n != nome})


def _con_altra_chiave(nome: str) -> Guasto:
    def guasta(a: Arrivata) -> Arrivata:
        token = a.intestazioni[nome]
        testa = {"alg": "RS256", "typ": "JWT", "kid": kid_di(CLIENT_INCLUSIONE)}
        return replace(a, intestazioni=a.intestazioni | {nome: jwt.encode(testa, _dichiarati(token), _ALTRA)})

    return guasta


def _di_prima(nome: str) -> Guasto:
    """Carry the token of the first request on the others too."""
    visti: list[str] = []

    def guasta(a: Arrivata) -> Arrivata:
        visti.append(a.intestazioni[nome])
        return replace(a, intestazioni=a.intestazioni | {nome: visti[0]})

    return guasta


def _altro_corpo(a: Arrivata) -> Arrivata:
    return replace(a, corpo=a.corpo + b" ")


def _altro_digest(a: Arrivata) -> Arrivata:
    digest = "SHA-256=" + base64.b64encode(hashlib.sha256(a.corpo + b" ").digest()).decode()
    return replace(a, corpo=a.corpo + b" ", intestazioni=a.intestazioni | {"digest": digest})


_GUASTI: dict[str, Guasto] = {
    "another body": _altro_corpo,
    "another body with its digest": _altro_digest,
    "no digest": _senza("digest"),
    "no signature": _senza(FIRMA),
    "signature of another key": _con_altra_chiave(FIRMA),
}  # fmt: skip
_GUASTI_TRACCIA: dict[str, Guasto] = {
    "no tracking": _senza(TRACCIA),
    "tracking of another key": _con_altra_chiave(TRACCIA),
    "tracking of another call": _di_prima(TRACCIA),
}  # fmt: skip


def _solo(percorso: str, guasto: Guasto) -> Guasto:
    return lambda a: guasto(a) if a.metodo == "POST" and a.percorso.startswith(percorso) else a


async def _manda_flusso(percorso: Percorso, esterni: Esterni, id_flusso: str) -> str:
    """Send a payment file with the client of the service; give what came back, nothing if it was taken."""
    lavoro = percorso.servizi["erogazioni"]._lavori("invia_flussi")[0]
    client: PagatoreClient = lavoro.esegui.__self__._pagatore  # type: ignore[attr-defined]
    flusso = {
        "id_flusso": id_flusso, "misura": "ADI", "mese_competenza": "2025-04", "numero_disposizioni": 1,
        "totale": {"amount": "480.00", "currency": "EUR"},
        "disposizioni": [{
            "id_disposizione": f"ERO-{id_flusso}", "codice_fiscale": CHI, "strumento": "CARTA",
            "importo": {"amount": "480.00", "currency": "EUR"},
        }],
    }  # fmt: skip
    try:
        await client.invia(orjson.dumps(flusso))
    except UpstreamUnavailable as errore:
        return str(errore)
    return ""


async def _chiedi_residenza(percorso: Percorso, esterni: Esterni, numero: int) -> tuple[Classe, str | None]:
    """Ask ANPR with the client of the service."""
    emittenti = (Emittente(iss="prova", jwks_url=esterni.url, tipo="PDND"),)
    valori = esterni.impostazioni("verifiche_anagrafiche")
    registri = crea_registri(impostazioni_di("verifiche_anagrafiche", "", emittenti=emittenti, **valori))  # type: ignore[arg-type]
    try:
        esito = await registri.chiedi(Controllo.RESIDENZA, Quesito(CHI, date(2025, 3, 3), "INPS-ADI-1", numero))
    finally:
        await registri.chiudi()
    return esito.classe, esito.motivo


class TestRifiutate:
    """Changed on the line, between our client and the sandbox, over real HTTP."""

    @pytest.mark.parametrize("quale", _GUASTI)
    async def test_by_the_payer_which_reads_nothing(self, percorso: Percorso, esterni: Esterni, quale: str) -> None:
        esterni.linea.guasta = _solo("/poste", _GUASTI[quale])
        guasta = await _manda_flusso(percorso, esterni, "FLUSSO-1")
        presi = set(esterni.stato.carte.flussi)

        esterni.linea.guasta = None
        buona = await _manda_flusso(percorso, esterni, "FLUSSO-1")

        assert (guasta, presi) == ("Il pagatore non ha accettato la firma della richiesta", set())
        assert (buona, set(esterni.stato.carte.flussi)) == ("", {"FLUSSO-1"})

    async def test_by_a_payer_that_looks_and_by_no_other(
        self, percorso: Percorso, esterni: Esterni, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Control: a payer that verifies nothing takes what was changed on the line."""
        monkeypatch.setattr("deploy.sandbox.carte_rotte.verifica_integrita", lambda *_: None)
        esterni.linea.guasta = _solo("/poste", _altro_corpo)

        assert await _manda_flusso(percorso, esterni, "FLUSSO-1") == ""
        assert set(esterni.stato.carte.flussi) == {"FLUSSO-1"}

    async def test_by_the_payer_when_the_signature_comes_twice(self, percorso: Percorso, esterni: Esterni) -> None:
        esterni.linea.guasta = _solo("/poste", _ripetuta())

        esiti = [await _manda_flusso(percorso, esterni, "FLUSSO-1") for _ in range(2)]

        assert esiti == ["", "Il pagatore non ha accettato la firma della richiesta"]

    @pytest.mark.parametrize("quale", [*_GUASTI, *_GUASTI_TRACCIA])
    async def test_by_anpr_which_answers_nothing(self, percorso: Percorso, esterni: Esterni, quale: str) -> None:
        assert await _chiedi_residenza(percorso, esterni, 1) == (Classe.TROVATO, None)
        guasto = {**_GUASTI, **_GUASTI_TRACCIA}[quale]
        esterni.linea.guasta = _solo("/anpr", guasto)
        if quale == "tracking of another call":
            assert await _chiedi_residenza(percorso, esterni, 2) == (Classe.TROVATO, None)

        assert await _chiedi_residenza(percorso, esterni, 3) == (Classe.NON_AUTORIZZATO, "FIRMA_RIFIUTATA")


def _ripetuta() -> Guasto:
    """Carry the first request again, whole, in place of the others."""
    viste: list[Arrivata] = []

    def guasta(a: Arrivata) -> Arrivata:
        viste.append(a)
        return viste[0]

    return guasta
