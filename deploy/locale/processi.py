# SPDX-License-Identifier: EUPL-1.2
"""Processes of the private PostgreSQL and RabbitMQ: recognised by pid and command line, never by name alone."""

import os
import signal
import time
from collections.abc import Callable

import psutil


class AvvioFallito(RuntimeError):
    """A private server could not be installed, started or stopped; the message is Italian and says what to do."""


def vivo(pid: int) -> psutil.Process | None:
    """Find the live process `pid`, whatever it is: while it changes program its command line is empty."""
    try:
        trovato = psutil.Process(pid)
        return None if trovato.status() == psutil.STATUS_ZOMBIE else trovato
    except psutil.NoSuchProcess:
        return None


def processo(pid: int, *, segno: str) -> psutil.Process | None:
    """Find the live process `pid` whose command line contains `segno`: a reused pid is somebody else's process."""
    trovato = vivo(pid)
    try:
        return trovato if trovato and any(segno in parola for parola in trovato.cmdline()) else None
    except psutil.NoSuchProcess:
        return None


def termina(trovato: psutil.Process, *segnali: signal.Signals, attesa_seconds: float) -> None:
    """Send the signals one after the other, each time waiting a little, until the process is gone.

    :raises AvvioFallito: if it survives them all.
    """
    for segnale in segnali:
        try:
            trovato.send_signal(segnale)
        except psutil.NoSuchProcess:
            return
        if aspetta(lambda: _finito(trovato), secondi=attesa_seconds):
            return
    raise AvvioFallito(f"Il processo {trovato.pid} non si ferma")


def _finito(trovato: psutil.Process) -> bool:
    try:
        vive = trovato.is_running() and trovato.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        vive = False
    if vive:
        return False
    try:
        # If it was born here it is ours to bury, when its last thread is gone.
        return os.waitpid(trovato.pid, os.WNOHANG)[0] != 0
    except ChildProcessError:
        return True


def aspetta(condizione: Callable[[], bool], *, secondi: float) -> bool:
    """Wait until the condition holds; tell whether it did in time."""
    fine = time.monotonic() + secondi
    while not condizione():
        if time.monotonic() > fine:
            return False
        time.sleep(0.02)
    return True
