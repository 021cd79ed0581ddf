from __future__ import annotations

import re
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pyproj
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from gis import area, corner_points, corner_rings, recognition, repair
from gis.corner_points import Corners
from gis.errors import CrsMixUpError, InputError
from gis.note import Note

EXAMPLE = """[属性描述]
格式版本号=1.01版本
数据产生单位=示例单位
数据产生日期=2026-11-23
坐标系=2000国家大地坐标系
几度分带=3
投影类型=高斯克吕格
计量单位=米
带号=38
精度=0.001
转换参数=,,,,,,
[地块坐标]
10,5.4783,1,示例修复区一,面,J50G000000,生态修复用地,0602,@
J1,1,4190512.340,38464210.115
J2,1,4190498.872,38464486.903
J3,1,4190301.506,38464471.228
J4,1,4190288.017,38464198.764
J1,1,4190512.340,38464210.115
J5,2,4190430.000,38464300.000
J6,2,4190380.000,38464298.500
J7,2,4190378.250,38464360.750
J8,2,4190428.400,38464362.200
J5,2,4190430.000,38464300.000
4,0.7018,2,示例修复区二,面,J50G000000,生态修复用地,0602,@
J1,1,4190250.115,38464520.330
J2,1,4190246.902,38464640.087
J3,1,4190130.455,38464611.940
J1,1,4190250.115,38464520.330
"""
HEAD = "[属性描述]\n坐标系=2000国家大地坐标系\n几度分带=3\n计量单位=米\n带号=38\n[地块坐标]\n"
PARCEL = "4,,1,甲,面,,,,@\n"
SQUARE = "J1,1,4190100,38464500\nJ2,1,4190100,38464600\nJ3,1,4190000,38464600\nJ4,1,4190000,38464500\n"
WHOLE = shapely.box(38464500, 4190000, 38464600, 4190100)


def read(text: str) -> Corners:
    return corner_points.assemble(corner_points.parse(text))


def codes(notes: tuple[Note, ...]) -> list[str]:
    return [note.code for note in notes]


def refused(text: str) -> InputError:
    with pytest.raises(InputError) as caught:
        read(text)
    assert all(caught.value.said("zh"))
    assert all(caught.value.said("en"))
    return caught.value


def only_geometry(corners: Corners) -> shapely.Geometry:
    assert len(corners.frame) == 1
    return corners.frame.geometry[0]


def same(one: shapely.Geometry, other: shapely.Geometry, tolerance: float = 1e-6) -> bool:
    return bool(shapely.equals_exact(one, other, tolerance, normalize=True))


class TestTheExample:
    def test_areas_are_those_of_the_knowledge_base(self) -> None:
        corners = read(EXAMPLE)
        assert corners.stated is not None
        found = recognition.recognise(tuple(corners.frame.total_bounds), corners.stated)
        moved = recognition.to_cgcs2000(corners.frame.geometry.to_numpy(), found)
        shell = shapely.polygons(shapely.get_exterior_ring(moved[:1]))
        hole = shapely.polygons(shapely.get_interior_ring(moved[:1], 0))
        assert area.ellipsoidal_m2(shell) == pytest.approx([57_901.427], abs=0.005)
        assert area.ellipsoidal_m2(hole) == pytest.approx([3_118.290], abs=0.005)
        # 57 901.427 - 3 118.290 = 54 783.137 m², 5.4783 ha as stated.
        assert area.ellipsoidal_m2(moved) == pytest.approx([54_783.137, 7_017.677], abs=0.005)
        assert corners.frame["stated_area_m2"].tolist() == [54_783.0, 7_018.0]

    def test_first_corner_lies_where_the_knowledge_base_says(self) -> None:
        corners = read(EXAMPLE)
        assert corners.stated is not None
        to_degrees = pyproj.Transformer.from_crs(corners.stated, 4490, always_xy=True)
        longitude, latitude = to_degrees.transform(38464210.115, 4190512.340)
        assert shapely.Point(38464210.115, 4190512.340).intersects(
            corners.frame.geometry[0].boundary.buffer(1e-6)
        )
        assert (round(latitude, 8), round(longitude, 8)) == (37.84626697, 113.59336924)

    def test_everything_stated_is_kept(self) -> None:
        corners = read(EXAMPLE)
        row = corners.frame.iloc[0]
        assert row[["parcel_number", "parcel_name", "purpose", "land_class", "map_sheet"]].tolist() == [
            "1",
            "示例修复区一",
            "生态修复用地",
            "0602",
            "J50G000000",
        ]
        assert corners.frame["stated_point_count"].tolist() == [10, 4]
        assert corners.frame["line"].tolist() == [13, 24]
        assert corners.frame.crs is None
        assert corners.stated is not None
        assert corners.stated.to_epsg() == 4526
        assert (corners.precision_m, corners.gcj02) == (0.001, False)

    def test_the_hole_is_told_and_nothing_else(self) -> None:
        notes = read(EXAMPLE).notes
        assert codes(notes) == ["ring_reading"]
        assert notes[0].severity == "info"
        assert notes[0].rows == (0,)
        assert "圈2（第19行起）为洞" in notes[0].what.zh

    def test_writing_gives_the_example_back(self) -> None:
        corners = read(EXAMPLE)
        frame = corners.frame.assign(area_m2=[54_783.137, 7_017.677])
        header = corner_points.parse(EXAMPLE).header
        assert corners.stated is not None
        written = corner_points.write(frame, crs=corners.stated, header=header)
        assert written == EXAMPLE.replace("\n", "\r\n")


