"""``planner rules``: the rule base, listed, shown, verified, compared."""

from __future__ import annotations

import argparse
import json
import sys
from datetime import date
from typing import Any

from gis.errors import InputError, Language, Text
from gis.toml import DefinitionError
from layers import spec
from planner import terminal, texts, wording
from planner.cli import EXIT_INPUT, EXIT_OK
from planner.commands import rules_matrix
from planner.options import day_of
from zoning import verify
from zoning.project_class import find_class
from zoning.rule import Rule
from zoning.rulebook import RuleBook, shipped


def run(options: argparse.Namespace, language: Language) -> int:
    """Carry the command out."""
    actions = {
        "list": _list,
        "show": _show,
        "verify": _verify,
        "matrix": rules_matrix.matrix,
        "diff": rules_matrix.diff,
    }
    return actions[options.action](options, language)


def _write_json(content: dict[str, Any]) -> int:
    sys.stdout.write(json.dumps(content, ensure_ascii=False) + "\n")
    return EXIT_OK


def _chosen(options: argparse.Namespace, book: RuleBook) -> tuple[Rule, ...]:
    layer = None if options.kind is None else spec.find(options.kind).id
    rules = tuple(book.rules.values()) if options.as_of is None else book.in_force(day_of(options.as_of))
    if layer is not None:
        rules = tuple(rule for rule in rules if rule.scope.layer == layer)
    if options.activity is not None:
        wanted = find_class(options.activity).id
        rules = tuple(rule for rule in rules if rule.names(wanted) or rule.sweeps(wanted))
    return rules


def _list(options: argparse.Namespace, language: Language) -> int:
    rules = _chosen(options, shipped())
    day = day_of(options.as_of)
    if options.json:
        return _write_json(
            {"schema": "planner.rules/1", "rules": [rule_json(rule, day, language) for rule in rules]}
        )
    titles = (
        Text("规则", "rule"),
        Text("图层·类型", "layer, sub-class"),
        Text("类别", "classes"),
        Text("结论", "verdict"),
        Text("有效期", "in force"),
        Text("依据", "basis"),
        Text("确认", "certainty"),
    )
    table = terminal.table(titles, language)
    for rule in rules:
        table.add_row(
            rule.id,
            _place(rule, language),
            _classes(rule),
            wording.verdict_title(rule.verdict.code, language),
            _lifetime(rule),
            wording.basis(rule, day, language),
            texts.CERTAINTIES[rule.certainty_on(day)].said(language),
        )
    terminal.console().print(table)
    return EXIT_OK


def _place(rule: Rule, language: Language) -> str:
    place = wording.place({"layer": rule.scope.layer, "sub_class": rule.scope.sub_class}, language)
    if rule.scope.except_layer:
        excepted = wording.layer_title(rule.scope.except_layer, language)
        return f"{place}（{excepted}除外）" if language == "zh" else f"{place} (except {excepted})"
    return place


def _classes(rule: Rule) -> str:
    named = " ".join(rule.classes)
    return f"{named} − {' '.join(rule.except_classes)}" if rule.except_classes else named


def _lifetime(rule: Rule) -> str:
    return f"{rule.effective_from} – {rule.effective_to or ''}"


def rule_json(rule: Rule, day: date, language: Language) -> dict[str, Any]:
    """Return a rule as a plain object."""
    return {
        "id": rule.id,
        "layer": rule.scope.layer,
        "sub_class": rule.scope.sub_class,
        "relation": rule.scope.relation,
        "except_layer": rule.scope.except_layer,
        "classes": list(rule.classes),
        "except_classes": list(rule.except_classes),
        "conditions": {flag: list(values) for flag, values in rule.conditions.items()},
        "verdict": rule.verdict.code,
        "effective_from": rule.effective_from.isoformat(),
        "effective_to": None if rule.effective_to is None else rule.effective_to.isoformat(),
        "replaced_by": rule.replaced_by,
        "in_force": rule.in_force(day),
        "basis": [
            {
                "document": citation.document.title.said(language),
                "number": citation.document.number,
                "article": citation.article,
                "certainty": citation.certainty,
                "date_certainty": citation.document.date_certainty,
                "in_force": citation.document.in_force(day),
            }
            for citation in rule.basis
        ],
        "procedure": rule.procedure.said(language),
        "authority": rule.authority.said(language),
        "note": rule.note.said(language),
        "certainty": rule.certainty_on(day),
    }


def _show(options: argparse.Namespace, language: Language) -> int:
    rule = shipped().find(options.rule)
    day = day_of(options.as_of)
    if options.json:
        return _write_json({"schema": "planner.rule/1", **rule_json(rule, day, language)})
    console = terminal.console()
    in_force = rule.in_force(day)
    that_day = Text(
        f"（{day}：{'有效' if in_force else '无效'}）",
        f" ({day}: {'in force' if in_force else 'not in force'})",
    )
    lines = [
        (Text("规则", "rule"), rule.id),
        (Text("图层·类型", "layer, sub-class"), _place(rule, language)),
        (Text("适用类别", "classes"), _classes(rule)),
        (Text("适用条件", "conditions"), wording.conditions(rule, language)),
        (Text("结论", "verdict"), wording.verdict_title(rule.verdict.code, language)),
        (Text("有效期", "in force"), f"{_lifetime(rule)}{that_day.said(language)}"),
        (Text("当日依据", "basis on that day"), wording.basis(rule, day, language)),
        (Text("全部依据", "all documents"), wording.documents(rule, language)),
        (Text("办理要求", "procedure"), rule.procedure.said(language)),
        (Text("主管部门", "authority"), rule.authority.said(language)),
        (Text("说明", "note"), rule.note.said(language)),
        (Text("确认程度", "certainty"), texts.CERTAINTIES[rule.certainty_on(day)].said(language)),
    ]
    for title, value in lines:
        if value:
            console.print(f"{title.said(language)}: {value}", highlight=False, markup=False)
    return EXIT_OK


def _verify(options: argparse.Namespace, language: Language) -> int:
    day = day_of(None)
    try:
        book = shipped()
        found = verify.problems(book, day)
    except DefinitionError as error:
        raise InputError(
            "rule_base",
            Text(f"规则库有误：{error}。", f"The rule base is wrong: {error}."),
            Text("请按 docs/how-to/add-a-rule.md 改正。", "Mend it as docs/how-to/add-a-rule.md says."),
        ) from error
    if options.json:
        _write_json(
            {
                "schema": "planner.rules.verify/1",
                "rules": len(book.rules),
                "problems": [
                    {"code": item.code, "where": item.where, "what": item.what.said(language)}
                    for item in found
                ],
            }
        )
    else:
        for item in found:
            sys.stdout.write(f"{item.where}: {item.what.said(language)}\n")
        summary = Text(
            f"{len(book.rules)}条规则、{len(book.documents)}份文件，{len(found)}个问题。",
            f"{len(book.rules)} rules, {len(book.documents)} documents, {len(found)} problems.",
        )
        sys.stdout.write(summary.said(language) + "\n")
    return EXIT_INPUT if found else EXIT_OK
