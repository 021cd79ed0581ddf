from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from gis import corner_points, corner_tables
from gis.corner_points import Corners
from gis.corner_tables import coordinate
from gis.errors import InputError
from gis.note import Note

NORTH = ["4190100", "4190100", "4190000", "4190000"]
EAST = ["38464500", "38464600", "38464600", "38464500"]
WHOLE = shapely.box(38464500, 4190000, 38464600, 4190100)
TRIANGLE_NORTH, TRIANGLE_EAST = ["4190050", "4190050", "4190060"], ["38464550", "38464560", "38464550"]
FAR_EAST = ["38465550", "38465560", "38465550"]


def codes(notes: tuple[Note, ...]) -> list[str]:
    return [note.code for note in notes]


def read(**columns: list[str]) -> Corners:
    return corner_tables.assemble(pd.DataFrame(columns, dtype=str))


def refused(table: pd.DataFrame) -> InputError:
    with pytest.raises(InputError) as caught:
        corner_tables.assemble(table)
    assert all(caught.value.said("zh"))
    assert all(caught.value.said("en"))
    return caught.value


def only_geometry(corners: Corners) -> shapely.Geometry:
    assert len(corners.frame) == 1
    return corners.frame.geometry[0]


def same(one: shapely.Geometry, other: shapely.Geometry) -> bool:
    return bool(shapely.equals_exact(one, other, 1e-9, normalize=True))


class TestColumns:
    @pytest.mark.parametrize(
        ("north", "east"),
        [
            ("X", "Y"),
            ("Y", "X"),
            ("x坐标", "y坐标"),
            ("X坐标（m）", "Y坐标（m）"),
            ("Ｘ(米)", "Ｙ(米)"),
            ("北坐标", "东坐标"),
            ("纵坐标X", "横坐标Y"),
            ("纵坐标(X)", "横坐标(Y)"),
            ("Northing", "Easting"),
            ("POINT_Y", "POINT_X"),
            (" X ", "\ufeffY"),
        ],
    )
    @pytest.mark.parametrize("prefix", ["38", ""])
    def test_names_and_both_meanings_of_x(self, north: str, east: str, prefix: str) -> None:
        corners = read(
            **{"点号": ["J1", "J2", "J3", "J4"], north: NORTH, east: [prefix + y[2:] for y in EAST]}
        )
        shift = 0 if prefix else 38e6
        assert same(shapely.transform(only_geometry(corners), lambda xy: xy + np.array([shift, 0])), WHOLE)
        turned = "X" in east.upper()
        assert codes(corners.notes) == (["axes_by_magnitude"] if turned else [])
        assert corners.stated is None

    @pytest.mark.parametrize(
        ("latitude", "longitude"), [("纬度", "经度"), ("lat", "lon"), ("Latitude", "LNG"), ("B", "L")]
    )
    def test_degrees(self, latitude: str, longitude: str) -> None:
        corners = read(**{latitude: ["37.85", "37.85", "37.84"], longitude: ["113.59", "113.60", "113.60"]})
        assert corners.frame.total_bounds.tolist() == [113.59, 37.84, 113.60, 37.85]
        assert corners.notes == ()

    def test_misnamed_degrees_are_turned_and_told(self) -> None:
        corners = read(lon=["37.85", "37.85", "37.84"], lat=["113.59", "113.60", "113.60"])
        assert corners.frame.total_bounds.tolist() == [113.59, 37.84, 113.60, 37.85]
        assert [(note.code, note.severity) for note in corners.notes] == [("axes_swapped", "warning")]

    def test_number_is_taken_from_the_better_column(self) -> None:
        error = refused(
            pd.DataFrame(
                {
                    "序号": ["1", "2", "3", "4"],
                    "界址点号": ["J1", "J3", "J2", "J4"],
                    "X": [NORTH[k] for k in (0, 2, 1, 3)],
                    "Y": [EAST[k] for k in (0, 2, 1, 3)],
                }
            )
        )
        assert error.code == "ring_self_crossing"
        assert "J1–J3 与 J2–J4 相交（第2行、第4行）" in error.what.zh

    def test_heading_below_a_title(self) -> None:
        table = pd.DataFrame(
            [["点号", "X", "Y"], *zip("1234", NORTH, EAST, strict=True)],
            columns=["界址点成果表", "", "Unnamed: 2"],
        )
        corners = corner_tables.assemble(table)
        assert same(only_geometry(corners), WHOLE)
        # The title is line 1, the heading line 2.
        assert corners.frame["line"].tolist() == [3]

    @pytest.mark.parametrize("columns", [["甲", "乙"], ["X", "乙"], ["lat", "X"], []])
    def test_missing(self, columns: list[str]) -> None:
        error = refused(pd.DataFrame(dict.fromkeys(columns, NORTH), dtype=str))
        assert error.code == "columns_missing"
        assert all(name in error.what.zh for name in columns)
        assert "经度" in error.mend.zh
        assert "X" in error.mend.en

    @pytest.mark.parametrize("others", [("X.1", "Y.1"), ("X坐标", "Y坐标"), ("纬度", "经度")])
    def test_two_sets_are_never_chosen_from(self, others: tuple[str, str]) -> None:
        table = pd.DataFrame({"X": NORTH, "Y": EAST, others[0]: NORTH, others[1]: EAST})
        assert refused(table).code == "columns_ambiguous"

    def test_same_name_twice(self) -> None:
        table = pd.DataFrame([["1", "2", "3"]], columns=["X", "Y", "X"])
        assert refused(table).code == "columns_ambiguous"


