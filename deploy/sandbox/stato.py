# SPDX-License-Identifier: EUPL-1.2
"""What the running sandbox holds: keys, people, what it has received and how often it has answered."""

import time
import tomllib
from collections import Counter, OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass, field

from starlette.requests import Request

from deploy.sandbox.carte import Carte
from deploy.sandbox.chiavi import Chiavi
from deploy.sandbox.eservizi import CLIENT_INCLUSIONE, ESTERNI, INCLUSIONE, EServizio, finalita, kid_di, kid_firma_di
from deploy.sandbox.giornale import Giornale, Voce
from deploy.sandbox.guasti import Guasti, Guasto
from deploy.sandbox.impostazioni import ImpostazioniSandbox
from deploy.sandbox.messaggi import Messaggi
from deploy.sandbox.modello import Nucleo
from deploy.sandbox.persone import Mondo, mondo
from deploy.sandbox.posta import Posta

_MEMORIA = 50_000
_PRESENTANO = ("CAF", "PATRONATO")


@dataclass(frozen=True, slots=True)
class EnteSandbox:
    """An accredited ente and its PDND client."""

    codice: str
    nome: str
    tipo: str
    client_id: str


class Visti:
    """Token ids already used, bounded: a second use is a replay."""

    def __init__(self) -> None:
        self._visti: OrderedDict[str, None] = OrderedDict()

    def nuovo(self, *parti: str) -> bool:
        """Remember an id; tell whether it was never seen."""
        chiave = "\x1f".join(parti)
        if chiave in self._visti:
            return False
        self._visti[chiave] = None
        if len(self._visti) > _MEMORIA:
            self._visti.popitem(last=False)
        return True


@dataclass
class Sandbox:
    """The state of a running sandbox."""

    impostazioni: ImpostazioniSandbox
    chiavi: Chiavi
    mondo: Mondo
    enti: dict[str, EnteSandbox]
    carte: Carte
    messaggi: Messaggi
    posta: Posta
    giornale: Giornale
    guasti: Guasti
    visti: Visti = field(default_factory=Visti)
    risposte_anpr: OrderedDict[tuple[str, str, str], tuple[int, bytes]] = field(default_factory=OrderedDict)
    _ritardi: Counter[tuple[str, str]] = field(default_factory=Counter)
    _numeri: Counter[str] = field(default_factory=Counter)

    @property
    def client(self) -> tuple[str, ...]:
        """Every PDND client: ours and those of the enti."""
        return (CLIENT_INCLUSIONE, *(e.client_id for e in self.enti.values()))

    def client_da_kid(self, kid: str) -> str | None:
        """Find the client that registered a key."""
        return next((c for c in self.client if kid in (kid_di(c), kid_firma_di(c))), None)

    def eservizio_per(self, client_id: str, purpose_id: str) -> EServizio | None:
        """Find what a purpose of a client is for; audience in `percorso` when it is inclusione itself."""
        if purpose_id == finalita(client_id, INCLUSIONE):
            return EServizio(INCLUSIONE, INCLUSIONE, self.impostazioni.audience)
        return next((e for e in ESTERNI if purpose_id == finalita(client_id, e.nome)), None)

    def finalita(self) -> Iterator[dict[str, str]]:
        """List clients, keys, purposes and audiences."""
        url = self.impostazioni.url_pubblico
        for client in self.client:
            righe = [(INCLUSIONE, self.impostazioni.audience)]
            if client == CLIENT_INCLUSIONE:
                righe = [(e.nome, e.audience(url)) for e in ESTERNI]
            for nome, audience in righe:
                yield {"client_id": client, "kid": kid_di(client), "eservizio": nome, "audience": audience,
                       "purpose_id": finalita(client, nome)}  # fmt: skip

    def numero(self, nome: str, *, da: int) -> int:
        """Give the next number of a sequence."""
        self._numeri[nome] += 1
        return da + self._numeri[nome] - 1

    def in_ritardo(self, sistema: str, nucleo: Nucleo | None) -> bool:
        """Tell whether, in the story of this nucleo, the system fails this time too."""
        if nucleo is None or self._ritardi[sistema, nucleo.nome] >= nucleo.storia.ritardi.get(sistema, 0):
            return False
        self._ritardi[sistema, nucleo.nome] += 1
        return True

    def azzera(self) -> None:
        """Forget what was received; keys and people stay."""
        self.giornale.svuota()
        self.guasti.togli()
        self.carte.azzera()
        self.messaggi.azzera()
        self.posta.messaggi.clear()
        self.risposte_anpr.clear()
        self._ritardi.clear()


def crea_stato(impostazioni: ImpostazioniSandbox) -> Sandbox:
    """Build the state; of the keys that the folder lacks, those of who comes first are made now, the others later."""
    righe = tomllib.loads(impostazioni.enti_file.read_text(encoding="utf-8"))["ente"]
    enti = [EnteSandbox(r["codice"], r["nome"], r["tipo"], r["client_id"]) for r in righe]
    guasti, giornale, persone = Guasti(), Giornale(), mondo()
    sandbox = Sandbox(
        impostazioni=impostazioni,
        chiavi=Chiavi(impostazioni.cartella),
        mondo=persone,
        enti={e.codice: e for e in enti},
        carte=Carte(persone, impostazioni.orologio),
        messaggi=Messaggi(persone, impostazioni.orologio),
        posta=Posta(impostazioni.smtp_host, impostazioni.porta_smtp, guasti, giornale, impostazioni.orologio),
        giornale=giornale,
        guasti=guasti,
    )
    for nome in ("pdnd", "operatori", "cittadini"):
        sandbox.chiavi.emittente(nome)
    for client_id in (CLIENT_INCLUSIONE, *(e.client_id for e in enti if e.tipo in _PRESENTANO)):
        sandbox.chiavi.client(client_id)
    sandbox.chiavi.firma(CLIENT_INCLUSIONE)
    return sandbox


def sandbox_di(request: Request) -> Sandbox:
    """Give the state of the application that serves the request."""
    sandbox: Sandbox = request.app.state.sandbox
    return sandbox


def annota(request: Request, operazione: str, *, id: str = "", soggetto: str = "", client: str = "") -> None:
    """Say in the journal what the request was about."""
    voce: Voce = request.state.voce
    voce.operazione = operazione
    voce.id, voce.soggetto, voce.client = id or voce.id, soggetto or voce.soggetto, client or voce.client


def soggetto_servito(request: Request, codice_fiscale: str) -> str:
    """Give the person the answer speaks of: another one, when that fault is on."""
    guasto: Guasto | None = request.state.guasto
    altra = guasto is not None and guasto.tipo == "ALTRA_PERSONA"
    return sandbox_di(request).mondo.altra_persona(codice_fiscale) if altra else codice_fiscale


def ora_dei_token() -> int:
    """Read the real clock in whole seconds: tokens are checked against it by everybody."""
    return int(time.time())