class TestDeviations:
    def test_closing_point_omitted(self) -> None:
        assert same(only_geometry(read(HEAD + PARCEL + SQUARE)), WHOLE)

    @pytest.mark.parametrize("number", ["J1", "J5", ""])
    def test_closing_point_with_old_new_or_no_number(self, number: str) -> None:
        corners = read(f"{HEAD}{PARCEL}{SQUARE}{number},1,4190100,38464500\n")
        assert same(only_geometry(corners), WHOLE)
        assert shapely.get_num_coordinates(corners.frame.geometry[0]) == 5

    def test_closing_point_twice(self) -> None:
        corners = read(f"{HEAD}6,,1,甲,面,,,,@\n{SQUARE}" + 2 * "J1,1,4190100,38464500\n")
        assert same(only_geometry(corners), WHOLE)
        assert corners.notes == ()

    def test_coming_back_at_once_is_a_spike_not_a_closed_ring(self) -> None:
        spike = "J9,1,4190200,38464400\nJ1,1,4190100,38464500\n"
        first, rest = SQUARE.split("\n", 1)
        corners = read(f"{HEAD}6,,1,甲,面,,,,@\n{first}\n{spike}{rest}")
        assert shapely.get_num_coordinates(only_geometry(corners)) == 7
        assert corners.notes == ()

    @pytest.mark.parametrize("rings", [(1, 2, 3), (1, 2, 1), (1, 1, 1), (1, 2, 2), (4, 7, 9)])
    def test_ring_numbers_continue_restart_or_stay(self, rings: tuple[int, int, int]) -> None:
        shell, hole, part = rings
        text = f"{HEAD}14,,1,甲,面,,,,@\n" + SQUARE.replace(",1,", f",{shell},")
        text += f"J1,{shell},4190100,38464500\n"
        for ring, north, east in ((hole, 4190050, 38464550), (part, 4190050, 38465550)):
            corners = [(0, 0), (10, 0), (0, 10), (0, 0)]
            text += "".join(f"J{k + 9},{ring},{north + y},{east + x}\n" for k, (x, y) in enumerate(corners))
        triangle = [(38464550, 4190050), (38464560, 4190050), (38464550, 4190060)]
        part_triangle = [(x + 1000, y) for x, y in triangle]
        expected = shapely.MultiPolygon(
            [shapely.Polygon(WHOLE.exterior, [triangle]), shapely.Polygon(part_triangle)]
        )
        corners_read = read(text)
        assert same(only_geometry(corners_read), expected)
        assert "为洞" in corners_read.notes[-1].what.zh
        assert "为独立部分" in corners_read.notes[-1].what.zh

    def test_island_in_a_hole_is_a_part(self) -> None:
        text = HEAD + "12,,1,甲,面,,,,@\n"
        for ring, reach in ((1, 300), (2, 200), (3, 100)):
            for x, y in ((-1, 1), (1, 1), (1, -1), (-1, -1)):
                text += f"J,{ring},{4190000 + y * reach},{38464500 + x * reach}\n"
        geometry = only_geometry(read(text))
        assert len(shapely.get_parts(geometry)) == 2
        # 600² - 400² + 200²
        assert geometry.area == 240_000

    @pytest.mark.parametrize("order", [(1, 2, 3, 4), (4, 3, 2, 1), (3, 1, 4, 2)])
    def test_hole_belongs_to_the_nearest_ring_around_it(self, order: tuple[int, ...]) -> None:
        text = HEAD + "16,,1,甲,面,,,,@\n"
        for ring, reach in enumerate(order, start=1):
            for x, y in ((-1, 1), (1, 1), (1, -1), (-1, -1)):
                text += f"J,{ring},{4190000 + 100 * y * reach},{38464500 + 100 * x * reach}\n"
        parts = shapely.get_parts(only_geometry(read(text)))
        # 800² - 600² and 400² - 200²
        assert sorted(shapely.area(parts).tolist()) == [120_000, 280_000]

    def test_hole_written_before_its_exterior(self) -> None:
        inner = "J1,1,4190050,38464550\nJ2,1,4190060,38464550\nJ3,1,4190050,38464560\n"
        corners = read(HEAD + "7,,1,甲,面,,,,@\n" + inner + SQUARE.replace(",1,", ",2,"))
        assert only_geometry(corners).area == 10_000 - 50
        assert "圈1（第8行起）为洞、圈2（第11行起）为独立部分" in corners.notes[-1].what.zh

    def test_hole_that_touches_its_exterior_in_a_point(self) -> None:
        hole = "J5,2,4190100,38464500\nJ6,2,4190050,38464550\nJ7,2,4190050,38464520\n"
        assert only_geometry(read(HEAD + "7,,1,甲,面,,,,@\n" + SQUARE + hole)).interiors

    def test_hole_that_touches_within_a_millimetre_is_still_a_hole(self) -> None:
        hole = "J5,2,4190100.0004,38464520\nJ6,2,4190050,38464550\nJ7,2,4190050,38464520\n"
        assert len(only_geometry(read(HEAD + "7,,1,甲,面,,,,@\n" + SQUARE + hole)).interiors) == 1

    def test_point_numbers_without_j(self) -> None:
        assert same(only_geometry(read(HEAD + PARCEL + SQUARE.replace("J", ""))), WHOLE)

    @pytest.mark.parametrize(
        ("line", "name", "sheet", "purpose", "land_class", "told"),
        [
            ("4,1.0,1,甲,面,J50,修复,0602,@  \t", "甲", "J50", "修复", "0602", False),
            ("4,1.0,1,甲,面,J50,修复,@", "甲", "J50", "修复", "", True),
            ("4,1.0,1,甲,面,,,,@,,", "甲", "", "", "", False),
            ("4,1.0,1,甲,@", "甲", "", "", "", True),
            ("4,1.0,1,甲,,J50,修复,0602,@", "甲", "J50", "修复", "0602", True),
            ("4，1.0，1，甲，面，J50，修复，0602，＠", "甲", "J50", "修复", "0602", False),
            ("4,1.0,1,甲，乙,面,J50,修复,0602,@", "甲，乙", "J50", "修复", "0602", False),
            ("4,1.0,1,甲,乙,面,J50,修复,0602,@", "甲,乙", "J50", "修复", "0602", False),
            ("４,１.０,1,甲,面,J50,修复,0602,@", "甲", "J50", "修复", "0602", False),
            ("4,1.0,1,面,面,J50,修复,0602,@", "面", "J50", "修复", "0602", False),
            ("4,1.0,1,甲,面,J50,修复,0602,补充耕地,@", "甲", "J50", "修复", "0602", True),
        ],
    )
    def test_parcel_lines(
        self, line: str, name: str, sheet: str, purpose: str, land_class: str, told: bool
    ) -> None:
        file = corner_points.parse(HEAD + line + "\n" + SQUARE)
        parcel = file.parcels[0]
        assert (parcel.stated_point_count, parcel.stated_area_ha, parcel.number) == (4, 1.0, "1")
        assert (parcel.name, parcel.map_sheet, parcel.purpose) == (name, sheet, purpose)
        assert (parcel.land_class, parcel.kind) == (land_class, "面")
        assert codes(file.notes) == (["parcel_fields"] if told else [])

    @pytest.mark.parametrize("area_ha", ["", "0", "0.0000"])
    def test_area_that_nobody_filled_in(self, area_ha: str) -> None:
        corners = read(f"{HEAD}4,{area_ha},1,甲,面,,,,@\n{SQUARE}")
        assert corners.frame["stated_area_m2"].isna().all()
        assert corners.notes == ()

    @pytest.mark.parametrize(
        ("count", "area_ha"), [("四", "1"), ("4", "约1"), ("4", "-1"), ("9" * 5000, "1e308")]
    )
    def test_unreadable_count_or_area_is_told(self, count: str, area_ha: str) -> None:
        assert codes(read(f"{HEAD}{count},{area_ha},1,甲,面,,,,@\n{SQUARE}").notes) == ["parcel_fields"]

    def test_empty_number_is_not_a_duplicate(self) -> None:
        parcel = "4,,,,面,,,,@\n"
        file = corner_points.parse(HEAD + parcel + SQUARE + parcel + SQUARE)
        assert [parcel.number for parcel in file.parcels] == ["", ""]
        assert file.notes == ()

    def test_leading_tabs_blank_lines_and_trailing_commas(self) -> None:
        text = HEAD + "\t" + PARCEL + "\n \n" + "".join(f"\t{line},\n\n" for line in SQUARE.splitlines())
        assert same(only_geometry(read(text)), WHOLE)

    def test_full_width_commas_digits_and_spaces(self) -> None:
        wide = {ord(sign): ord(sign) + 0xFEE0 for sign in "0123456789,.J"}
        assert same(only_geometry(read(HEAD + PARCEL + "\u3000" + SQUARE.translate(wide))), WHOLE)

    @pytest.mark.parametrize("end", ["\r\n", "\n", "\r"])
    def test_line_ends(self, end: str) -> None:
        corners = read((HEAD + PARCEL + SQUARE).replace("\n", end))
        assert same(only_geometry(corners), WHOLE)
        assert corners.frame["line"].tolist() == [7]

    def test_byte_order_mark_and_end_of_file_marks(self) -> None:
        assert same(only_geometry(read("\ufeff" + HEAD + PARCEL + SQUARE + "\x1a\x00")), WHOLE)

    # 4 points; 5 with the closing one.
    @pytest.mark.parametrize("closing", ["", "J1,1,4190100,38464500\n"])
    @pytest.mark.parametrize(("count", "told"), [("3", True), ("4", False), ("5", False), ("6", True)])
    def test_count_with_and_without_closing_points(self, closing: str, count: str, told: bool) -> None:
        corners = read(f"{HEAD}{count},,1,甲,面,,,,@\n{SQUARE}{closing}")
        assert codes(corners.notes) == (["point_count"] if told else [])
        assert same(only_geometry(corners), WHOLE)

    def test_count_note_names_its_row(self) -> None:
        corners = read(HEAD + PARCEL + SQUARE + PARCEL.replace("4,,1", "9,,2") + SQUARE)
        assert [note.rows for note in corners.notes] == [(1,)]

    def test_header_without_its_heading_and_with_blanks_in_keys(self) -> None:
        text = "坐 标 系 = 1980西安坐标系 \n 几度分带＝3\n带号 =38\n【地块坐标】\n"
        corners = read(text + PARCEL + SQUARE)
        assert corners.stated is not None
        assert corners.stated.to_epsg() == 2362

    def test_no_header_at_all(self) -> None:
        corners = read("[地块坐标]\n" + PARCEL + SQUARE)
        assert (corners.stated, corners.precision_m, corners.gcj02) == (None, None, False)

    def test_another_section_is_told(self) -> None:
        file = corner_points.parse("[扩展信息]\n版本=2\n" + HEAD + PARCEL + SQUARE)
        assert codes(file.notes) == ["header_ignored"]
        assert "版本" not in file.header

    def test_two_texts_one_after_the_other(self) -> None:
        corners = read(2 * (HEAD + PARCEL + SQUARE))
        assert len(corners.frame) == 2
        assert codes(corners.notes) == ["duplicate_parcel"]

    def test_duplicate_parcel_numbers_stay_distinguishable(self) -> None:
        corners = read(HEAD + PARCEL + SQUARE + PARCEL + SQUARE + PARCEL.replace("1,甲", "2,乙") + SQUARE)
        assert [(note.code, note.severity, note.rows) for note in corners.notes] == [
            ("duplicate_parcel", "warning", (0, 1))
        ]
        assert corners.frame["line"].is_unique

    def test_missing_ring_number(self) -> None:
        corners = read(HEAD + PARCEL + SQUARE.replace("J3,1,", "J3,,"))
        assert same(only_geometry(corners), WHOLE)
        assert codes(corners.notes) == ["ring_missing"]

    def test_swapped_columns_are_turned_and_told(self) -> None:
        turned = "".join("{0},{1},{3},{2}\n".format(*line.split(",")) for line in SQUARE.splitlines())
        corners = read(HEAD + PARCEL + turned)
        assert same(only_geometry(corners), WHOLE)
        assert [(note.code, note.severity) for note in corners.notes] == [("axes_swapped", "warning")]

    def test_points_and_lines(self) -> None:
        two = "".join(SQUARE.splitlines(keepends=True)[:2])
        kinds = {"点": "MultiPoint", "线": "LineString"}
        for kind, expected in kinds.items():
            geometry = only_geometry(read(f"{HEAD}2,,1,甲,{kind},,,,@\n{two}"))
            assert geometry.geom_type == expected
            assert shapely.get_coordinates(geometry).tolist() == [[38464500, 4190100], [38464600, 4190100]]

    def test_one_point_and_two_lines(self) -> None:
        one, two = SQUARE.splitlines(keepends=True)[:2]
        assert only_geometry(read(f"{HEAD}1,,1,甲,点,,,,@\n{one}")).geom_type == "Point"
        second = (one + two).replace(",1,", ",2,")
        assert (
            only_geometry(read(f"{HEAD}4,,1,甲,线,,,,@\n{one}{two}{second}")).geom_type == "MultiLineString"
        )

    def test_points_may_have_one_number(self) -> None:
        points = "".join(SQUARE.splitlines(keepends=True)[:3]).replace("J3", "J1")
        assert len(only_geometry(read(f"{HEAD}3,,1,甲,点,,,,@\n{points}")).geoms) == 3

    def test_closed_line_keeps_its_closing_point(self) -> None:
        geometry = only_geometry(read(f"{HEAD}5,,1,甲,线,,,,@\n{SQUARE}J1,1,4190100,38464500\n"))
        assert geometry.length == 400

    def test_repeated_point_is_left_to_repair(self) -> None:
        geometry = only_geometry(read(HEAD + PARCEL + SQUARE.replace("J3", "J2b,1,4190100,38464600\nJ3")))
        assert shapely.get_num_coordinates(geometry) == 6
        assert geometry.area == 10_000


