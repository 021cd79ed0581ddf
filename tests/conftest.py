"""The demonstration workspace, built once for all tests that need it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from filelock import FileLock
from hypothesis import settings

from data import make_demo

# No deadlines: machines differ. In CI the same examples each time; at a desk new ones are tried.
settings.register_profile("desk", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "desk")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest group first; what needs no demonstration workspace while that is being built for it."""

    def turn(item: pytest.Item) -> int:
        group = item.get_closest_marker("xdist_group")
        if group is not None and group.args == ("browser",):
            return 0
        return 2 if "workspace" in getattr(item, "fixturenames", ()) else 1

    items.sort(key=turn)


@pytest.fixture(scope="session")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demonstration workspace; the workers of one parallel run share it. Never write into it."""
    base = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        base = base.parent
    folder = base / "示范 workspace"
    with FileLock(f"{folder}.lock"):
        if not (folder / "samples.toml").exists():
            make_demo.make(folder)
    return folder
