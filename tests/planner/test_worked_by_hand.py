"""The table of three sites in the README, recomputed."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from planner import flow
from planner.project import Project
from tests.zoning.world import TODAY

ROOT = Path(__file__).parents[2]
RADIUS_M = 6_372_900.0


@pytest.mark.parametrize(
    ("file", "activity", "answers", "easting_m", "planar_m2", "hit_m2", "layer", "rule"),
    [
        (
            "光伏发电_示意.zip",
            "PV",
            {},
            486_750,
            400 * 200,
            2 * 198 * 200,
            "permanent_basic_farmland",
            "PBF-06",
        ),
        (
            "住宅小区_示意.txt",
            "HOUS",
            {},
            466_750,
            500 * 400,
            500 * 400,
            "urban_development_boundary",
            "UDB-01",
        ),
        (
            "红线内矿山修复_示意.fgb",
            "REST",
            {"end_use": "forest"},
            458_300,
            600 * 500,
            600 * 500,
            "ecological_red_line",
            "ERL-11",
        ),
    ],
)
def test_the_readmes_table(
    workspace: Path,
    file: str,
    activity: str,
    answers: dict[str, str],
    easting_m: float,
    planar_m2: float,
    hit_m2: float,
    layer: str,
    rule: str,
) -> None:
    scale = 1 + (easting_m - 500_000) ** 2 / (2 * RADIUS_M**2)
    project = Project((workspace / "sites" / file,), activity, tuple(answers.items()), TODAY, workspace)
    (site,) = flow.check(project).sites
    found = site.findings[(site.findings["layer"] == layer) & (site.findings["rule_id"] == rule)]
    assert site.parcels["subject_m2"].sum() == pytest.approx(planar_m2 / scale**2, abs=0.05)
    assert found["conflict_m2"].tolist() == [pytest.approx(hit_m2 / scale**2, abs=0.05)]
    for readme in ("README.md", "README.zh-CN.md"):
        text = (ROOT / readme).read_text(encoding="utf-8")
        row = next(line for line in text.splitlines() if line.startswith(f"| `{file}`"))
        assert rule in row
        printed = [float(number.replace(" ", "")) for number in re.findall(r"\d{2,3} \d{3}\.\d{2}", row)]
        assert printed[0] == pytest.approx(found["conflict_m2"].iloc[0], abs=0.05)
        hectares = re.search(r"(\d+\.\d{4}) (?:ha|公顷)", row)
        assert hectares is not None
        assert float(hectares.group(1)) == pytest.approx(found["conflict_m2"].iloc[0] / 10_000, abs=0.00006)


def test_the_readme_tells_the_size_of_the_rule_base() -> None:
    from layers.spec import catalogue
    from zoning.rulebook import shipped

    book, control = shipped(), [spec for spec in catalogue().values() if spec.role == "control"]
    english = (ROOT / "README.md").read_text(encoding="utf-8")
    assert (
        f"{len(book.rules)} rules on {len(control)} control layers cite {len(book.documents)} documents"
        in english
    )
    chinese = (ROOT / "README.zh-CN.md").read_text(encoding="utf-8")
    assert f"{len(control)}个管控图层的{len(book.rules)}条规则，引用{len(book.documents)}份文件" in chinese


def test_the_readme_tells_the_number_of_criteria() -> None:
    from restoration import criterion_files

    count = len(criterion_files.shipped())
    assert f"{count} criteria as data" in (ROOT / "README.md").read_text(encoding="utf-8")
    assert f"{count}项指标" in (ROOT / "README.zh-CN.md").read_text(encoding="utf-8")