class TestStatedSystem:
    @pytest.mark.parametrize(
        ("header", "easting", "epsg"),
        [
            ("坐标系=2000国家大地坐标系\n几度分带=3\n带号=38", "38464", 4526),
            ("坐标系=2000国家大地坐标系\n几度分带=3\n带号=38", "464", 4547),
            ("坐标系=2000国家大地坐标系\n几度分带=3度\n带号=38带", "464", 4547),
            ("坐标系=2000国家大地坐标系\n带号=３８", "464", 4547),
            ("坐标系=2000国家大地坐标系", "38464", 4526),
            ("坐标系=2000国家大地坐标系\n几度分带=6\n带号=19", "19464", 4497),
            ("坐标系=2000国家大地坐标系", "19464", 4497),
            ("坐标系=2000国家大地坐标系\n几度分带=6\n带号=19", "464", 4508),
            ("坐标系=1980西安坐标系\n几度分带=3\n带号=38", "38464", 2362),
            ("坐标系=80国家大地坐标系\n几度分带=3\n带号=38", "464", 2383),
            ("坐标系=1954北京坐标系\n几度分带=3\n带号=38", "38464", 2414),
            ("几度分带=3\n带号=38", "38464", None),
            ("坐标系=2000国家大地坐标系\n几度分带=3", "464", None),
            ("坐标系=WGS84\n几度分带=3\n带号=38", "464", None),
        ],
    )
    def test_from_header_and_magnitude(self, header: str, easting: str, epsg: int | None) -> None:
        corners = read(f"{header}\n[地块坐标]\n{PARCEL}{SQUARE.replace('38464', easting)}")
        assert (corners.stated and corners.stated.to_epsg()) == epsg
        assert corners.notes == ()

    @pytest.mark.parametrize(
        ("line", "told"),
        [
            ("坐标系=阳泉独立坐标系", "坐标系=阳泉独立坐标系"),
            ("坐标系=2000国家大地坐标系\n几度分带=1.5", "几度分带=1.5"),
            ("坐标系=2000国家大地坐标系\n投影类型=墨卡托", "投影类型=墨卡托"),
        ],
    )
    def test_what_is_unreadable_is_never_guessed(self, line: str, told: str) -> None:
        corners = read(f"{line}\n[地块坐标]\n{PARCEL}{SQUARE}")
        assert corners.stated is None
        assert codes(corners.notes) == ["header_unreadable"]
        assert told in corners.notes[0].what.zh

    def test_unreadable_zone_is_asked_for_unless_the_eastings_say_it(self) -> None:
        header = "坐标系=2000国家大地坐标系\n带号=38,39\n[地块坐标]\n"
        assert read(header + PARCEL + SQUARE.replace("38464", "464")).stated is None
        stated = read(header + PARCEL + SQUARE).stated
        assert stated is not None
        assert stated.to_epsg() == 4526

    @pytest.mark.parametrize(
        ("name", "epsg"), [("2000国家大地坐标系", 4490), ("1954北京坐标系", 4214), ("WGS84", 4326)]
    )
    @pytest.mark.parametrize("swapped", [False, True])
    def test_degrees(self, name: str, epsg: int, swapped: bool) -> None:
        places = [("37.85", "113.59"), ("37.85", "113.60"), ("37.84", "113.60")]
        points = "".join(f"J,1,{','.join(place[:: -1 if swapped else 1])}\n" for place in places)
        corners = read(f"坐标系={name}\n计量单位=度\n[地块坐标]\n3,,1,甲,面,,,,@\n{points}")
        assert corners.stated is not None
        assert corners.stated.to_epsg() == epsg
        assert corners.frame.total_bounds.tolist() == [113.59, 37.84, 113.60, 37.85]
        assert codes(corners.notes) == (["axes_swapped"] if swapped else [])

    def test_degrees_where_the_unit_says_metres(self) -> None:
        points = "J,1,37.85,113.59\nJ,1,37.85,113.60\nJ,1,37.84,113.60\n"
        corners = read(HEAD + "3,,1,甲,面,,,,@\n" + points)
        assert corners.stated is not None
        assert corners.stated.to_epsg() == 4490
        assert codes(corners.notes) == ["unit_contradicts"]

    def test_gcj02_is_said_and_never_an_official_system(self) -> None:
        points = "J,1,37.85,113.59\nJ,1,37.85,113.60\nJ,1,37.84,113.60\n"
        corners = read(f"坐标系=GCJ-02\n[地块坐标]\n3,,1,甲,面,,,,@\n{points}")
        assert (corners.gcj02, corners.stated) == (True, None)

    @pytest.mark.parametrize(
        ("value", "precision_m"), [("0.001", 0.001), ("0.01米", 0.01), ("3", None), ("高", None), ("", None)]
    )
    def test_precision(self, value: str, precision_m: float | None) -> None:
        corners = read(f"精度={value}\n{HEAD}{PARCEL}{SQUARE}")
        assert corners.precision_m == precision_m
        assert codes(corners.notes) == (["header_unreadable"] if value and precision_m is None else [])

    @pytest.mark.parametrize(
        ("value", "told"),
        [
            (",,,,,,", False),
            ("0,0,0,0,0,0,0", False),
            ("", False),
            (",,,,,,1.2", True),
            ("甲，，，，，，", True),
        ],
    )
    def test_parameters_are_told_but_not_applied(self, value: str, told: bool) -> None:
        corners = read(f"转换参数={value}\n{HEAD}{PARCEL}{SQUARE}")
        assert codes(corners.notes) == (["parameters_not_applied"] if told else [])
        assert same(only_geometry(corners), WHOLE)


