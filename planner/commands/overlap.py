"""``planner overlap``: how much ground parcels share with each feature, without asking the law."""

from __future__ import annotations

import argparse
import json
import sys
from typing import Any

import pandas as pd
from rich.console import Console

from gis.errors import Language, Text
from gis.files import table_parts
from layers import load, spec
from layers.site import Site
from planner import issue_list, overlaps, terminal, texts, wording, workspace
from planner.cli import EXIT_OK
from planner.options import workspace_of
from planner.workspace import Loaded

JSON_SCHEMA = "planner.overlap/1"
_SHOWN = 40


def run(options: argparse.Namespace, language: Language) -> int:
    """Carry the command out."""
    site = load.site(options.file, crs=options.crs, layer=options.layer, width_m=options.width)
    space = workspace.open_folder(workspace_of(options))
    with terminal.progress_bar() as progress:
        task = progress.add_task("")
        loaded = overlaps.load(site, space)
        table = overlaps.of_site(
            site, space, loaded, tell=lambda what: progress.update(task, description=what)
        )
    illustrative = {name for name, layer in loaded.layers.items() if layer.source.illustrative}
    table["illustrative"] = [texts.ILLUSTRATIVE.zh if name in illustrative else "" for name in table["layer"]]
    if options.out is not None:
        table_parts.write_csv(table, options.out)
    if options.json:
        sys.stdout.write(json.dumps(_to_json(table, site, loaded, language), ensure_ascii=False) + "\n")
        return EXIT_OK
    console = terminal.console()
    if illustrative:
        console.print(texts.ILLUSTRATIVE_WARNING.said(language), style="bold")
    _show(table, console, language)
    for name in _silent(loaded):
        title = wording.layer_title(name, language)
        console.print(Text(f"未载入：{title}", f"Not loaded: {title}").said(language))
    issue_list.show((*site.issues, *loaded.issues), site.lost_rows, console, language)
    if options.out is not None:
        console.print(str(options.out), highlight=False, soft_wrap=True)
    return EXIT_OK


def _silent(loaded: Loaded) -> list[str]:
    """Return the control layers that say nothing, because they are not there or can't be read."""
    asked = {entry.id for entry in spec.catalogue().values() if entry.role == "control"}
    return sorted(asked - set(loaded.layers))


def _to_json(table: pd.DataFrame, site: Site, loaded: Loaded, language: Language) -> dict[str, Any]:
    return {
        "schema": JSON_SCHEMA,
        "overlaps": json.loads(table.to_json(orient="records", force_ascii=False)),
        "layers_not_loaded": _silent(loaded),
        "lost_rows": list(site.lost_rows),
        "issues": issue_list.to_json((*site.issues, *loaded.issues), language),
    }


def _show(table: pd.DataFrame, console: Console, language: Language) -> None:
    shown = terminal.table(
        [
            Text("地块", "parcel"),
            Text("图层", "layer"),
            Text("类型", "sub-class"),
            Text("图斑", "feature"),
            Text("重叠面积（公顷）", "hectares shared"),
            Text("占地块比例", "share of parcel"),
        ],
        language,
        numbers=(3, 4, 5),
    )
    for row in table.head(_SHOWN).to_dict("records"):
        shown.add_row(
            str(row["parcel_name"]),
            wording.layer_title(row["layer"], language),
            wording.sub_class_title(row["layer"], row["sub_class"] or "", language),
            str(row["feature"] + 1),
            f"{row['overlap_m2'] / wording.M2_PER_HECTARE:.4f}",
            f"{row['share']:.2%}",
        )
    console.print(shown)
    if len(table) > _SHOWN:
        rest = len(table) - _SHOWN
        console.print(Text(f"另有{rest}行，用 --out 写出全部。", f"{rest} more rows: --out.").said(language))
