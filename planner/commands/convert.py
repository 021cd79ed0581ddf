"""``planner convert``: from any format to another, from any system to another."""

from __future__ import annotations

import argparse
import json
import sys

from gis.errors import Language, Text
from layers import conversion
from planner import target_crs
from planner.cli import EXIT_OK

JSON_SCHEMA = "planner.convert/1"


def run(options: argparse.Namespace, language: Language) -> int:
    """Carry the command out."""
    target = None if options.to_crs is None else target_crs.named(options.to_crs)
    converted = conversion.convert(
        options.source,
        options.target,
        crs=options.crs,
        layer=options.layer,
        to_crs=None if target is None else target.crs,
        encoding=options.encoding,
    )
    notes = (*converted.notes, *(target.notes if target else ()))
    content = {
        "schema": JSON_SCHEMA,
        "file": str(options.target),
        "features": converted.features,
        "from_crs": converted.source_crs,
        "to_crs": converted.target_crs,
        "notes": [
            {"code": note.code, "what": note.what.said(language), "done": note.done.said(language)}
            for note in notes
        ],
    }
    if options.json:
        sys.stdout.write(json.dumps(content, ensure_ascii=False) + "\n")
        return EXIT_OK
    done = Text(
        f"已写出 {options.target}：{converted.features}个要素，{converted.source_crs} → {converted.target_crs}。",
        f"Wrote {options.target}: {converted.features} features, {converted.source_crs} to {converted.target_crs}.",
    )
    sys.stdout.write(done.said(language) + "\n")
    for note in notes:
        sys.stdout.write(f"· {note.what.said(language)} {note.done.said(language)}\n")
    return EXIT_OK