LINES = SQUARE.splitlines(keepends=True)
BOW_TIE = "".join(LINES[k] for k in (0, 2, 1, 3))


class TestRefused:
    @pytest.mark.parametrize(
        ("text", "code", "line"),
        [
            ("", "empty_text", None),
            (" \r\n\ufeff\t\n\x00", "empty_text", None),
            ("随便一段文字", "no_parcel_section", 1),
            (HEAD.replace("[地块坐标]\n", ""), "no_parcel_section", 5),
            (PARCEL + SQUARE, "no_parcel_section", 1),
            (HEAD, "no_parcel", 6),
            (HEAD + SQUARE, "no_parcel", 7),
            (HEAD + PARCEL, "parcel_without_points", 7),
            (HEAD + PARCEL + SQUARE + PARCEL, "parcel_without_points", 12),
            (HEAD + PARCEL + SQUARE.replace("38464600\nJ3", "NaN\nJ3"), "coordinate_not_number", 9),
            (HEAD + PARCEL + SQUARE.replace("4190000,38464600", "inf,38464600"), "coordinate_not_number", 10),
            (
                HEAD + PARCEL + SQUARE.replace("4190000,38464600", "1e999,38464600"),
                "coordinate_not_number",
                10,
            ),
            (HEAD + PARCEL + SQUARE.replace("4190000,38464600", ",38464600"), "coordinate_not_number", 10),
            (
                HEAD + PARCEL + SQUARE.replace("4190000,38464600", "4190²,38464600"),
                "coordinate_not_number",
                10,
            ),
            (
                HEAD + PARCEL + SQUARE.replace("4190000,38464600", "41_90000,38464600"),
                "coordinate_not_number",
                10,
            ),
            (
                HEAD + PARCEL + SQUARE.replace("4190000,38464600", "٤190000,38464600"),
                "coordinate_not_number",
                10,
            ),
            (
                HEAD + PARCEL + SQUARE.replace("4190000,38464600", "4190\x00000,38464600"),
                "coordinate_not_number",
                10,
            ),
            (
                HEAD + PARCEL + SQUARE.replace("4190000,38464600", "1e300,38464600"),
                "coordinate_magnitude",
                10,
            ),
            (
                HEAD + PARCEL + SQUARE.replace("4190000,38464600", "419000,38464600"),
                "coordinate_magnitude",
                10,
            ),
            (
                HEAD + PARCEL + SQUARE.replace("4190000,38464600", "4190000,3846460"),
                "coordinate_magnitude",
                10,
            ),
            (HEAD + PARCEL + SQUARE.replace("38464", "64"), "coordinate_magnitude", 8),
            (HEAD + PARCEL + SQUARE.replace("38464", "38064"), "coordinate_magnitude", 8),
            # A decimal comma makes six fields.
            (
                HEAD + PARCEL + SQUARE.replace("4190000,38464600", "4190000,5,38464600,5"),
                "record_unreadable",
                10,
            ),
            (HEAD + PARCEL + SQUARE.replace("J3,1,4190000", "J3,4190000"), "record_unreadable", 10),
            (HEAD + PARCEL + SQUARE.replace("J3,1,", "J3,一,"), "record_unreadable", 10),
            (HEAD + PARCEL + SQUARE.replace("J3,1,", "J3,²,"), "record_unreadable", 10),
            (HEAD + PARCEL.replace("@", "") + SQUARE, "record_unreadable", 7),
            (HEAD + PARCEL.strip() + SQUARE, "record_unreadable", 7),
            (
                HEAD + PARCEL + SQUARE.replace("4190000,38464600\n", "4190000,38464600,@\n"),
                "record_unreadable",
                10,
            ),
            (HEAD + PARCEL + SQUARE + "[附录]\n" + SQUARE, "record_unreadable", 13),
            (HEAD + PARCEL + SQUARE + HEAD.replace("=38", "=39"), "header_contradicts", 16),
            (HEAD + PARCEL + LINES[0] + LINES[1], "ring_too_short", 8),
            (HEAD + PARCEL + LINES[0] + LINES[1] + LINES[0], "ring_too_short", 8),
            (HEAD + PARCEL + LINES[0] + LINES[1] + LINES[1] + LINES[0], "ring_too_short", 8),
            (HEAD + PARCEL + SQUARE + LINES[0].replace(",1,", ",2,"), "ring_too_short", 12),
            (HEAD + PARCEL.replace("面", "线") + LINES[0] + LINES[0], "ring_too_short", 8),
            (HEAD + PARCEL + LINES[0] + LINES[1] + "J3,1,4190100,38464550\n", "ring_without_area", 8),
            (HEAD + PARCEL + SQUARE + LINES[0].replace("4500", "4510"), "point_number_twice", 12),
        ],
    )
    def test_with_its_line(self, text: str, code: str, line: int | None) -> None:
        error = refused(text)
        assert error.code == code
        if line is not None:
            assert f"第{line}行" in error.what.zh
            assert re.search(rf"[Ll]ines? .*\b{line}\b", error.what.en)

    @pytest.mark.parametrize(
        "other",
        [
            "J4,1,4190000,39464500\n",
            "J4,1,4190000,37464500\n",
            "J4,1,4190000,464500\n",
            "J4,1,37.85,113.59\n",
        ],
    )
    def test_mixed_zones(self, other: str) -> None:
        error = refused(HEAD + PARCEL + "".join(LINES[:3]) + other)
        assert error.code == "mixed_zones"
        assert "第8行与第11行" in error.what.zh

    def test_zones_mixed_between_parcels(self) -> None:
        assert (
            refused(HEAD + PARCEL + SQUARE + PARCEL + SQUARE.replace("38464", "39464")).code == "mixed_zones"
        )

    def test_mixed_axes(self) -> None:
        error = refused(HEAD + PARCEL + "".join(LINES[:3]) + "J4,1,38464500,4190000\n")
        assert error.code == "mixed_axes"

    @pytest.mark.parametrize(
        ("header", "easting"),
        [
            ("带号=39", "38464"),
            ("带号=19", "38464"),
            ("几度分带=6", "38464"),
            ("几度分带=6\n带号=38", "464"),
            ("几度分带=3", "19464"),
        ],
    )
    def test_header_and_zone_contradict(self, header: str, easting: str) -> None:
        text = f"坐标系=2000国家大地坐标系\n{header}\n[地块坐标]\n{PARCEL}{SQUARE.replace('38464', easting)}"
        assert refused(text).code == "zone_contradicts"

    def test_zone_outside_china(self) -> None:
        text = HEAD.replace("38", "50") + PARCEL + SQUARE.replace("38464", "464")
        assert refused(text).code == "zone_unknown"

    @pytest.mark.parametrize("unit", ["度", "千米", "毫米", "英尺"])
    def test_unit(self, unit: str) -> None:
        assert refused(HEAD.replace("米", unit) + PARCEL + SQUARE).code == "unit_unknown"

    def test_kilometres_are_not_degrees(self) -> None:
        points = "J,1,37.85,113.59\nJ,1,37.85,113.60\nJ,1,37.84,113.60\n"
        assert refused(HEAD.replace("米", "千米") + PARCEL + points).code == "unit_unknown"


