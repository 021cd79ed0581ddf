"""Fields under any of their names; a spelling that is not in the domain stays unknown."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from layers import columns, spec


def spellings(entry: spec.SubClass) -> tuple[str, ...]:
    return entry.id, *entry.values, *entry.retired_values  # noqa: PD011 - no frame


MINES = spec.catalogue()["abandoned_mine"]
RED_LINE = spec.catalogue()["ecological_red_line"]


def test_every_alias_of_every_layer_finds_its_column() -> None:
    for kind in spec.catalogue().values():
        for column in kind.columns.values():
            for alias in column.aliases:
                for name in (alias, alias.lower(), alias.upper()):
                    assert columns.find(["other", name], column.aliases) == name, (kind.id, alias)


def test_every_spelling_of_every_domain_means_its_sub_class() -> None:
    for kind in spec.catalogue().values():
        if kind.has_one_meaning:
            continue
        field = kind.columns["sub_class"].aliases[0]
        for entry in kind.sub_classes:
            for value in spellings(entry):
                frame, notes = columns.interpret(pd.DataFrame({field: [f" {value} "]}), kind, {})
                assert frame["sub_class"].tolist() == [entry.id]
                retired = value in entry.retired_values
                assert [note.code for note in notes if note.code == "sub_class_retired"] == [
                    "sub_class_retired"
                ] * retired


@pytest.mark.parametrize("empty", [None, np.nan, "", "  ", pd.NA, pd.NaT])
def test_an_empty_sub_class_is_unknown_and_told(empty: object) -> None:
    attributes = pd.DataFrame({"HXLX": pd.Series(["一般控制区", empty], dtype=object)})
    frame, notes = columns.interpret(attributes, RED_LINE, {})
    assert frame["sub_class"].tolist() == ["other", None]
    assert [(note.code, note.severity, note.rows) for note in notes] == [("sub_class_unknown", "error", (1,))]
    assert "（空）" in notes[0].what.zh


@pytest.mark.parametrize(
    ("kind", "field", "spelling"),
    [
        ("ecological_red_line", "HXLX", "其他"),
        ("forest_land", "森林类别", "商品林"),
        ("forest_land", "森林类别", "其他林地"),
    ],
)
def test_a_spelling_that_may_hide_the_stricter_kind_is_asked(kind: str, field: str, spelling: str) -> None:
    layer = spec.catalogue()[kind]
    frame, notes = columns.interpret(pd.DataFrame({field: [spelling]}), layer, {})
    assert frame["sub_class"].tolist() == [None]
    assert [(note.code, note.severity) for note in notes] == [("sub_class_unknown", "error")]
    assert layer.columns["sub_class"].question.zh in notes[0].done.zh


@settings(deadline=None)
@given(st.text(max_size=20))
def test_a_spelling_outside_the_domain_is_never_guessed(spelling: str) -> None:
    known = {value for entry in RED_LINE.sub_classes for value in spellings(entry)}
    frame, notes = columns.interpret(pd.DataFrame({"HXLX": [spelling]}), RED_LINE, {})
    assert (frame["sub_class"].iloc[0] is None) == (spelling.strip() not in known)
    assert (len(notes) == 1) == (spelling.strip() not in known)


@pytest.mark.parametrize("code", ["10", 10, 10.0, np.int64(10), np.float32(10)])
def test_codes_that_went_through_a_spreadsheet(code: object) -> None:
    assert columns._spelling(code) == "10"


def test_the_file_is_not_asked_twice_for_one_name() -> None:
    assert columns.find(["hxlx", "HXLX"], ("HXLX",)) == "hxlx"
    assert columns.find(["MC"], ("HXMC", "MC")) == "MC"
    assert columns.find([], ("MC",)) is None


def test_parcels_have_their_own_name_or_their_row() -> None:
    assert columns.parcel_names(pd.DataFrame({"dkmc": ["甲", None, "", 3.0]})).tolist() == [
        "甲",
        "2",
        "3",
        "3",
    ]
    assert columns.parcel_names(pd.DataFrame({"x": [1, 1]})).tolist() == ["1", "2"]


def test_stated_areas() -> None:
    stated = columns.stated_area_m2(pd.DataFrame({"TBMJ": ["12.5", "约5亩", None]}))
    assert stated[0] == 12.5
    assert np.isnan(stated[1:]).all()
    assert np.isnan(columns.stated_area_m2(pd.DataFrame({"x": [1]}))).all()


def test_repeated_parcel_numbers() -> None:
    assert columns.repeated_parcels(pd.DataFrame({"DKBH": ["1", "2", None, None]})) == []
    (note,) = columns.repeated_parcels(pd.DataFrame({"DKBH": [1.0, 2.0, 1.0]}))
    assert (note.code, note.rows) == ("duplicate_ids", (0, 2))


def test_mines_have_the_official_fields() -> None:
    attributes = pd.DataFrame({"tbbh": ["1"], "TBDL": ["10"], "hfzlqk": ["A"]})
    frame, _ = columns.interpret(attributes, MINES, {})
    assert len(frame) == 1
