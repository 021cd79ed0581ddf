"""The demonstration workspace, built once for all tests that need it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock
from hypothesis import settings

from data import make_demo

# No deadlines: machines differ. In CI the same examples each time; at a desk new ones are tried.
settings.register_profile("desk", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "desk")


_TOGETHER = (
    "tests/app/test_browser_",  # one server and one browser
    "tests/app/test_bad_uploads",
    "tests/app/test_priorities_page",  # mines measured once
    "tests/planner/test_rank",  # mines measured once
)
"""Beginnings of the names of tests that one worker runs: what they share is dear."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest group first; what needs no demonstration workspace while that is being built for it."""

    def turn(item: pytest.Item) -> int:
        if item.nodeid.startswith(_TOGETHER[0]):
            return 0
        return 2 if "workspace" in getattr(item, "fixturenames", ()) else 1

    items.sort(key=turn)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Distribute tests one by one, but those together that share something dear."""
    from xdist.scheduler import LoadScopeScheduling

    class Together(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return next((group for group in _TOGETHER if nodeid.startswith(group)), nodeid)

    config.option.loadscopereorder = False
    return Together(config, log)


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
