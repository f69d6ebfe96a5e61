"""What is looked at before the page is served, and where it is served."""

import socket
from importlib.metadata import PackageNotFoundError
from types import SimpleNamespace

import pytest
from worlds import market

from simbiz.dashboard import assets, server
from simbiz.dashboard.server import Address, is_loopback
from simbiz.dashboard.setup import Setup
from simbiz.errors import InputError

VERSIONS = {"solara": "1.64.1", "solara-assets": "1.58.2", "ipyvue": "1.13.0", "ipyvuetify": "1.12.0", "uvicorn": "0.5"}


FRAME = "@widgetti/solara-vuetify-app@10.1.1"


class Installed:
    """Stands for what is installed: files of every distribution below a folder."""

    def __init__(self, folder, versions):
        self.folder, self.versions = folder, dict(versions)
        self.paths = {name: [] for name in versions}
        self.add("solara-assets", f"share/solara/cdn/{FRAME}/dist/main.js")
        for name, ending in assets.EXTENSIONS.items():
            self.add(name, f"share/jupyter/nbextensions/{ending}")

    def add(self, name, path):
        file = self.folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("1")
        self.paths[name].append(path)

    def __call__(self, name):
        if name not in self.versions:
            raise PackageNotFoundError(name)
        files = [SimpleNamespace(as_posix=lambda p=p: p, locate=lambda p=p: self.folder / p) for p in self.paths[name]]
        return SimpleNamespace(version=self.versions[name], files=files)


@pytest.fixture
def installed(tmp_path, monkeypatch):
    found = Installed(tmp_path, VERSIONS)
    monkeypatch.setattr(assets, "distribution", found)
    monkeypatch.setattr(assets, "_solara_folder", lambda: tmp_path / "solara")
    for name in assets.ASKING:
        file = tmp_path / "solara" / name
        file.parent.mkdir(parents=True)
        file.write_text(f'<link href="{{{{cdn}}}}/{FRAME}/dist/main.css"> {{{{cdn}}}}/@widgetti/solara-vuetify3-app@5/')
    return found


def test_with_everything_there_the_folder_of_assets_is_found(installed, tmp_path):
    assert assets.asked_for(tmp_path / "solara") == [FRAME]
    assert assets.check_assets() == tmp_path / "share" / "solara" / "cdn"


def test_assets_of_another_version_are_named_with_the_one_that_is_missing(installed, tmp_path):
    folder = tmp_path / "share" / "solara" / "cdn" / FRAME
    folder.rename(folder.with_name("solara-vuetify-app@9.0.0"))
    installed.paths["solara-assets"] = ["share/solara/cdn/@widgetti/solara-vuetify-app@9.0.0/dist/main.js"]
    with pytest.raises(InputError, match=f"misses {FRAME}: solara 1.64.1 and solara-assets 1.58.2 do not fit"):
        assets.check_assets()


@pytest.mark.parametrize("name", VERSIONS)
def test_a_missing_library_is_named_with_the_command_that_brings_it(installed, name):
    del installed.versions[name]
    with pytest.raises(InputError, match=rf"needs {name}, .*pip install .*simbiz\[dashboard\]"):
        assets.check_assets()


@pytest.mark.parametrize("name", assets.BELOW)
def test_a_library_that_would_draw_from_the_network_is_refused(installed, name):
    installed.versions[name] = "3.0.0"
    with pytest.raises(InputError, match=f"needs {name} below 2, not 3.0.0"):
        assets.check_assets()


def test_a_missing_file_is_named_with_the_command_that_brings_it(installed, tmp_path):
    (tmp_path / installed.paths["solara-assets"][0]).unlink()
    with pytest.raises(InputError, match=r"misses main.js of solara-assets. .*--force-reinstall solara-assets"):
        assets.check_assets()


@pytest.mark.parametrize(
    ("host", "own"),
    [("127.0.0.1", True), ("localhost", True), ("::1", True), ("0.0.0.0", False), ("192.168.1.5", False)],
)
def test_only_this_machine_needs_no_token(host, own):
    assert is_loopback(host) is own


def test_an_address_carries_its_token():
    assert Address("127.0.0.1", 8765).url == "http://127.0.0.1:8765/"
    assert Address("192.168.1.5", 80, "abc").url == "http://192.168.1.5:80/?token=abc"
    assert Address("::1", 80).url == "http://[::1]:80/"


def test_a_port_that_is_taken_is_said_in_one_line(installed):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(InputError, match=f"port {port}: .* Try another --port"):
            server.serve(Setup(market()), "127.0.0.1", port, print)