class TestCrossing:
    def test_wrong_order_names_parcel_and_edges(self) -> None:
        error = refused(HEAD + PARCEL.replace("4,,1,甲", "4,,7,乙") + BOW_TIE)
        assert error.code == "ring_self_crossing"
        # The square's corners in the order 1, 3, 2, 4: both diagonals are edges.
        assert "地块“7 乙”（第7行）" in error.what.zh
        assert "J1–J3 与 J2–J4 相交（第8行、第10行）" in error.what.zh
        assert "J1–J3 and J2–J4 cross" in error.what.en
        assert "次序" in error.mend.zh

    def test_closing_edge_crosses(self) -> None:
        places = [(0, 0), (0, 10), (10, 0), (10, 10)]
        points = "".join(f"J{k + 1},1,{4190000 + y},{38464500 + x}\n" for k, (x, y) in enumerate(places))
        assert "J2–J3 与 J4–J1 相交" in refused(HEAD + PARCEL + points).what.zh

    def test_unnumbered_points_are_named_by_line(self) -> None:
        text = HEAD + PARCEL + BOW_TIE.replace("J1", "").replace("J2", "").replace("J3", "").replace("J4", "")
        assert "行8–行9 与 行10–行11 相交" in refused(text).what.zh

    def test_crossing_right_at_a_corner(self) -> None:
        # The path goes down through the middle of the base and comes back up beside it.
        ring = np.array([(0.0, 0.0), (10, 0), (10, 10), (5, 10), (5, 0), (5, -5), (-5, -5), (-5, 2)])
        assert corner_rings.crossing_edges(ring, 0.001) == (0, 3)

    @pytest.mark.parametrize(
        ("ring", "area_m2"),
        [
            # Two triangles that meet in (5, 5), which is listed twice; touching, then passing through.
            ([(0, 0), (5, 5), (10, 0), (10, 10), (5, 5), (0, 10)], 50),
            ([(0, 0), (5, 5), (10, 10), (10, 0), (5, 5), (0, 10)], 50),
            # A corner on another edge, and one 0.4 mm beyond it.
            ([(0, 0), (10, 0), (10, 10), (5, 0), (0, 10)], 50),
            ([(0, 0), (10, 0), (10, 10), (5, -0.0004), (0, 10)], 50),
            # A hole reached over a bridge; a spike.
            ([(0, 0), (9, 0), (9, 9), (0, 9), (0, 0), (3, 3), (3, 6), (6, 6), (6, 3), (3, 3)], 72),
            ([(0, 0), (10, 0), (20, 0), (10, 0), (10, 10), (0, 10)], 100),
        ],
    )
    def test_touching_is_not_crossing(self, ring: list[tuple[float, float]], area_m2: float) -> None:
        assert corner_rings.crossing_edges(np.array(ring, dtype=float), 0.001) is None
        points = "".join(f"J{k + 1},1,{4190000 + y},{38464500 + x}\n" for k, (x, y) in enumerate(ring))
        corners = read(f"{HEAD}{len(ring)},,1,甲,面,,,,@\n{points}")
        mended = repair.repair(
            corners.frame.geometry.to_numpy(), corners.frame.index, "polygon", metres_per_unit=1
        )
        assert mended.geometries[0].area == pytest.approx(area_m2, abs=0.01)

    def test_rings_that_overlap(self) -> None:
        other = SQUARE.replace(",1,", ",2,")
        shifted = other.replace("38464500", "38464550").replace("38464600", "38464650")
        error = refused(HEAD + "8,,1,甲,面,,,,@\n" + SQUARE + shifted)
        assert error.code == "rings_overlap"
        assert "第8行和第12行" in error.what.zh

    def test_ring_written_twice(self) -> None:
        assert (
            refused(HEAD + "8,,1,甲,面,,,,@\n" + SQUARE + SQUARE.replace(",1,", ",2,")).code
            == "rings_overlap"
        )

    def test_parts_that_share_an_edge_are_parts(self) -> None:
        beside = SQUARE.replace(",1,", ",2,").replace("38464600", "38464700").replace("38464500", "38464600")
        assert only_geometry(read(HEAD + "8,,1,甲,面,,,,@\n" + SQUARE + beside)).area == 20_000


