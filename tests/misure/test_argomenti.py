# SPDX-License-Identifier: EUPL-1.2
"""Which facts each requisito looks at: what the catalogue says is what the rules do."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.misure.catalogo import get_misura
from shared.misure.comuni.argomenti import Argomenti, Argomento
from shared.misure.misura import Misura
from shared.misure.nucleo import ClasseGiudiziaria, Discordanza, Fatti, MisuraGiudiziaria, Svantaggio
from tests.misure.simulazione.strategie import GIORNI, MISURE, PROFILO, fatti_di, nuclei, nuclei_ordinari

ISEE = {"isee": "1000.00", "reddito_familiare": "500.00"}
# The facts of each argomento, apart from who is in the nucleo: that is shared by all the requisiti.
SENZA: Mapping[Argomento, Callable[[Fatti], Fatti]] = {
    Argomento.ISEE: lambda f: replace(f, isee=None),
    Argomento.CITTADINANZA: lambda f: replace(f, cittadinanza=None),
    Argomento.RESIDENZA: lambda f: replace(f, residenza=None),
    Argomento.VEICOLI: lambda f: replace(f, veicoli=None),
    Argomento.GIUDIZIARIO: lambda f: replace(f, misure_giudiziarie=None),
    Argomento.LAVORO: lambda f: replace(f, cessazioni=None),
    Argomento.FAMIGLIA: lambda f: replace(f, famiglia_anagrafica=None, discordanza_nucleo=None),
    Argomento.SVANTAGGIO: lambda f: replace(
        f,
        componenti=tuple(
            replace(c, svantaggio=c.svantaggio and replace(c.svantaggio, esito=None)) for c in f.componenti
        ),
    ),
}


@st.composite
def casi(draw: st.DrawFn, misura: Misura, al: date) -> Fatti:
    """Draw a nucleo, poor and ordinary or with things in the way, that every registry has something to say about."""
    fatti = fatti_di(draw(st.one_of(nuclei_ordinari(), nuclei(al))), misura, al)
    chi, inizio = fatti.richiedente, date(al.year - 1, 1, 1)
    misure = st.builds(
        MisuraGiudiziaria, codice_fiscale=st.just(chi), classe=st.sampled_from(ClasseGiudiziaria), dal=st.just(inizio)
    )
    svantaggio = Svantaggio(categoria="VIOLENZA", data_certificazione=inizio, inizio_programma=inizio)
    in_svantaggio = draw(st.booleans())
    return replace(
        fatti,
        componenti=tuple(
            replace(c, svantaggio=svantaggio) if in_svantaggio and c.codice_fiscale == chi else c
            for c in fatti.componenti
        ),
        misure_giudiziarie=tuple(draw(st.lists(misure, max_size=1))),
        famiglia_anagrafica=draw(st.sampled_from([fatti.famiglia_anagrafica, frozenset({chi})])),
        discordanza_nucleo=draw(st.sampled_from([None, Discordanza.SUPERATA])),
    )


def guardati_di_nascosto(misura: Misura, fatti: Fatti, al: date, argomenti: Argomenti) -> set[tuple[str, Argomento]]:
    """Find the requisiti that change without the facts that they are not said to look at."""
    prima = misura.verifica_requisiti(fatti, parametri=misura.parametri, al=al)
    return {
        (vecchio.codice, argomento)
        for argomento, senza in SENZA.items()
        for vecchio, nuovo in zip(
            prima.requisiti,
            misura.verifica_requisiti(senza(fatti), parametri=misura.parametri, al=al).requisiti,
            strict=True,
        )
        if vecchio != nuovo and argomento not in argomenti[vecchio.codice]
    }


@pytest.mark.parametrize("codice", MISURE)
class TestArgomenti:
    def test_are_said_of_every_requisito(self, codice: str) -> None:
        misura, al = get_misura(codice), GIORNI[codice]
        fatti = fatti_di({"componenti": [{"eta": 40}]}, misura, al)

        codici = [r.codice for r in misura.verifica_requisiti(fatti, parametri=misura.parametri, al=al).requisiti]

        assert list(misura.argomenti) == codici
        assert all(misura.argomenti.values())

    @PROFILO
    @given(st.data())
    def test_are_all_that_a_requisito_looks_at(self, codice: str, data: st.DataObject) -> None:
        misura, al = get_misura(codice), GIORNI[codice]
        fatti = data.draw(casi(misura, al))

        assert guardati_di_nascosto(misura, fatti, al, misura.argomenti) == set()

    def test_would_be_missed_if_nobody_said_them(self, codice: str) -> None:
        misura, al = get_misura(codice), GIORNI[codice]
        fatti = fatti_di({"componenti": [{"eta": 40}], "isee": [ISEE]}, misura, al)
        niente = dict.fromkeys(misura.argomenti, frozenset[Argomento]())

        trovati = guardati_di_nascosto(misura, fatti, al, niente)

        assert {argomento for _, argomento in trovati} >= {Argomento.ISEE, Argomento.CITTADINANZA, Argomento.VEICOLI}
