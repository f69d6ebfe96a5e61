"""Worker processes are reached from this machine only, show no page, and speak TLS where Dask's settings say so."""

import shutil
import subprocess
from http.client import HTTPConnection

import pytest

psutil = pytest.importorskip("psutil")
dask = pytest.importorskip("dask")

from simbiz.runs.engine.cluster import SETTINGS, Cluster  # noqa: E402

PAGES = ("", "status", "info/main/workers.html", "health", "metrics", "api/v1/get_workers", "json/counts.json")


def given(port):
    """Give the pages that a server of Dask answers with anything but that there is none."""
    found = []
    for page in PAGES:
        asked = HTTPConnection("127.0.0.1", port, timeout=10)
        asked.request("GET", f"/{page}")
        if asked.getresponse().status != 404:
            found.append(page)
    return found


def listening(process):
    """Give addresses at which a process and those it started listen."""
    found = set()
    for one in (process, *process.children(recursive=True)):
        found |= {place.laddr.ip for place in one.net_connections("inet") if place.status == psutil.CONN_LISTEN}
    return found


@pytest.mark.slow
def test_a_local_cluster_listens_on_the_loopback_device_only_and_has_no_page():
    with Cluster(2, None) as cluster:
        cluster.client.wait_for_workers(2, timeout=60)
        about = cluster.client.scheduler_info()
        assert about["address"].startswith("tcp://127.0.0.1:")
        # Its servers for pages cannot be left out, but have none to give.
        assert [page for port in about["services"].values() for page in given(port)] == []
        for address, worker in about["workers"].items():
            assert address.startswith("tcp://127.0.0.1:")
            assert worker["nanny"].startswith("tcp://127.0.0.1:")
            assert [page for port in worker["services"].values() for page in given(port)] == []
        assert listening(psutil.Process()) == {"127.0.0.1"}


def test_no_route_of_a_page_is_offered():
    assert SETTINGS["distributed.scheduler.http.routes"] == []
    assert SETTINGS["distributed.worker.http.routes"] == []


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("openssl") is None, reason="needs openssl")
def test_a_local_cluster_speaks_tls_where_dasks_settings_say_so(tmp_path):
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    made = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", "/CN=simbiz"]
    subprocess.run([*made, "-keyout", key, "-out", certificate], check=True, capture_output=True)
    both = {"cert": str(certificate), "key": str(key)}
    said = {f"{who}.{name}": path for who in ("client", "scheduler", "worker") for name, path in both.items()}
    said["ca-file"] = str(certificate)
    settings = {f"distributed.comm.tls.{name}": value for name, value in said.items()}
    settings |= {"distributed.comm.require-encryption": True, "distributed.comm.default-scheme": "tls"}
    with dask.config.set(settings), Cluster(1, None) as cluster:
        cluster.client.wait_for_workers(1, timeout=60)
        about = cluster.client.scheduler_info()
        assert about["address"].startswith("tls://127.0.0.1:")
        assert all(address.startswith("tls://127.0.0.1:") for address in about["workers"])
        assert cluster.client.submit(sum, [1, 2]).result(timeout=60) == 3
