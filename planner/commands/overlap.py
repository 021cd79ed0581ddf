"""``planner overlap``: how much ground parcels share with each feature, without asking the law."""

from __future__ import annotations

import argparse
import json
import sys

from gis.errors import Language, Text
from gis.files import table_parts
from layers import load, spec
from planner import layer_cache, overlaps, terminal, texts, wording, workspace
from planner.cli import EXIT_OK
from planner.options import workspace_of

JSON_SCHEMA = "planner.overlap/1"
_SHOWN = 40


def run(options: argparse.Namespace, language: Language) -> int:
    """Carry the command out."""
    site = load.site(options.file, crs=options.crs, layer=options.layer, width_m=options.width)
    space = workspace.open_folder(workspace_of(options))
    near = layer_cache.around([site.parcels.geometry.iloc[:1]])
    with terminal.progress_bar() as progress:
        task = progress.add_task("")
        loaded = workspace.load_layers(space, near=near)
        table = overlaps.of_site(
            site, space, loaded, tell=lambda what: progress.update(task, description=what)
        )
    illustrative = {name for name, layer in loaded.layers.items() if layer.source.illustrative}
    table["illustrative"] = [texts.ILLUSTRATIVE.zh if name in illustrative else "" for name in table["layer"]]
    if options.out is not None:
        table_parts.write_csv(table, options.out)
    asked = {entry.id for entry in spec.catalogue().values() if entry.role == "control"}
    silent = sorted(asked - set(loaded.layers))
    if options.json:
        rows = json.loads(table.to_json(orient="records", force_ascii=False))
        content = {"schema": JSON_SCHEMA, "overlaps": rows, "layers_not_loaded": silent}
        sys.stdout.write(json.dumps(content, ensure_ascii=False) + "\n")
        return EXIT_OK
    console = terminal.console()
    if illustrative:
        console.print(texts.ILLUSTRATIVE_WARNING.said(language), style="bold")
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
    for name in silent:
        title = wording.layer_title(name, language)
        console.print(Text(f"未载入：{title}", f"Not loaded: {title}").said(language))
    if options.out is not None:
        console.print(str(options.out), highlight=False, soft_wrap=True)
    return EXIT_OK
