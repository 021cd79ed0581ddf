"""Single features: each listed whole, however many overlap."""

from __future__ import annotations

import pytest

from tests.zoning.world import cell, layer, site
from zoning import features


def test_overlapping_features_are_each_listed_whole() -> None:
    red_line = layer(
        "ecological_red_line", [(cell(0, 0, 2, 1), "other"), (cell(1, 0, 2, 1), None), (cell(9, 9), "core")]
    )
    asked = site(cell(0, 0, 4, 1))
    found = features.met(asked, {"ecological_red_line": red_line})
    assert found["feature"].tolist() == [0, 1]
    assert found["sub_class"].tolist() == ["other", ""]
    assert found["share"].tolist() == pytest.approx([0.5, 0.5], abs=1e-6)
    assert found["overlap_m2"].sum() == pytest.approx(asked.ground.area_m2[0], rel=1e-9)
    assert found.geometry.is_valid.all()


def test_nothing_met_is_an_empty_table_with_its_columns() -> None:
    found = features.met(
        site(cell(0, 0)), {"ecological_red_line": layer("ecological_red_line", [(cell(5, 5), "core")])}
    )
    assert found.empty
    assert set(features.COLUMNS) <= set(found.columns)
    assert features.met(site(cell(0, 0)), {}).empty
