# SPDX-License-Identifier: EUPL-1.2
"""A server in a process that may open few files: `python -m tests.sicurezza.stretto FILES [CONNECTIONS]` prints its port."""

import resource
import socket
import sys

import uvicorn
from starlette.types import Receive, Scope, Send


async def risponde(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer; `/fermo` begins to, and never ends."""
    if scope["type"] != "http":
        return
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]})
    if scope["path"] == "/fermo":
        await send({"type": "http.response.body", "body": b"o", "more_body": True})
        while (await receive())["type"] != "http.disconnect":
            pass
        return
    await send({"type": "http.response.body", "body": b"ok"})


def servi(file: int, massimo: int | None) -> None:
    """Serve until killed."""
    resource.setrlimit(resource.RLIMIT_NOFILE, (file, file))
    from deploy.locale.ascolto import ProtocolloConTermine  # it looks at the limit when it is read

    class Protocollo(ProtocolloConTermine):
        pass

    if massimo is not None:
        Protocollo.massimo = massimo
    presa = socket.socket()
    presa.bind(("127.0.0.1", 0))
    print(presa.getsockname()[1], flush=True)  # noqa: T201
    configurazione = uvicorn.Config(risponde, log_config=None, access_log=False, lifespan="off", http=Protocollo)
    uvicorn.Server(configurazione).run(sockets=[presa])


if __name__ == "__main__":
    servi(int(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else None)