class TestRows:
    def test_parcel_columns(self) -> None:
        corners = read(
            地块编号=["1"] * 4 + ["2"] * 3,
            地块名称=["甲"] * 4 + ["乙"] * 3,
            X=NORTH + TRIANGLE_NORTH,
            Y=EAST + FAR_EAST,
        )
        assert corners.frame["parcel_number"].tolist() == ["1", "2"]
        assert corners.frame["parcel_name"].tolist() == ["甲", "乙"]
        assert corners.frame["line"].tolist() == [2, 6]
        assert corners.frame.geometry.area.tolist() == [10_000, 50]
        assert corners.frame["stated_area_m2"].isna().all()
        assert corners.frame["stated_point_count"].isna().all()

    def test_columns_are_those_of_the_text(self) -> None:
        text = "[地块坐标]\n3,,1,,面,,,,@\n" + "".join(
            f"J,1,{x},{y}\n" for x, y in zip(TRIANGLE_NORTH, TRIANGLE_EAST, strict=True)
        )
        frame = corner_points.assemble(corner_points.parse(text)).frame
        assert read(X=NORTH, Y=EAST).frame.dtypes.equals(frame.dtypes)

    def test_merged_cells_repeat_the_cell_above(self) -> None:
        corners = read(地块=["甲", "", "", "", "乙", "", ""], X=NORTH + TRIANGLE_NORTH, Y=EAST + FAR_EAST)
        assert corners.frame["parcel_number"].tolist() == ["甲", "乙"]
        assert corners.frame.geometry.area.tolist() == [10_000, 50]

    def test_new_number_without_a_name_does_not_inherit_the_name(self) -> None:
        corners = read(
            地块编号=["1"] * 4 + ["2"] * 3,
            地块名称=["甲"] + [""] * 6,
            X=NORTH + TRIANGLE_NORTH,
            Y=EAST + FAR_EAST,
        )
        assert corners.frame["parcel_name"].tolist() == ["甲", ""]

    @pytest.mark.parametrize("labels", [("1", "2"), ("外环", "内环"), ("1", "")])
    def test_ring_column(self, labels: tuple[str, str]) -> None:
        rings = [labels[0]] * 4 + [labels[1]] * 3
        if labels[1]:
            corners = read(圈号=rings, X=NORTH + TRIANGLE_NORTH, Y=EAST + TRIANGLE_EAST)
            assert only_geometry(corners).area == 10_000 - 50
            assert "为洞" in corners.notes[-1].what.zh
        else:
            # An empty cell repeats the one above: all seven points are one ring.
            corners = read(
                圈号=rings, X=NORTH + ["4189990"] * 3, Y=[*EAST, "38464490", "38464480", "38464470"]
            )
            assert shapely.get_num_coordinates(only_geometry(corners)) == 8

    def test_part_is_told_from_hole(self) -> None:
        corners = read(圈号=["1"] * 4 + ["2"] * 3, X=NORTH + TRIANGLE_NORTH, Y=EAST + FAR_EAST)
        assert only_geometry(corners).area == 10_000 + 50
        assert "为独立部分" in corners.notes[-1].what.zh

    def test_blank_row_parts_rings(self) -> None:
        corners = read(X=[*NORTH, "", *TRIANGLE_NORTH], Y=[*EAST, " ", *TRIANGLE_EAST])
        assert only_geometry(corners).area == 10_000 - 50
        assert codes(corners.notes) == ["blank_rows", "ring_reading"]
        assert "第7行" in corners.notes[0].what.zh

    def test_blank_row_where_a_column_gives_the_rings_means_nothing(self) -> None:
        corners = read(
            圈号=["1", "1", "", "1", "1"], X=[*NORTH[:2], "", *NORTH[2:]], Y=[*EAST[:2], "", *EAST[2:]]
        )
        assert same(only_geometry(corners), WHOLE)
        assert corners.notes == ()

    def test_missing_values_are_blank(self) -> None:
        table = pd.DataFrame({"X": [*NORTH, None, np.nan], "Y": [*EAST, np.nan, None]}, dtype=object)
        assert same(only_geometry(corner_tables.assemble(table)), WHOLE)

    def test_row_of_words_is_told(self) -> None:
        corners = read(备注=[""] * 4 + ["合计4点"], X=[*NORTH, ""], Y=[*EAST, ""])
        assert same(only_geometry(corners), WHOLE)
        assert codes(corners.notes) == ["rows_without_coordinates"]
        assert "第6行" in corners.notes[0].what.zh

    def test_parcel_that_goes_on_later_gets_a_further_ring(self) -> None:
        corners = read(
            地块=["甲"] * 4 + ["乙"] * 4 + ["甲"] * 3,
            X=NORTH + NORTH + TRIANGLE_NORTH,
            Y=EAST + [str(int(y) + 500) for y in EAST] + TRIANGLE_EAST,
        )
        assert corners.frame.geometry.area.tolist() == [10_000 - 50, 10_000]

    def test_closed_rings_without_any_mark(self) -> None:
        corners = read(
            X=NORTH + NORTH[:1] + TRIANGLE_NORTH + TRIANGLE_NORTH[:1],
            Y=EAST + EAST[:1] + TRIANGLE_EAST + TRIANGLE_EAST[:1],
        )
        assert only_geometry(corners).area == 10_000 - 50

    def test_numbers_that_begin_again_without_any_mark_are_refused(self) -> None:
        table = pd.DataFrame({"点号": list("1234123"), "X": NORTH + TRIANGLE_NORTH, "Y": EAST + FAR_EAST})
        assert refused(table).code == "point_number_twice"

    def test_full_width_digits(self) -> None:
        wide = {ord(sign): ord(sign) + 0xFEE0 for sign in "0123456789"}
        assert same(only_geometry(read(X=[x.translate(wide) for x in NORTH], Y=EAST)), WHOLE)


