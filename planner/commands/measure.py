"""``planner measure``: areas on the ellipsoid, and what a stated area was."""

from __future__ import annotations

import argparse
import json
import sys
from typing import Any

import numpy as np

from gis import area
from gis.errors import Language, Text
from layers import load
from layers.site import Site
from planner import terminal, wording
from planner.cli import EXIT_OK

JSON_SCHEMA = "planner.measure/1"
_STATED = {
    "ellipsoidal": Text("椭球面积", "ellipsoidal"),
    "planar": Text("平面面积", "planar"),
    "either": Text("两者皆符", "either (they agree)"),
    "neither": Text("两者皆不符", "neither"),
    "": Text("未填", "none stated"),
}
_TITLES = (
    Text("地块", "parcel"),
    Text("椭球面积 m²", "ellipsoidal m²"),
    Text("公顷", "ha"),
    Text("亩", "mu"),
    Text("平面面积 m²", "planar m²"),
    Text("平面−椭球", "planar − ellipsoidal"),
    Text("所填面积", "stated"),
    Text("所填为", "stated is"),
)
_UNITS = (
    ("m²", 1.0, 0.005),
    ("m²", 1.0, 0.5),
    ("公顷 ha", wording.M2_PER_HECTARE, 0.5),
    ("亩 mu", wording.M2_PER_MU, 0.005 * wording.M2_PER_MU),
)


def run(options: argparse.Namespace, language: Language) -> int:
    """Carry the command out."""
    site = load.site(options.file, crs=options.crs, layer=options.layer)
    rows = _rows(site)
    if options.json:
        sys.stdout.write(json.dumps(_to_json(site, rows, language), ensure_ascii=False) + "\n")
        return EXIT_OK
    console = terminal.console()
    recognition = site.recognition
    said = Text("坐标系", "Coordinate system").said(language)
    console.print(f"{said}: {recognition.name} ({recognition.reason.said(language)})", highlight=False)
    table = terminal.table(_TITLES, language, numbers=range(1, len(_TITLES)))
    for row in rows:
        table.add_row(*_cells(row, language))
    console.print(table)
    for issue in site.issues:
        console.print(f"· {issue.what.said(language)} {issue.done.said(language)}", highlight=False)
    return EXIT_OK


def _rows(site: Site) -> list[dict[str, Any]]:
    measured = site.ground.area_m2
    rows = []
    for position, parcel in enumerate(site.parcels.to_dict("records")):
        stated, planar = parcel["stated_m2"], parcel["planar_m2"]
        kind, unit = _judge(stated, measured[position], None if np.isnan(planar) else planar)
        rows.append(
            {
                "parcel": str(parcel["parcel_name"]),
                "row": int(parcel["row"]),
                "ellipsoidal_m2": round(float(measured[position]), 3),
                "planar_m2": None if np.isnan(planar) else round(float(planar), 3),
                "stated": None if np.isnan(stated) else float(stated),
                "stated_is": kind,
                "stated_unit": unit,
            }
        )
    return rows


def _judge(stated: float, ellipsoidal: float, planar: float | None) -> tuple[str, str]:
    """Tell what a stated number is: which area, and in which unit."""
    if np.isnan(stated):
        return "", ""
    for unit, size_m2, rounding_m2 in _UNITS:
        kind = area.which_was_stated(stated * size_m2, ellipsoidal, planar, rounding_m2)
        if kind != "neither":
            return kind, unit
    return "neither", ""


def _cells(row: dict[str, Any], language: Language) -> list[str]:
    ellipsoidal, planar, stated = row["ellipsoidal_m2"], row["planar_m2"], row["stated"]
    unit = f" ({row['stated_unit']})" if row["stated_unit"] else ""
    return [
        row["parcel"],
        f"{ellipsoidal:,.3f}",
        wording.hectares(ellipsoidal),
        wording.mu(ellipsoidal),
        "" if planar is None else f"{planar:,.3f}",
        "" if planar is None else f"{(planar - ellipsoidal) / ellipsoidal:+.4%}",
        "" if stated is None else f"{stated:g}{unit}",
        _STATED[row["stated_is"]].said(language),
    ]


def _to_json(site: Site, rows: list[dict[str, Any]], language: Language) -> dict[str, Any]:
    return {
        "schema": JSON_SCHEMA,
        "file": site.name,
        "crs": site.recognition.name,
        "crs_reason": site.recognition.reason.said(language),
        "accuracy_m": site.accuracy_m,
        "lost_rows": list(site.lost_rows),
        "parcels": rows,
        "issues": [
            {"code": issue.code, "severity": issue.severity, "what": issue.what.said(language)}
            for issue in site.issues
        ],
    }
