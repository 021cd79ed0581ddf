"""The demonstration's mines, measured once for all tests of ``planner rank`` that only look at them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from planner import rank_export, rank_flow
from planner.priorities import Priorities
from planner.rank_result import Assessed, Decision
from tests.planner.rank_examples import EXPORTED, MADE_AT, PLANNED, SOME


@pytest.fixture(scope="session")
def assessed(workspace: Path) -> Assessed:
    return rank_flow.assess(Priorities(workspace, criteria=SOME))


@pytest.fixture(scope="session")
def planned(assessed: Assessed) -> Decision:
    return rank_flow.decide(assessed, PLANNED)


@pytest.fixture(scope="session")
def decision(assessed: Assessed) -> Decision:
    """The decision that is exported: its day is a fixed one."""
    return rank_flow.decide(replace(assessed, stamp=replace(assessed.stamp, made_at=MADE_AT)), EXPORTED)


@pytest.fixture(scope="session")
def folder(decision: Decision, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What ``--out`` writes of it."""
    out = tmp_path_factory.mktemp("rank") / "导出 out"
    rank_export.write_all(decision, out, "zh")
    return out