class TestCoordinate:
    @pytest.mark.parametrize(
        "word",
        [
            "113°35′36.1″",
            "113° 35′ 36.1″",
            "113°35'36.1\"",
            "113°35’36.1”",
            "113º35′36.1″",
            "113:35:36.1",
            "１１３：３５：３６．１",
            "113度35分36.1秒",
            "113°35′36.1″E",
            "东经113°35′36.1″",
            "113°35′36.1′′",
        ],
    )
    def test_degrees_minutes_seconds(self, word: str) -> None:
        # 113 + 35 / 60 + 36.1 / 3600
        assert coordinate(word) == pytest.approx(113.593361111, abs=1e-9)

    @pytest.mark.parametrize(
        ("word", "value"), [("113.5°", 113.5), ("113°30′", 113.5), ("4.19e6", 4.19e6), ("+1.", 1)]
    )
    def test_other_ways(self, word: str, value: float) -> None:
        assert coordinate(word) == value

    @pytest.mark.parametrize(
        "word",
        [
            "",
            "-",
            "nan",
            "Infinity",
            "1e400",
            "1_0",
            "1,5",
            "113°60′",
            "113°35′60″",
            "113:35:36:1",
            "南纬3°",
            "٣",
            "4190²",
            "113 35",
            "113°36″",
            "113°3536",
            "113°35′36.1′",
        ],
    )
    def test_not_a_number(self, word: str) -> None:
        assert coordinate(word) is None

    def test_in_a_table(self) -> None:
        corners = read(经度=["113°35′24″", "113:36:00", "113.6"], 纬度=["37°51′00″", "37:51:00", "37.84"])
        assert corners.frame.total_bounds.tolist() == pytest.approx([113.59, 37.84, 113.60, 37.85])


class TestStatedSystem:
    @pytest.mark.parametrize(
        ("name", "prefix", "epsg"),
        [
            ("CGCS2000", "38", 4526),
            ("2000国家大地坐标系", "38", 4526),
            ("西安80", "38", 2362),
            ("EPSG:4547", "", 4547),
            ("4526", "38", 4526),
            ("CGCS2000", "", None),
            ("", "38", None),
        ],
    )
    def test_column(self, name: str, prefix: str, epsg: int | None) -> None:
        corners = read(坐标系=[name] * 4, X=NORTH, Y=[prefix + y[2:] for y in EAST])
        assert (corners.stated and corners.stated.to_epsg()) == epsg
        assert corners.gcj02 is False

    def test_gcj02(self) -> None:
        corners = read(
            crs=["GCJ-02", "", ""], lat=["37.85", "37.85", "37.84"], lon=["113.59", "113.60", "113.60"]
        )
        assert (corners.stated, corners.gcj02) == (None, True)

    def test_several(self) -> None:
        table = pd.DataFrame({"crs": ["4526", "4526", "2362", "2362"], "X": NORTH, "Y": EAST})
        assert refused(table).code == "mixed_crs"

    def test_unreadable(self) -> None:
        table = pd.DataFrame({"crs": ["阳泉独立坐标系"] * 4, "X": NORTH, "Y": EAST})
        assert refused(table).code == "crs_unreadable"