def star(draw: st.DrawFn, x_mm: int, y_mm: int, reach_mm: int) -> list[tuple[int, int]]:
    """Corners in whole millimetres of a polygon without crossings around a centre."""
    count = draw(st.integers(6, 12))
    jitter = draw(st.lists(st.floats(0, 0.4), min_size=count, max_size=count))
    reaches = draw(st.lists(st.floats(0.6, 1.0), min_size=count, max_size=count))
    angles = (np.arange(count) + np.array(jitter)) * 2 * np.pi / count
    radii = np.array(reaches) * reach_mm
    xs, ys = np.round(x_mm + radii * np.cos(angles)), np.round(y_mm + radii * np.sin(angles))
    return [(int(x), int(y)) for x, y in zip(xs, ys, strict=True)]


Rings = list[list[tuple[int, int]]]


@st.composite
def parcels(draw: st.DrawFn) -> list[list[Rings]]:
    """Parcels of parts; a part is an exterior with at most one hole. Whole millimetres, zone 38."""
    found: list[list[Rings]] = []
    for row in range(draw(st.integers(1, 3))):
        parts: list[Rings] = []
        for column in range(draw(st.integers(1, 3))):
            centre = (464_000_000 + 400_000 * column, 4_190_000_000 + 400_000 * row)
            rings = [star(draw, *centre, 150_000)]
            if draw(st.booleans()):
                rings.append(star(draw, *centre, 50_000))
                if draw(st.booleans()):
                    parts.append([star(draw, *centre, 15_000)])
            parts.append(rings)
        found.append(parts)
    return found


