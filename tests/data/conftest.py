"""One demonstration workspace for all tests of this folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from data import make_demo


@pytest.fixture(scope="session")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("demo") / "示范 workspace"
    make_demo.make(folder)
    return folder
