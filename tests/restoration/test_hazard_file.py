"""The thresholds of the safety classes are data: what loads, what must not, and how they are edited."""

from __future__ import annotations

import pandas as pd
import pytest

from gis.toml import DefinitionError
from restoration import hazard

WHOLE = """
[[danger]]
id = "face"
class = 2
title = {zh = "高陡边坡", en = "High face"}
[[danger.limit]]
column = "face_height_m"
side = "at_least"
threshold = 8.0
"""


def test_a_whole_file_loads() -> None:
    rules = hazard.read(WHOLE, "x.toml")
    assert (rules.first, rules.columns) == ((), ("face_height_m",))
    assert hazard.classify(pd.DataFrame({"face_height_m": [8.0, 7.9]}), rules)["most_urgent"].tolist() == [
        2,
        3,
    ]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("class = 2", "class = 3"),
        ('"face_height_m"', '"height"'),
        ('"at_least"', '"above"'),
        ("threshold = 8.0", 'threshold = "8"'),
        ("threshold = 8.0", "threshold = 8.0\ncolour = 1"),
        ("[[danger.limit]]", "[[danger.limits]]"),
    ],
)
def test_what_must_not_load(old: str, new: str) -> None:
    with pytest.raises(DefinitionError):
        hazard.read(WHOLE.replace(old, new), "x.toml")


def test_dangers_of_one_id_do_not_load() -> None:
    with pytest.raises(DefinitionError):
        hazard.read(WHOLE + WHOLE, "x.toml")


def test_an_edited_threshold_moves_its_own_danger_only() -> None:
    rules = hazard.edited({"face.face_height_m": 20})
    hazards = pd.DataFrame(
        {name: [0.0] for name in hazard.COLUMNS}
        | {
            "face_height_m": [16.0],
            "slope_p90_degree": [50.0],
            "settlement_distance_m": [50.0],
            "road_distance_m": [900.0],
        }
    )
    assert hazard.classify(hazards)["dangers"][0] == ("face_near_settlement", "face")
    assert hazard.classify(hazards, rules)["dangers"][0] == ("face_near_settlement",)