def shape(parts: list[Rings]) -> shapely.Geometry:
    polygons = [
        shapely.Polygon(np.array(rings[0]) / 1000, [np.array(ring) / 1000 for ring in rings[1:]])
        for rings in parts
    ]
    return polygons[0] if len(polygons) == 1 else shapely.MultiPolygon(polygons)


@dataclass(frozen=True)
class Style:
    closing: str
    ring_numbers: str
    point_numbers: str
    prefix: str
    swapped: bool


styles = st.builds(
    Style,
    closing=st.sampled_from(["first", "new", "none"]),
    ring_numbers=st.sampled_from(["continue", "ones", "restart"]),
    point_numbers=st.sampled_from(["continue", "restart"]),
    prefix=st.sampled_from(["38", ""]),
    swapped=st.booleans(),
).filter(lambda style: style.closing != "none" or style.ring_numbers == "continue")


def written_by_hand(found: list[list[Rings]], style: Style, draw: st.DrawFn) -> str:
    text = HEAD
    for number, parts in enumerate(found, start=1):
        text += f"1,,{number},甲,面,,,,@\n"
        ring_number = point_number = 0
        for part in parts:
            for place, ring in enumerate(part):
                ring_number = {"continue": ring_number + 1, "ones": 1, "restart": place + 1}[
                    style.ring_numbers
                ]
                start = draw(st.integers(0, len(ring) - 1))
                turned = (ring[start:] + ring[:start])[:: draw(st.sampled_from([1, -1]))]
                point_number = point_number if style.point_numbers == "continue" else 0
                numbers = [f"J{point_number + k + 1}" for k in range(len(turned) + 1)]
                if style.closing != "none":
                    turned = [*turned, turned[0]]
                    numbers[-1] = numbers[0] if style.closing == "first" else numbers[-1]
                for name, (x, y) in zip(numbers, turned, strict=False):
                    pair = [f"{y / 1000:.3f}", f"{style.prefix}{x / 1000:.3f}"][:: -1 if style.swapped else 1]
                    text += f"{name},{ring_number},{','.join(pair)}\n"
                point_number += len(turned)
    return text


class TestProperties:
    @given(found=parcels(), style=styles, data=st.data())
    @settings(deadline=None, max_examples=150)
    def test_the_way_of_writing_does_not_change_the_geometry(
        self, found: list[list[Rings]], style: Style, data: st.DataObject
    ) -> None:
        corners = read(written_by_hand(found, style, data.draw))
        assert len(corners.frame) == len(found)
        shift = 38e6 if style.prefix else 0
        for parts, geometry in zip(found, corners.frame.geometry, strict=True):
            assert same(shapely.transform(geometry, lambda xy: xy - np.array([shift, 0])), shape(parts))
            assert shapely.is_ccw(shapely.get_exterior_ring(shapely.get_parts(geometry))).all()
        assert corners.stated is not None
        assert corners.stated.to_epsg() == (4526 if style.prefix else 4547)

    @given(found=parcels(), epsg=st.sampled_from([4526, 4547, 2362, 2435, 4508]))
    @settings(deadline=None, max_examples=100)
    def test_what_is_written_is_read_back(self, found: list[list[Rings]], epsg: int) -> None:
        crs = pyproj.CRS.from_epsg(epsg)
        shift = 38e6 if epsg in (4526, 2362) else 0
        shapes = [shapely.transform(shape(parts), lambda xy: xy + np.array([shift, 0])) for parts in found]
        frame = gpd.GeoDataFrame(
            {"parcel_number": [f"甲,{k}" for k in range(len(found))], "area_m2": 1234.5}, geometry=shapes
        )
        written = corner_points.write(frame, crs=crs)
        corners = read(written)
        assert corners.stated == crs
        assert corners.frame["parcel_number"].tolist() == [f"甲，{k}" for k in range(len(found))]
        assert np.allclose(corners.frame["stated_area_m2"], 1234.5, atol=0.5)
        assert set(codes(corners.notes)) <= {"ring_reading"}
        for before, after in zip(shapes, corners.frame.geometry, strict=True):
            assert same(before, after)
        again = corners.frame.assign(area_m2=corners.frame["stated_area_m2"])
        assert corner_points.write(again, crs=crs) == written

    @given(
        text=st.text(
            alphabet="0123456789,，.=@[]\n\r\t面点J38\x00\ufeff地块坐标属性描述系带号 NaN１e-", max_size=80
        )
    )
    @settings(deadline=None, max_examples=300)
    def test_any_text_is_read_or_refused(self, text: str) -> None:
        try:
            corners = read(HEAD + PARCEL + SQUARE + text)
        except InputError as error:
            assert error.said("en")
        else:
            assert corners.frame.geometry[0].area == 10_000


