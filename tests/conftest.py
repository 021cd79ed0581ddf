"""The demonstration workspace, built once for all tests that need it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from filelock import FileLock

from data import make_demo


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
