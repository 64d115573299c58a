# SPDX-License-Identifier: EUPL-1.2
"""Short texts for App IO and e-mail: the first line of a template is the subject, the rest is the message."""

import re
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from services.notifiche.domain.consegna import Canale
from services.notifiche.schemas.scheda import Scheda

MODELLI = Path(__file__).parents[1] / "modelli"
TESTO_MASSIMO = 10_000
_SPECIALI = re.compile(r"([\\`*_{}\[\]<>#|~])")


@dataclass(frozen=True, slots=True)
class Testo:
    """Subject (10-120 characters, without personal data) and message."""

    oggetto: str
    corpo: str


class Frasario:
    """The templates of the messages, loaded once."""

    def __init__(self, cartella: Path = MODELLI) -> None:
        self._ambiente = Environment(
            loader=FileSystemLoader(cartella), undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True,
            autoescape=False,  # noqa: S701 - plain text and markdown: data go through `md` where markdown is read
        )  # fmt: skip
        self._ambiente.filters["md"] = senza_markdown

    def scrivi(self, modello: str, scheda: Scheda, canale: Canale) -> Testo:
        """Fill the template of a notice for a channel; a text too long for App IO loses its list of reasons."""
        testo = self._componi(modello, scheda, canale, breve=False)
        if len(testo.corpo) > TESTO_MASSIMO:
            testo = self._componi(modello, scheda, canale, breve=True)
        return testo

    def _componi(self, modello: str, scheda: Scheda, canale: Canale, *, breve: bool) -> Testo:
        pagina = self._ambiente.get_template(f"{modello}.txt")
        scritto = pagina.render(s=scheda, app_io=canale is Canale.APP_IO, breve=breve)
        oggetto, _, corpo = scritto.strip().partition("\n")
        corpo = re.sub(r"\n{3,}", "\n\n", corpo).strip() + "\n"
        return Testo(" ".join(oggetto.split()), corpo[0].upper() + corpo[1:])


def senza_markdown(testo: str) -> str:
    """Make a value read as plain text where markdown is expected."""
    return _SPECIALI.sub(r"\\\1", " ".join(testo.split()))