class TestWrite:
    def test_habits_of_the_land_administration(self) -> None:
        # Given counter-clockwise from the south-east, a hole clockwise.
        shell = [(600, 0), (600, 100), (500, 100), (500, 0)]
        hole = [(540, 40), (540, 60), (560, 60), (560, 40)]
        base = np.array([38464000, 4190000])
        frame = gpd.GeoDataFrame(
            {"parcel_name": ["甲"], "area_m2": [9_600.4]},
            geometry=[shapely.Polygon(base + shell, [base + hole])],
        )
        lines = corner_points.write(frame, crs=pyproj.CRS.from_epsg(4526)).split("\r\n")
        assert lines[lines.index("[地块坐标]") + 1 :] == [
            "10,0.9600,1,甲,面,,,,@",
            "J1,1,4190100.000,38464500.000",
            "J2,1,4190100.000,38464600.000",
            "J3,1,4190000.000,38464600.000",
            "J4,1,4190000.000,38464500.000",
            "J1,1,4190100.000,38464500.000",
            "J5,2,4190060.000,38464540.000",
            "J6,2,4190040.000,38464540.000",
            "J7,2,4190040.000,38464560.000",
            "J8,2,4190060.000,38464560.000",
            "J5,2,4190060.000,38464540.000",
            "",
        ]

    def test_header_follows_the_system_not_the_caller(self) -> None:
        frame = gpd.GeoDataFrame(geometry=[WHOLE])
        header = {
            "带号": "39",
            "坐标系": "1954北京坐标系",
            "数据产生单位": "甲\r\n[地块坐标]",
            "精度": "0.01",
        }
        file = corner_points.parse(corner_points.write(frame, crs=pyproj.CRS.from_epsg(2362), header=header))
        assert (file.header["坐标系"], file.header["带号"], file.header["几度分带"]) == (
            "1980西安坐标系",
            "38",
            "3",
        )
        assert file.header["数据产生单位"] == "甲 [地块坐标]"
        assert file.header["精度"] == "0.01"
        assert list(file.header)[:4] == ["格式版本号", "数据产生单位", "数据产生日期", "坐标系"]

    def test_degrees_with_nine_decimals(self) -> None:
        box = shapely.box(113.59, 37.84, 113.600000001, 37.85)
        crs = pyproj.CRS.from_epsg(4490)
        corners = read(corner_points.write(gpd.GeoDataFrame(geometry=[box]), crs=crs))
        assert same(only_geometry(corners), box, 1e-10)
        assert corners.stated == crs
        assert corners.notes == ()

    def test_missing_attributes_are_empty_fields(self) -> None:
        frame = gpd.GeoDataFrame(
            {"parcel_name": [None], "area_m2": [np.nan], "purpose": ["甲\n乙 @"]}, geometry=[WHOLE]
        )
        written = corner_points.write(frame, crs=pyproj.CRS.from_epsg(4526))
        assert "\r\n5,,1,,面,,甲 乙 @,,@\r\n" in written
        assert read(written).frame["purpose"].tolist() == ["甲 乙 @"]

    @pytest.mark.parametrize(
        "geometry",
        [
            None,
            shapely.Polygon(),
            shapely.Point(38464500, 4190000),
            WHOLE.exterior,
            # Half a millimetre wide: no area at three decimals.
            shapely.box(38464500, 4190000, 38464500.0004, 4190000.0004),
        ],
    )
    def test_what_is_no_area_is_refused(self, geometry: shapely.Geometry | None) -> None:
        frame = gpd.GeoDataFrame(geometry=[WHOLE, geometry])
        with pytest.raises(InputError) as caught:
            corner_points.write(frame, crs=pyproj.CRS.from_epsg(4526))
        assert caught.value.code == "not_writable"
        assert "第2个" in caught.value.what.zh

    @pytest.mark.parametrize("epsg", [32649, 3857, 4479])
    def test_systems_that_the_text_cannot_state(self, epsg: int) -> None:
        with pytest.raises(InputError) as caught:
            corner_points.write(gpd.GeoDataFrame(geometry=[WHOLE]), crs=pyproj.CRS.from_epsg(epsg))
        assert caught.value.code == "crs_not_writable"

    def test_a_frame_in_another_system_is_a_mix_up(self) -> None:
        with pytest.raises(CrsMixUpError):
            corner_points.write(gpd.GeoDataFrame(geometry=[WHOLE], crs=4547), crs=pyproj.CRS.from_epsg(4526))


class TestSize:
    @pytest.fixture
    def hundred_thousand(self) -> str:
        angle = np.linspace(0, 2 * np.pi, 100_000, endpoint=False)
        north, east = 4190000 + 3000 * np.sin(angle), 38464500 + 3000 * np.cos(angle)
        lines = [f"J{k},1,{x:.3f},{y:.3f}" for k, (x, y) in enumerate(zip(north, east, strict=True))]
        return HEAD + "100000,,1,甲,面,,,,@\n" + "\n".join(lines)

    def test_a_hundred_thousand_points(self, hundred_thousand: str) -> None:
        geometry = only_geometry(read(hundred_thousand))
        assert shapely.get_num_coordinates(geometry) == 100_001

    def test_a_hundred_thousand_points_in_disorder_are_refused(self, hundred_thousand: str) -> None:
        head, *points = hundred_thousand.rsplit("@\n", 1)
        lines = points[0].split("\n")
        shuffled = np.random.default_rng(0).permutation(len(lines))
        assert refused(head + "@\n" + "\n".join(lines[k] for k in shuffled)).code == "ring_self_crossing"
