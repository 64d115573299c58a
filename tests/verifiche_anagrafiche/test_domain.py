# SPDX-License-Identifier: EUPL-1.2
"""The pure rules: what is asked to whom, what follows a call, what only the Comune can tell, by when."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest

from services.verifiche_anagrafiche.domain.accertamento import (
    Accertamento,
    AccertamentoChiuso,
    AccertamentoId,
    ControlloComune,
    Criteri,
    EsitoCittadinanza,
    EsitoComune,
    EsitoSvantaggio,
    StatoAccertamento,
    controlli_comune,
)
from services.verifiche_anagrafiche.domain.interrogazione import (
    RITARDO_MASSIMO,
    TENTATIVI_MASSIMI,
    Classe,
    Controllo,
    StatoInterrogazione,
    domande_ulteriori,
    prime_domande,
    ritardo,
    seguito,
)
from services.verifiche_anagrafiche.domain.luoghi import belfiore_di, provincia_di, stato_iso
from services.verifiche_anagrafiche.domain.risposte import (
    Attestazione,
    Cittadinanze,
    ComponenteDsu,
    Famiglia,
    Residenza,
    Risposta,
)
from services.verifiche_anagrafiche.domain.termini import criteri, scadenza_comune, scadenza_silenzio
from shared.errors import DatiNonValidi

GIORNO = date(2025, 3, 3)
NOW = datetime(2025, 3, 10, 9, 0, tzinfo=UTC)
IO, LEI, FIGLIO = "PRVBFC70A01H501G", "PRVCNG72B41F205A", "PRVFGL15C03H501U"
DA_SEMPRE, DA_SOLO, ITALIANA = Residenza("H501", "RM", date(2001, 1, 1)), Famiglia((IO,)), Cittadinanze((("IT", None),))
CRITERI = Criteri(5, frozenset({"IT", "RO"}))


class TestPrimeDomande:
    def test_leave_the_minors_alone(self) -> None:
        nascite = [(IO, date(1970, 1, 1)), (LEI, date(2007, 3, 3)), (FIGLIO, date(2007, 3, 4))]

        domande = prime_domande(IO, nascite, giorno=GIORNO)

        assert [d.controllo for d in domande if d.soggetto == IO] == list(Controllo)
        assert [d.controllo for d in domande if d.soggetto == LEI] == [
            Controllo.VEICOLI,
            Controllo.GIUDIZIARIO,
            Controllo.LAVORO,
        ]
        assert not [d for d in domande if d.soggetto == FIGLIO]

    def test_ask_about_each_person_once(self) -> None:
        domande = prime_domande(IO, [(IO, date(1970, 1, 1)), (IO, date(1970, 1, 1))], giorno=GIORNO)

        assert len(domande) == len(set(domande)) == 7


class TestDomandeUlteriori:
    def test_are_about_who_is_not_in_the_family(self) -> None:
        ulteriori = domande_ulteriori([IO, LEI, FIGLIO], famiglia=[IO, FIGLIO], gia_chiesti=[IO])

        assert [(d.controllo, d.soggetto) for d in ulteriori] == [(Controllo.RESIDENZA, LEI)]

    def test_are_not_asked_twice(self) -> None:
        assert domande_ulteriori([IO, LEI], famiglia=[IO], gia_chiesti=[IO, LEI]) == ()


class TestSeguito:
    @pytest.mark.parametrize(
        ("classe", "stato", "conta"),
        [
            (Classe.TROVATO, StatoInterrogazione.RISPOSTA, True),
            (Classe.NON_TROVATO, StatoInterrogazione.RISPOSTA, True),
            (Classe.RICHIESTA_ERRATA, StatoInterrogazione.DA_OPERATORE, True),
            (Classe.ALTRA_PERSONA, StatoInterrogazione.DA_OPERATORE, True),
            (Classe.NON_AUTORIZZATO, StatoInterrogazione.DA_ESEGUIRE, False),
            (Classe.LIMITE, StatoInterrogazione.DA_ESEGUIRE, False),
            (Classe.TRANSITORIO, StatoInterrogazione.DA_ESEGUIRE, True),
        ],
    )
    def test_of_each_class(self, classe: Classe, stato: StatoInterrogazione, conta: bool) -> None:
        poi = seguito(classe, tentativi=1)

        assert (poi.stato, poi.conta) == (stato, conta)

    def test_hands_over_to_an_operator_when_the_attempts_are_over(self) -> None:
        ultimo = seguito(Classe.TRANSITORIO, tentativi=TENTATIVI_MASSIMI)
        penultimo = seguito(Classe.TRANSITORIO, tentativi=TENTATIVI_MASSIMI - 1)

        assert (penultimo.stato, ultimo.stato) == (StatoInterrogazione.DA_ESEGUIRE, StatoInterrogazione.DA_OPERATORE)

    def test_waits_at_least_what_the_registry_asks(self) -> None:
        assert seguito(Classe.LIMITE, tentativi=1, attesa=timedelta(hours=3)).ritardo == timedelta(hours=3)
        assert seguito(Classe.TRANSITORIO, tentativi=1, attesa=timedelta(hours=3)).ritardo == timedelta(hours=3)

    def test_waits_longer_each_time_up_to_a_limit(self) -> None:
        ritardi = [ritardo(n) for n in range(1, 40)]

        assert ritardi == sorted(ritardi)
        assert (ritardi[0], ritardi[-1]) == (timedelta(seconds=2), RITARDO_MASSIMO)


class TestControlliComune:
    @pytest.mark.regola("S001-18", "S004-A09")
    @pytest.mark.parametrize(
        ("residenza", "chiesta"),
        [
            (Residenza("H501", "RM", date(2020, 3, 3)), False),
            (Residenza("H501", "RM", date(2020, 3, 4)), True),
            (Residenza("H501", "RM", None), True),
            (Residenza(None, "BZ", date(2001, 1, 1)), False),
            (Residenza(None, None, date(2024, 1, 1)), False),
            (None, True),
        ],
    )
    def test_ask_for_the_residence_that_anpr_does_not_tell(self, residenza: Residenza | None, chiesta: bool) -> None:
        assert (ControlloComune.RESIDENZA in _controlli(residenza=residenza)) is chiesta

    @pytest.mark.parametrize(
        ("in_dsu", "famiglia", "chiesto"),
        [
            ((IO, LEI), Famiglia((LEI, IO)), False),
            ((IO, LEI), Famiglia((IO,)), True),
            ((IO,), Famiglia((IO, LEI)), True),
            ((IO,), None, True),
            (None, Famiglia((IO, LEI)), False),
            (None, None, False),
        ],
    )
    def test_ask_for_the_nucleo_that_differs(
        self, in_dsu: tuple[str, ...] | None, famiglia: Famiglia | None, chiesto: bool
    ) -> None:
        attestazione = None if in_dsu is None else _attestazione(*in_dsu)

        assert (ControlloComune.NUCLEO in _controlli(isee=attestazione, famiglia=famiglia)) is chiesto

    @pytest.mark.regola("S001-18", "S004-A09")
    @pytest.mark.parametrize(
        ("stati", "chiesta"),
        [(("IT",), False), (("RO",), False), (("MA",), True), (("MA", "IT"), False), ((None,), True), ((), True)],
    )
    def test_ask_for_the_permit_of_third_country_citizens(self, stati: tuple[str | None, ...], chiesta: bool) -> None:
        cittadinanze = Cittadinanze(tuple((stato, None) for stato in stati))

        assert (ControlloComune.CITTADINANZA in _controlli(cittadinanza=cittadinanze)) is chiesta

    @pytest.mark.regola("S004-A09")
    def test_ask_nothing_when_the_registries_tell_everything(self) -> None:
        assert _controlli() == ()

    def test_ask_for_a_declared_svantaggio(self) -> None:
        assert _controlli(svantaggi=True) == (ControlloComune.SVANTAGGIO,)


class TestAccertamento:
    def test_takes_an_answer_about_exactly_what_was_asked(self) -> None:
        esito = EsitoComune(residenza=(), cittadinanza=EsitoCittadinanza("MA", "LUNGO_PERIODO"))

        chiuso = _accertamento("RESIDENZA", "CITTADINANZA").rispondi(
            esito, svantaggi=frozenset(), operatore="op-1", now=NOW
        )

        assert (chiuso.stato, chiuso.operatore, chiuso.chiuso_il, chiuso.version) == (
            StatoAccertamento.CONCLUSO,
            "op-1",
            NOW,
            2,
        )

    @pytest.mark.parametrize(
        ("esito", "puntatori"),
        [
            (EsitoComune(), ["/nucleo", "/svantaggio"]),
            (EsitoComune(nucleo_conforme=False), ["/svantaggio"]),
            (EsitoComune(nucleo_conforme=True, svantaggi=(EsitoSvantaggio(LEI, True),), residenza=()), ["/residenza"]),
            (EsitoComune(nucleo_conforme=True, svantaggi=(EsitoSvantaggio(IO, True),)), ["/svantaggio"]),
            (
                EsitoComune(nucleo_conforme=True, svantaggi=(EsitoSvantaggio(LEI, True), EsitoSvantaggio(LEI, False))),
                ["/svantaggio"],
            ),
        ],
    )
    def test_refuses_an_answer_about_something_else(self, esito: EsitoComune, puntatori: list[str]) -> None:
        with pytest.raises(DatiNonValidi) as rifiuto:
            _accertamento("NUCLEO", "SVANTAGGIO").rispondi(esito, svantaggi=frozenset({LEI}), operatore="op-1", now=NOW)

        assert [d.puntatore for d in rifiuto.value.difetti] == puntatori

    @pytest.mark.parametrize(
        "stato", [StatoAccertamento.CONCLUSO, StatoAccertamento.SILENZIO, StatoAccertamento.ANNULLATO]
    )
    def test_is_closed_once(self, stato: StatoAccertamento) -> None:
        chiuso = replace(_accertamento("NUCLEO"), stato=stato)

        with pytest.raises(AccertamentoChiuso):
            chiuso.rispondi(EsitoComune(nucleo_conforme=True), svantaggi=frozenset(), operatore="op-1", now=NOW)
        with pytest.raises(AccertamentoChiuso):
            chiuso.taci(now=NOW)


class TestTermini:
    def test_are_working_days_of_the_comune_with_its_patron(self) -> None:
        roma = scadenza_comune(date(2026, 6, 22), comune="H501")
        milano = scadenza_comune(date(2026, 6, 22), comune="F205")

        assert (roma, milano) == (date(2026, 7, 14), date(2026, 7, 13))

    def test_of_an_unknown_comune_skip_only_the_national_holidays(self) -> None:
        assert scadenza_comune(date(2026, 6, 22), comune="Z999") == date(2026, 7, 13)

    def test_of_silence_are_sixty_days(self) -> None:
        assert scadenza_silenzio(GIORNO, [ControlloComune.SVANTAGGIO, ControlloComune.NUCLEO]) == date(2025, 5, 2)

    def test_of_the_misura_come_from_its_parametri(self) -> None:
        assert criteri("ADI", GIORNO) == criteri("SFL", GIORNO)
        assert criteri("ADI", GIORNO).anni_residenza == 5
        assert {"IT", "RO"} <= criteri("ADI", GIORNO).paesi_ue


class TestLuoghi:
    @pytest.mark.parametrize(
        ("nome", "provincia", "codice"),
        [("ROMA", "RM", "H501"), ("FORLI'", "FC", "D704"), ("Reggio nell'Emilia", "RE", "H223"), ("ROMA", "MI", None)],
    )
    def test_are_found_however_they_are_written(self, nome: str, provincia: str, codice: str | None) -> None:
        assert belfiore_di(nome, provincia) == codice

    def test_know_the_provincia_of_a_comune(self) -> None:
        assert (provincia_di("H501"), provincia_di("Z999")) == ("RM", None)

    @pytest.mark.parametrize(
        ("codice", "iso"), [("100", "IT"), ("235", "RO"), ("436", "MA"), ("413", "CV"), ("466", "ER"), ("999", None)]
    )
    def test_know_the_states(self, codice: str, iso: str | None) -> None:
        assert stato_iso(codice) == iso


def _controlli(
    *,
    residenza: Risposta | None = DA_SEMPRE,
    famiglia: Risposta | None = DA_SOLO,
    cittadinanza: Risposta | None = ITALIANA,
    isee: Risposta | None = None,
    svantaggi: bool = False,
) -> tuple[ControlloComune, ...]:
    risposte = {
        (Controllo.RESIDENZA, IO): residenza,
        (Controllo.FAMIGLIA, IO): famiglia,
        (Controllo.CITTADINANZA, IO): cittadinanza,
        (Controllo.ISEE, IO): isee,
    }
    return controlli_comune(risposte, richiedente=IO, svantaggi=svantaggi, giorno=GIORNO, criteri=CRITERI)


def _attestazione(*componenti: str) -> Attestazione:
    zero = Decimal("0.00")
    return Attestazione(
        indicatore="Ordinario", protocollo_dsu="INPS-ISEE-2025-00000001A-00", presentata_il=GIORNO, valida_al=date(2025, 12, 31),
        isee=zero, ise=zero, isr=zero, isp=zero, scala=Decimal(1), reddito=zero,
        componenti=tuple(ComponenteDsu(codice, "D") for codice in componenti),
    )  # fmt: skip


def _accertamento(*controlli: str) -> Accertamento:
    return Accertamento(
        id=AccertamentoId(uuid4()), verifica_id=uuid4(), domanda_id=uuid4(), domanda_versione=1, misura="ADI", protocollo="P",
        comune="H501", ente="CAF-ALFA", richiedente=b"", controlli=tuple(ControlloComune(c) for c in controlli),
        stato=StatoAccertamento.APERTO, richiesto_il=NOW, scadenza=GIORNO, silenzio_il=GIORNO,
    )  # fmt: skip
