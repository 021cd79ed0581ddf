"""The laws of direction: who may import whom, who may open geodata, who may import Streamlit."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
MAY_IMPORT = {
    "gis": set(),
    "layers": {"gis"},
    "zoning": {"gis", "layers"},
    "restoration": {"gis", "layers"},
    "data": {"gis", "layers"},
    "planner": {"gis", "layers", "zoning", "restoration", "data"},
    "app_pages": {"gis", "layers", "planner"},
    "app_streamlit": {"gis", "layers", "planner", "app_pages"},
}
OPENS_GEODATA = {"fiona", "pyogrio", "rasterio", "openpyxl", "pyarrow"}
GEODATA_ROOM = "gis/files"
FORBIDDEN_NAMES = {"utils", "common", "helpers", "misc"}


def modules() -> list[Path]:
    found = [path for room in MAY_IMPORT for path in sorted((ROOT / room).rglob("*.py"))]
    found += [path for path in [ROOT / "app_streamlit.py"] if path.exists()]
    return found


def imported(path: Path) -> Iterator[tuple[str, int]]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            assert node.module is not None
            yield node.module, node.lineno


def room_of(path: Path) -> str:
    return path.relative_to(ROOT).parts[0].removesuffix(".py")


@pytest.mark.parametrize("path", modules(), ids=lambda path: path.relative_to(ROOT).as_posix())
def test_imports_run_downwards(path: Path) -> None:
    room = room_of(path)
    for name, line in imported(path):
        target = name.partition(".")[0]
        if target in MAY_IMPORT and target != room:
            assert target in MAY_IMPORT[room], f"{path}:{line}: {room} may not import {target}"


@pytest.mark.parametrize("path", modules(), ids=lambda path: path.relative_to(ROOT).as_posix())
def test_only_files_opens_geodata(path: Path) -> None:
    inside = path.relative_to(ROOT).as_posix().startswith(GEODATA_ROOM)
    for name, line in imported(path):
        if name.partition(".")[0] in OPENS_GEODATA:
            assert inside, f"{path}:{line}: only {GEODATA_ROOM} opens geodata"
    calls = {
        node.func.attr
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
    }
    if not inside:
        assert not calls & {"read_file", "to_file", "read_parquet", "to_parquet", "read_feather"}


@pytest.mark.parametrize("path", modules(), ids=lambda path: path.relative_to(ROOT).as_posix())
def test_only_the_app_knows_streamlit(path: Path) -> None:
    if room_of(path) not in ("app_pages", "app_streamlit"):
        assert "streamlit" not in {name.partition(".")[0] for name, _ in imported(path)}


def test_the_flow_has_no_arithmetic() -> None:
    tree = ast.parse((ROOT / "planner" / "flow.py").read_text(encoding="utf-8"))
    sums = [
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.BinOp) and not isinstance(node.op, ast.BitOr)
    ]
    assert sums == []


def test_nothing_catches_everything() -> None:
    for path in modules():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ExceptHandler):
                names = (
                    [item.id for item in ast.walk(node.type) if isinstance(item, ast.Name)]
                    if node.type
                    else []
                )
                assert node.type is not None, f"{path}:{node.lineno}: bare except"
                assert not {"Exception", "BaseException"} & set(names), f"{path}:{node.lineno}"


def test_no_module_is_a_drawer_for_everything() -> None:
    for path in modules():
        assert not FORBIDDEN_NAMES & {part.removesuffix(".py") for part in path.relative_to(ROOT).parts}


def test_no_file_over_400_lines() -> None:
    long = {
        path.relative_to(ROOT).as_posix(): lines
        for path in modules()
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > 400
    }
    assert long == {}
