"""Serve the page on this machine, or, where that is said, to those who have its address with the token."""

from __future__ import annotations

import os
import secrets
import socket
import threading
import time
import warnings
import webbrowser
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import ip_address
from tempfile import TemporaryDirectory
from typing import Any

from simbiz.dashboard import opened
from simbiz.dashboard.assets import check_assets
from simbiz.dashboard.fan import FANS
from simbiz.dashboard.guard import Guard
from simbiz.dashboard.setup import Setup
from simbiz.errors import InputError

LOOPBACK = "127.0.0.1"
LOOPBACK_NAMES = ("127.0.0.1", "localhost", "::1")
# Solara reads these when it is imported: no statistics sent anywhere, no reloading, no advertisement.
SOLARA = {
    "SOLARA_APP": "simbiz.dashboard.page:Page",
    "SOLARA_TELEMETRY_MIXPANEL_ENABLE": "false",
    "SOLARA_TELEMETRY_SERVER_USER_ID": "none",
    "SOLARA_THEME_SHOW_BANNER": "false",
    "SOLARA_THEME_TITLE": "simbiz",
    "SOLARA_MODE": "production",
    "SOLARA_CHECK_HOOKS": "off",  # Mesa returns before a hook where a page has no component
    "SOLARA_ASSETS_PROXY": "true",
    "SOLARA_KERNEL_CULL_TIMEOUT": "10m",  # after which the worlds of a closed page are let go
}


@dataclass(frozen=True)
class Address:
    """Where the page is served.

    Parameters
    ----------
    host : str
        Name or address that the server listens at.
    port : int
        Port.
    token : str
        What the address must bring; empty on the machine itself.
    """

    host: str
    port: int
    token: str = ""

    @property
    def url(self) -> str:
        """Address to open in a browser."""
        host = socket.gethostname() if self.host in ("0.0.0.0", "::") else self.host
        name = f"[{host}]" if ":" in host else host
        return f"http://{name}:{self.port}/" + (f"?token={self.token}" if self.token else "")


def serve(setup: Setup, host: str, port: int, on_start: Callable[[Address], None]) -> None:
    """Serve the page until it is interrupted.

    Parameters
    ----------
    setup : Setup
        What stands on the page.
    host : str
        Name or address to listen at; any but this machine's own asks for a token.
    port : int
        Port; 0 takes a free one.
    on_start : callable
        Called with the address when the page can be opened.

    Raises
    ------
    InputError
        If something that the page needs is missing, or nobody can listen at that address.
    """
    assets = check_assets()
    listening = _listen(host, port)
    token = "" if is_loopback(host) else secrets.token_urlsafe(24)
    address = Address(host, listening.getsockname()[1], token)
    opened.open_with(setup)
    # The rules are compiled before anybody waits for the page.
    setup.model().release()
    FANS.start()
    with TemporaryDirectory(prefix="simbiz-dashboard-") as folder:
        server = _server(Guard(_solara(folder), LOOPBACK_NAMES if not token else (), token, assets))
        threading.Thread(target=_when_started, args=(server, address, on_start), daemon=True).start()
        server.run(sockets=[listening])


def open_in_browser(address: Address) -> None:
    """Open the page in the browser of this machine, if there is one."""
    webbrowser.open(address.url)


def is_loopback(host: str) -> bool:
    """Whether a host is this machine as only it can see itself."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _listen(host: str, port: int) -> socket.socket:
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        listening = socket.socket(family)
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((host, port))
        listening.listen()
    except OSError as error:
        reason = error.strerror or str(error)
        raise InputError(f"nobody can listen at {host} port {port}: {reason}. Try another --port.") from None
    return listening


def _solara(folder: str) -> Any:
    """The server of the page; what it wants to keep on disk lies in a folder that goes with it."""
    os.environ.update(SOLARA | {"SOLARA_HOME": folder})
    # Figures are drawn without windows.
    os.environ.setdefault("MPLBACKEND", "Agg")
    # Advice for pages behind a proxy.
    warnings.filterwarnings("ignore", category=UserWarning, module=r"solara\.server")
    from solara.server.starlette import app

    return app


def _server(application: Any) -> Any:
    from uvicorn import Config, Server

    quietly = {"access_log": False, "log_level": "warning"}
    return Server(Config(application, loop="asyncio", timeout_graceful_shutdown=1, **quietly))


def _when_started(server: Any, address: Address, on_start: Callable[[Address], None]) -> None:
    while not server.started:
        time.sleep(0.05)
        if server.should_exit:
            return
    on_start(address)
