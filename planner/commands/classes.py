"""``planner classes``: find a project's class by industry code or by words."""

from __future__ import annotations

import argparse
import json
import sys
from typing import Any

from gis.errors import Language, Text
from planner import terminal
from planner.cli import EXIT_OK
from zoning.project_class import ProjectClass, classes, find_class, flags, search


def run(options: argparse.Namespace, language: Language) -> int:
    """Carry the command out."""
    found = tuple(classes().values()) if options.query is None else search(options.query)
    if not found:
        find_class(options.query)
    if options.json:
        content = {"schema": "planner.classes/1", "classes": [_to_json(item, language) for item in found]}
        sys.stdout.write(json.dumps(content, ensure_ascii=False) + "\n")
        return EXIT_OK
    titles = (
        Text("代码", "code"),
        Text("项目类别", "project class"),
        Text("行业代码 GB/T 4754", "GB/T 4754"),
        Text("用地用海", "land use"),
        Text("要问的问题", "questions asked"),
    )
    table = terminal.table(titles, language)
    for item in found:
        table.add_row(
            item.id,
            item.title.said(language),
            " ".join(item.industry_codes),
            " ".join(item.land_use_codes),
            _questions(item, language) if len(found) <= 3 else " ".join(item.flags),
        )
    terminal.console().print(table)
    return EXIT_OK


def _questions(item: ProjectClass, language: Language) -> str:
    return "\n".join(
        f"--flag {name}={'|'.join(flags()[name].values)}: {flags()[name].question.said(language)}"
        for name in item.flags
    )


def _to_json(item: ProjectClass, language: Language) -> dict[str, Any]:
    return {
        "id": item.id,
        "title": item.title.said(language),
        "industry_codes": list(item.industry_codes),
        "land_use_codes": list(item.land_use_codes),
        "certainty": item.certainty,
        "flags": [
            {
                "id": name,
                "question": flags()[name].question.said(language),
                "values": list(flags()[name].values),
            }
            for name in item.flags
        ],
    }
