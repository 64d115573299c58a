# SPDX-License-Identifier: EUPL-1.2
"""The private RabbitMQ: alone on its ports, gone at the end, found, installed or asked for."""

import os
import stat
from ipaddress import ip_address
from pathlib import Path

import psutil
import pytest

from deploy.locale import rabbitmq_programmi
from deploy.locale.processi import AvvioFallito
from deploy.locale.rabbitmq import Nodo, rabbitmq_locale
from deploy.locale.rabbitmq_programmi import Programmi, procura, senza_avvio_dei_servizi


class TestNodo:
    def test_listens_on_the_loopback_only_and_leaves_nothing_running(self, tmp_path: Path) -> None:
        with rabbitmq_locale(tmp_path / "nodo") as nodo:
            porte = _porte_in_ascolto(tmp_path / "nodo")
            utenti = nodo.comando("list_users")
            pid = [int((tmp_path / "nodo" / f"{nome}.pid").read_text().split()[0]) for nome in ("nodo", "epmd")]

        assert {porta for _, porta in porte} == {nodo.porta, nodo.porta_epmd, nodo.porta_nodi}
        assert all(ip_address(indirizzo).is_loopback for indirizzo, _ in porte)
        assert "inclusione" in utenti
        assert "guest" not in utenti
        assert not any(map(_vive, pid))

    def test_that_is_somebody_elses_cannot_be_killed(self) -> None:
        with pytest.raises(AvvioFallito, match="RABBITMQ_URL"):
            Nodo("amqp://altrui").uccidi()


class TestProcura:
    @pytest.fixture(autouse=True)
    def _senza_programmi(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(rabbitmq_programmi, "programmi", lambda: None)
        monkeypatch.setattr(rabbitmq_programmi, "_installabile", lambda: False)

    def test_says_what_to_install_when_there_is_nothing(self) -> None:
        with pytest.raises(AvvioFallito, match="apt-get install rabbitmq-server"):
            procura({})

    def test_lends_the_broker_of_the_environment(self) -> None:
        assert procura({"RABBITMQ_URL": "amqp://altrui"}) == "amqp://altrui"

    def test_installs_the_package_where_it_can(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        trovati = iter([None, Programmi(Path("server"), Path("ctl"), Path("epmd"))])
        comandi = []
        monkeypatch.setattr(rabbitmq_programmi, "_installabile", lambda: True)
        monkeypatch.setattr(rabbitmq_programmi, "programmi", lambda: next(trovati))
        monkeypatch.setattr(rabbitmq_programmi, "_apt", lambda *argomenti: comandi.append(argomenti))
        politica = tmp_path / "policy-rc.d"
        monkeypatch.setattr(rabbitmq_programmi, "senza_avvio_dei_servizi", lambda: senza_avvio_dei_servizi(politica))

        trovato = procura({})

        assert isinstance(trovato, Programmi)
        assert [comando[0] for comando in comandi] == ["update", "install"]


class TestSenzaAvvioDeiServizi:
    def test_forbids_the_start_while_it_lasts(self, tmp_path: Path) -> None:
        politica = tmp_path / "policy-rc.d"

        with senza_avvio_dei_servizi(politica):
            eseguibile = politica.stat().st_mode & stat.S_IXUSR
            codice = os.waitstatus_to_exitcode(os.system(str(politica)))

        assert (eseguibile != 0, codice) == (True, 101)
        assert not politica.exists()

    def test_respects_a_policy_that_is_already_there(self, tmp_path: Path) -> None:
        politica = tmp_path / "policy-rc.d"
        politica.write_text("altrui")

        with senza_avvio_dei_servizi(politica):
            assert politica.read_text() == "altrui"

        assert politica.read_text() == "altrui"


def _vive(pid: int) -> bool:
    try:
        return bool(psutil.Process(pid).status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


def _porte_in_ascolto(cartella: Path) -> set[tuple[str, int]]:
    pid = [int((cartella / f"{nome}.pid").read_text().split()[0]) for nome in ("nodo", "epmd")]
    return {
        (collegamento.laddr.ip, collegamento.laddr.port)
        for numero in pid
        for collegamento in psutil.Process(numero).net_connections("tcp")
        if collegamento.status == psutil.CONN_LISTEN
    }
