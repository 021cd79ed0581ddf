"""``planner layers``: the catalogue, and what the workspace holds of it."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from gis.errors import InputError, Language, Text
from gis.toml import DefinitionError
from layers import spec
from planner import terminal, texts, workspace
from planner.cli import EXIT_OK
from planner.options import day_of, workspace_of
from planner.workspace import Workspace


def run(options: argparse.Namespace, language: Language) -> int:
    """Carry the command out."""
    folder = workspace_of(options)
    if options.action == "add":
        return _add(options, folder, language)
    opened = workspace.open_folder(folder) if folder.exists() else None
    if options.action == "list":
        return _list(options, opened, language)
    return _show(options, opened, language)


def _entry(opened: Workspace | None, kind: str) -> workspace.LayerEntry | None:
    entries = () if opened is None else opened.layers
    return next((entry for entry in entries if entry.kind == kind), None)


def _list(options: argparse.Namespace, opened: Workspace | None, language: Language) -> int:
    rows = [_row(kind, _entry(opened, kind.id), language) for kind in spec.catalogue().values()]
    if options.json:
        sys.stdout.write(
            json.dumps({"schema": "planner.layers/1", "layers": rows}, ensure_ascii=False) + "\n"
        )
        return EXIT_OK
    titles = (
        Text("图层", "layer"),
        Text("名称", "title"),
        Text("角色", "role"),
        Text("工作区文件", "file"),
        Text("数据日期", "as of"),
        Text("示意", "illustrative"),
        Text("来源", "source"),
    )
    table = terminal.table(titles, language)
    roles = {"control": Text("管控", "control"), "context": Text("背景", "context")}
    for row in rows:
        table.add_row(
            row["id"],
            row["title"],
            roles[row["role"]].said(language),
            row["file"] or Text("（无）", "(none)").said(language),
            row["as_of"] or "",
            texts.ILLUSTRATIVE.said(language) if row["illustrative"] else "",
            row["source"],
        )
    terminal.console().print(table)
    return EXIT_OK


def _row(kind: spec.LayerSpec, entry: workspace.LayerEntry | None, language: Language) -> dict[str, Any]:
    return {
        "id": kind.id,
        "official_name": kind.official_name,
        "title": kind.title.said(language),
        "role": kind.role,
        "geometry": kind.geometry,
        "file": None if entry is None else entry.path,
        "as_of": None if entry is None or entry.as_of is None else entry.as_of.isoformat(),
        "illustrative": entry is not None and entry.illustrative,
        "source": (kind.source if entry is None else entry.source).said(language),
    }


def _show(options: argparse.Namespace, opened: Workspace | None, language: Language) -> int:
    kind = spec.find(options.kind)
    content = {
        **_row(kind, _entry(opened, kind.id), language),
        "licence": kind.licence.said(language),
        "authority": kind.authority.said(language),
        "positional_accuracy_m": kind.positional_accuracy_m,
        "certainty": kind.certainty,
        "sub_classes": [
            {"id": entry.id, "title": entry.title.said(language), "values": list(entry.values)}
            for entry in kind.sub_classes
        ],
        "columns": [
            {"id": column.id, "title": column.title.said(language), "aliases": list(column.aliases)}
            for column in kind.columns.values()
        ],
        "note": kind.note.said(language),
    }
    if options.json:
        sys.stdout.write(json.dumps({"schema": "planner.layer/1", **content}, ensure_ascii=False) + "\n")
        return EXIT_OK
    console = terminal.console()
    unknown = texts.UNKNOWN.said(language)
    none = Text("（无）", "(none)").said(language)
    absent = {} if content["file"] else {"file": none, "as_of": none}
    for name, value in content.items():
        if isinstance(value, list):
            console.print(f"{name}:", markup=False, highlight=False)
            for item in value:
                words = ", ".join(item.get("values") or item.get("aliases") or [])
                console.print(f"  {item['id']} — {item['title']}: {words}", markup=False, highlight=False)
        else:
            shown = absent.get(name, unknown) if value is None else value
            console.print(f"{name}: {shown}", markup=False, highlight=False)
    return EXIT_OK


def _add(options: argparse.Namespace, folder: Path, language: Language) -> int:
    kind = spec.find(options.kind)
    columns = dict(text.partition("=")[::2] for text in options.column)
    entry = workspace.LayerEntry(
        kind=kind.id,
        path=_as_seen_from(folder, options.file),
        layer=options.layer,
        crs=options.crs,
        coverage=options.coverage
        if options.coverage == workspace.UNDER_FEATURES_ONLY
        else _as_seen_from(folder, Path(options.coverage)),
        columns=columns,
        as_of=None if options.as_of is None else day_of(options.as_of),
        source=Text(options.source, options.source),
        licence=Text(options.licence, options.licence),
        illustrative=options.illustrative,
        positional_accuracy_m=options.accuracy,
    )
    try:
        layer = workspace.add(folder, entry)
    except DefinitionError as error:
        raise InputError(
            "layer_entry",
            Text(f"登记内容有误：{error.what}。", f"The entry is wrong: {error.what}."),
            Text("请核对 --accuracy、--column 等参数。", "Check --accuracy, --column and the others."),
        ) from error
    if options.json:
        content = {"schema": "planner.layers.add/1", "layer": kind.id, "features": len(layer.features)}
        sys.stdout.write(json.dumps(content, ensure_ascii=False) + "\n")
        return EXIT_OK
    done = Text(
        f"已登记“{kind.title.zh}”：{len(layer.features)}个要素。",
        f"Listed '{kind.title.en}': {len(layer.features)} features.",
    )
    sys.stdout.write(done.said(language) + "\n")
    for issue in layer.issues:
        sys.stdout.write(f"· {issue.what.said(language)} {issue.done.said(language)}\n")
    return EXIT_OK


def _as_seen_from(folder: Path, file: Path) -> str:
    """Return a path relative to the workspace where it lies within it, else absolute."""
    absolute, home = file.resolve(), folder.resolve()
    return (absolute.relative_to(home) if absolute.is_relative_to(home) else absolute).as_posix()
