"""Options, the made layers, and what the results say about the machine they were measured on."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path
from typing import Any

import psutil
import pytest

from benchmarks import made_layers, nearest, postgis
from benchmarks.in_a_process import ROOT, Limits

PACKAGES = (
    "numpy",
    "numba",
    "shapely",
    "geopandas",
    "pyarrow",
    "pyproj",
    "duckdb",
    "duckdb-extension-spatial",
    "sedonadb",
)
_NOTES = pytest.StashKey[dict[str, Any]]()


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("benchmarks")
    group.addoption("--layers", type=Path, default=ROOT / ".bench", help="folder the layers are made in")
    group.addoption("--leave-out", default="", help="engines not to run, with commas between them")
    group.addoption("--no-slow-peers", action="store_true", help="leave out what takes about a minute")
    group.addoption("--rounds", type=int, default=3, help="how often each engine answers a question")
    group.addoption("--slow-rounds", type=int, default=1, help="the same, of what takes about a minute")
    group.addoption("--memory-gib", type=float, default=12.0, help="memory one engine may take")
    group.addoption("--seconds", type=float, default=420.0, help="time one engine may take for one question")


def pytest_configure(config: pytest.Config) -> None:
    config.stash[_NOTES] = {"not_measured": [], "load_before": os.getloadavg()[0], "versions": {}}


@pytest.fixture(scope="session")
def folder(request: pytest.FixtureRequest) -> Path:
    """The folder with the layers, made when they are not there."""
    path: Path = request.config.getoption("--layers")
    made_layers.write(path)
    nearest.write(path)
    return path.resolve()


@pytest.fixture(scope="session")
def limits(request: pytest.FixtureRequest) -> Limits:
    option = request.config.getoption
    return Limits(int(option("--memory-gib") * 2**30), option("--seconds"))


@pytest.fixture(scope="session")
def rounds(request: pytest.FixtureRequest) -> int:
    return int(request.config.getoption("--rounds"))


@pytest.fixture(scope="session")
def cluster(request: pytest.FixtureRequest) -> Iterator[postgis.Cluster]:
    """A running PostGIS."""
    if not postgis.IS_INSTALLED:
        pytest.skip(postgis.MISSING)
    with postgis.cluster() as running:
        os.environ[postgis.ADDRESS] = running.address
        request.config.stash[_NOTES]["versions"]["PostgreSQL"] = postgis.version(running.address)
        yield running


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    outcome: Any = yield
    report = outcome.get_result()
    if report.skipped and isinstance(report.longrepr, tuple):
        name = f"{item.path.stem.removeprefix('test_')}: {item.name.removeprefix('test_')}"
        reason = report.longrepr[2].removeprefix("Skipped: ")
        item.config.stash[_NOTES]["not_measured"].append([name, reason])


@pytest.hookimpl(optionalhook=True)
def pytest_benchmark_update_json(config: pytest.Config, output_json: dict[str, Any]) -> None:
    notes = config.stash[_NOTES]
    for package in PACKAGES:
        try:
            notes["versions"][package] = metadata.version(package)
        except metadata.PackageNotFoundError:
            continue
    output_json["notes"] = {
        **notes,
        "cores": os.cpu_count(),
        "memory_bytes": psutil.virtual_memory().total,
        "system": _system(),
        "python": platform.python_version(),
    }


def _system() -> str:
    try:
        return f"{platform.freedesktop_os_release()['PRETTY_NAME']}, {platform.machine()}"
    except OSError:
        return f"{platform.system()} {platform.release()}, {platform.machine()}"
