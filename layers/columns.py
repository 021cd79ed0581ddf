"""Fields of real files, found under any of their names and interpreted, never guessed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from gis.errors import InputError, Text
from gis.note import Note
from layers.spec import Column, LayerSpec, SubClass

_PARCEL_NAMES = (
    "parcel_name",
    "DKMC",
    "地块名称",
    "XMMC",
    "项目名称",
    "NAME",
    "名称",
    "MC",
    "parcel_number",
    "DKBH",
)
_PARCEL_NUMBERS = ("parcel_number", "DKBH", "地块编号", "BSM")
_STATED_AREAS = ("stated_area_m2", "area_m2", "DKMJ", "TBMJ", "MJ")


def find(names: list[str], aliases: tuple[str, ...]) -> str | None:
    """Return the first field that has one of the aliases as its name, whatever its case.

    Examples
    --------
    >>> find(["BSM", "hxlx"], ("HXLX", "LHLX"))
    'hxlx'
    """
    by_upper = {name.upper(): name for name in reversed(names)}
    for alias in aliases:
        if alias.upper() in by_upper:
            return by_upper[alias.upper()]
    return None


def interpret(
    attributes: pd.DataFrame, spec: LayerSpec, chosen: Mapping[str, str]
) -> tuple[pd.DataFrame, list[Note]]:
    """Return the spec's columns under our names, with the sub-class of every row.

    Parameters
    ----------
    attributes
        As read.
    spec
        The kind of layer.
    chosen
        Our column to the file's field, where the user said so.

    Returns
    -------
    frame, notes
        ``sub_class`` is None in rows whose spelling is not in the domain, and in all rows when the
        file has no such field: unknown, and said.

    Raises
    ------
    InputError
        When a chosen field is not in the file.
    """
    names = [str(name) for name in attributes.columns if name != "geometry"]
    notes: list[Note] = []
    result: dict[str, object] = {}
    for column in spec.columns.values():
        name = _field_for(column, names, chosen, spec)
        if name is not None:
            result[column.id] = attributes[name].to_numpy()
        elif column.required:
            notes.append(_missing_column(column, names))
    frame = pd.DataFrame(result, index=attributes.index)
    sub_classes, more = _sub_classes(frame, spec)
    # As objects: in a column of strings pandas would turn None into NaN.
    frame["sub_class"] = pd.Series(sub_classes, index=frame.index, dtype=object)
    if "code" in frame:
        more += _repeated(frame["code"])
    return frame, notes + more


def _field_for(column: Column, names: list[str], chosen: Mapping[str, str], spec: LayerSpec) -> str | None:
    wanted = chosen.get(column.id)
    if wanted is None:
        return find(names, column.aliases)
    if wanted not in names:
        raise InputError(
            "column_missing",
            Text(
                f"图层“{spec.title.zh}”没有字段“{wanted}”。",
                f"The layer '{spec.title.en}' has no field '{wanted}'.",
            ),
            Text(f"现有字段：{'、'.join(names)}。", f"It has: {', '.join(names)}."),
        )
    return wanted


def _missing_column(column: Column, names: list[str]) -> Note:
    return Note(
        "column_missing",
        "error",
        Text(
            f"没有“{column.title.zh}”字段（找过：{'、'.join(column.aliases)}；现有：{'、'.join(names)}）。",
            f"There is no field for '{column.title.en}' (looked for {', '.join(column.aliases)}; "
            f"found {', '.join(names)}).",
        ),
        Text(
            f"相关要素一律“无法判定”。{column.question.zh}",
            f"Its features are undecidable. {column.question.en}",
        ),
    )


def _sub_classes(frame: pd.DataFrame, spec: LayerSpec) -> tuple[npt.NDArray[np.object_], list[Note]]:
    result = np.full(len(frame), None, dtype=object)
    if spec.has_one_meaning:
        result[:] = spec.sub_classes[0].id
        return result, []
    if "sub_class" not in frame:
        return result, []
    unknown: dict[str, list[int]] = {}
    retired: dict[tuple[SubClass, str], list[int]] = {}
    known: dict[str, tuple[SubClass | None, bool]] = {}
    for position, raw in enumerate(frame["sub_class"]):
        spelling = _spelling(raw)
        if spelling not in known:
            known[spelling] = spec.sub_class_of(spelling)
        sub_class, was_retired = known[spelling]
        if sub_class is None:
            unknown.setdefault(spelling or "（空）", []).append(position)
            continue
        result[position] = sub_class.id
        if was_retired:
            retired.setdefault((sub_class, spelling), []).append(position)
    notes = [_unknown_spelling(spec, spelling, rows) for spelling, rows in unknown.items()]
    notes += [_retired_spelling(sub_class, spelling, rows) for (sub_class, spelling), rows in retired.items()]
    return result, notes


def _spelling(raw: object) -> str:
    if raw is None or raw is pd.NA or raw is pd.NaT or (isinstance(raw, float) and np.isnan(raw)):
        return ""
    if isinstance(raw, float | np.floating) and float(raw).is_integer():
        # Codes that went through a spreadsheet come back as 10.0.
        return str(int(raw))
    return str(raw).strip()


def _unknown_spelling(spec: LayerSpec, spelling: str, rows: list[int]) -> Note:
    question = spec.columns["sub_class"].question
    return Note(
        "sub_class_unknown",
        "error",
        Text(
            f"{len(rows)}个要素的类型“{spelling}”不在“{spec.title.zh}”的值域内。",
            f"{len(rows)} features have the type '{spelling}', which is not in the domain of '{spec.title.en}'.",
        ),
        Text(f"一律“无法判定”。{question.zh}", f"They are undecidable. {question.en}"),
        tuple(rows),
    )


def _retired_spelling(sub_class: SubClass, spelling: str, rows: list[int]) -> Note:
    return Note(
        "sub_class_retired",
        "warning",
        Text(
            f"{len(rows)}个要素用的是已废止的分类“{spelling}”。",
            f"{len(rows)} features use the abolished class '{spelling}'.",
        ),
        Text(
            f"按“{sub_class.title.zh}”处理。{sub_class.retired_note.zh}",
            f"Taken as '{sub_class.title.en}'. {sub_class.retired_note.en}",
        ),
        tuple(rows),
    )


def _repeated(codes: pd.Series[Any]) -> list[Note]:
    spelled = pd.Series([_spelling(code) for code in codes])
    twice = spelled[spelled.duplicated(keep=False) & (spelled != "")]
    if twice.empty:
        return []
    shown = "、".join(twice.unique()[:5])
    return [
        Note(
            "duplicate_ids",
            "warning",
            Text(
                f"{len(twice)}个要素的编号与别的要素相同（{shown}）。",
                f"{len(twice)} features share their identifier with another ({shown}).",
            ),
            Text("全部保留，按行号区分。", "All were kept and are told apart by row."),
            tuple(int(row) for row in twice.index),
        )
    ]


def repeated_parcels(attributes: pd.DataFrame) -> list[Note]:
    """Return a note when parcels of a site share a number."""
    field = find([str(name) for name in attributes.columns if name != "geometry"], _PARCEL_NUMBERS)
    return [] if field is None else _repeated(attributes[field])


def parcel_names(attributes: pd.DataFrame) -> npt.NDArray[np.object_]:
    """Return a name for each parcel: the file's own, else its row number."""
    names = [str(name) for name in attributes.columns if name != "geometry"]
    field = find(names, _PARCEL_NAMES)
    result = np.array([str(row + 1) for row in range(len(attributes))], dtype=object)
    if field is None:
        return result
    own = np.array([_spelling(value) for value in attributes[field]], dtype=object)
    return np.where(own == "", result, own)


def stated_area_m2(attributes: pd.DataFrame) -> npt.NDArray[np.float64]:
    """Return the area that a file states for each parcel, m²; NaN where it states none."""
    names = [str(name) for name in attributes.columns if name != "geometry"]
    field = find(names, _STATED_AREAS)
    if field is None:
        return np.full(len(attributes), np.nan)
    return np.asarray(pd.to_numeric(attributes[field], errors="coerce"), dtype=float)
