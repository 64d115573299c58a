# SPDX-License-Identifier: EUPL-1.2
"""One process of the harness: a service by its own command, or the sandbox, with clock, places to die, planted bug."""

import os
import sys
from functools import partial
from pathlib import Path

from deploy.locale import cli, sistema
from deploy.sandbox import __main__ as sandbox
from deploy.sandbox.app import crea_sandbox
from deploy.sandbox.impostazioni import ImpostazioniSandbox
from shared.servizio import Ambiente
from tests.guasti.contabilita import conta_gli_effetti, mostra_il_pagatore
from tests.guasti.difetti import DIFETTI
from tests.guasti.orologio import OrologioDaFile
from tests.guasti.punti import Punti, sostituisci

SANDBOX = "sandbox"


def esegui(nome: str, argomenti: list[str]) -> None:
    """Run until stopped; the arguments of the sandbox are its own, those of a service are its port."""
    orologio = OrologioDaFile(Path(os.environ["GUASTI_OROLOGIO"]))
    if nome == SANDBOX:
        _sandbox(orologio, argomenti)
    else:
        _servizio(nome, orologio, int(argomenti[0]))


def _sandbox(orologio: OrologioDaFile, argomenti: list[str]) -> None:
    def crea_e_mostra(impostazioni: ImpostazioniSandbox) -> object:
        app = crea_sandbox(impostazioni)
        mostra_il_pagatore(app)
        return app

    sostituisci(sandbox, "crea_sandbox", crea_e_mostra)
    sostituisci(sandbox, "ImpostazioniSandbox", partial(ImpostazioniSandbox, orologio=orologio))
    sys.argv = ["sandbox", *argomenti]
    sandbox.main()


def _servizio(nome: str, orologio: OrologioDaFile, porta: int) -> None:
    conta_gli_effetti()
    Punti(Path(os.environ["GUASTI_ARMI"]), nome).semina()
    for difetto in filter(None, os.environ.get("GUASTI_DIFETTO", "").split(",")):
        DIFETTI[difetto]()
    crea = partial(sistema.crea_servizio, ambiente=Ambiente(orologio=orologio))
    sostituisci(sistema, "crea_servizio", crea)
    cli.servizio(nome, porta, "127.0.0.1")
