"""Files that repeat an earlier run: where they are read, and what their paths are relative to.

Paths in a run file are relative to the folder it stands in, so that a folder of exports can be moved with what it
was made of.
"""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from gis.errors import InputError, Text
from planner import cli

# What may be said beside --run: where the workspace is now, and how to answer; never another question.
_BESIDE = {"run", "command", "lang", "json", "workspace"}
_BESIDE |= {"out", "encoding", "to_crs", "fail_on", "batch", "processes", "scheduler", "why", "places"}


def read(path: Path) -> str:
    """Return a run file's text.

    Raises
    ------
    InputError
        ``run_file`` when it can't be read.
    """
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(
            "run_file",
            Text(f"读不出运行文件“{path}”。", f"The run file '{path}' can't be read."),
            Text("请核对路径。", "Check the path."),
        ) from error


def stands_alone(options: argparse.Namespace) -> None:
    """Refuse a question beside ``--run``: one of the two would go unanswered.

    Raises
    ------
    InputError
        ``run_and_question``.
    """
    usual = vars(cli.build_parser("zh").parse_args([options.command]))
    asked = [name for name, value in vars(options).items() if name not in _BESIDE and value != usual[name]]
    if not asked:
        return
    words = ", ".join("SITE" if name == "sites" else f"--{name.replace('_', '-')}" for name in asked)
    raise InputError(
        "run_and_question",
        Text(
            f"--run 重复以前的问题，不能同时给出 {words}。",
            f"--run repeats an earlier question; {words} can't stand beside it.",
        ),
        Text(
            "请去掉其中一个；运行文件是文本，可以修改。",
            "Leave one out; a run file is text and can be edited.",
        ),
    )


def beside(path: Path, folder: Path) -> Path:
    """Return a path as seen from a folder; absolute where there is no way (another drive).

    Examples
    --------
    >>> beside(Path("/a/sites/b.shp"), Path("/a/out")).as_posix()
    '../sites/b.shp'
    """
    try:
        return Path(os.path.relpath(path.parent.resolve() / path.name, folder.resolve()))
    except ValueError:
        return path.absolute()


def seen_from(path: Path, folder: Path) -> Path:
    """Return where a path of a run file leads that stands in a folder.

    Examples
    --------
    >>> seen_from(Path("../sites/b.shp"), Path("/a/out")).as_posix()
    '/a/sites/b.shp'
    """
    return Path(os.path.normpath(folder.resolve() / path))