class TestRefused:
    @pytest.mark.parametrize(
        ("north", "east", "code", "line"),
        [
            ([], [], "no_points", None),
            (["", " "], ["", ""], "no_points", None),
            ([*NORTH[:3], "NaN"], EAST, "coordinate_not_number", 5),
            ([*NORTH[:3], "inf"], EAST, "coordinate_not_number", 5),
            ([*NORTH[:3], ""], EAST, "coordinate_not_number", 5),
            (NORTH, [*EAST[:3], "无"], "coordinate_not_number", 5),
            # Local coordinates: nothing tells which is the northing.
            (["100", "100", "200"], ["500", "600", "600"], "coordinate_magnitude", 2),
            (["464500"] * 3, ["464500", "464600", "464700"], "coordinate_magnitude", 2),
            ([*NORTH[:3], "1e300"], EAST, "coordinate_magnitude", 5),
            (NORTH, [*EAST[:3], "464500"], "mixed_zones", 5),
            (NORTH, [*EAST[:3], "39464500"], "mixed_zones", 5),
            ([*NORTH[:3], EAST[3]], [*EAST[:3], NORTH[3]], "mixed_axes", 5),
            (NORTH[:2], EAST[:2], "ring_too_short", 2),
            (["4190000", "4190100", "4190200"], EAST[:1] * 3, "ring_without_area", 2),
        ],
    )
    def test_with_its_line(self, north: list[str], east: list[str], code: str, line: int | None) -> None:
        error = refused(pd.DataFrame({"X": north, "Y": east}, dtype=str))
        assert error.code == code
        if line is not None:
            assert f"第{line}行" in error.what.zh

    def test_numbered_point_without_coordinates(self) -> None:
        table = pd.DataFrame({"点号": list("12345"), "X": [*NORTH, ""], "Y": [*EAST, ""]})
        error = refused(table)
        assert error.code == "coordinate_not_number"
        assert "第6行" in error.what.zh


class TestProperties:
    @given(
        start=st.integers(0, 6),
        backwards=st.booleans(),
        closed=st.booleans(),
        x_is_east=st.booleans(),
        prefixed=st.booleans(),
    )
    @settings(deadline=None)
    def test_the_way_of_writing_does_not_change_the_geometry(
        self, start: int, backwards: bool, closed: bool, x_is_east: bool, prefixed: bool
    ) -> None:
        ring = [(0, 0), (300, 0), (300, 200), (200, 200), (200, 100), (100, 100), (0, 200)]
        turned = (ring[start:] + ring[:start])[:: -1 if backwards else 1]
        turned = [*turned, turned[0]] if closed else turned
        zone = "38" if prefixed else ""
        east = [f"{zone}{464_500 + x}.125" for x, _ in turned]
        north = [f"{4_190_000 + y}.5" for _, y in turned]
        corners = read(X=east if x_is_east else north, Y=north if x_is_east else east)
        base = np.array([(38e6 if prefixed else 0) + 464_500.125, 4_190_000.5])
        assert same(only_geometry(corners), shapely.Polygon(base + np.array(ring)))

    @given(
        cells=st.lists(
            st.tuples(
                *[
                    st.sampled_from(
                        ["", "x", "nan", "4190000", "4190100", "38464500", "464500", "38464600", "1e999"]
                    )
                ]
                * 3
            ),
            max_size=6,
        )
    )
    @settings(deadline=None, max_examples=200)
    def test_any_table_is_read_whole_or_refused(self, cells: list[tuple[str, str, str]]) -> None:
        rows = [("", x, y) for x, y in zip(NORTH, EAST, strict=True)] + cells
        try:
            corners = corner_tables.assemble(pd.DataFrame(rows, columns=["地块", "X", "Y"], dtype=str))
        except InputError as error:
            assert error.said("en")
        else:
            written = {(float(y), float(x)) for _, x, y in rows if x and y}
            found = set(map(tuple, shapely.get_coordinates(corners.frame.geometry.to_numpy()).tolist()))
            assert found in (written, {(east, north) for north, east in written})


def test_a_hundred_thousand_points() -> None:
    angle = np.linspace(0, 2 * np.pi, 100_000, endpoint=False)
    north, east = 4190000 + 3000 * np.sin(angle), 38464500 + 3000 * np.cos(angle)
    table = pd.DataFrame({"X": [f"{x:.3f}" for x in north], "Y": [f"{y:.3f}" for y in east]})
    assert shapely.get_num_coordinates(only_geometry(corner_tables.assemble(table))) == 100_001
