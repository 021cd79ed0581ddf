"""The lists of packages agree, and no committed file names an index or a machine's folder."""

from __future__ import annotations

import re
import subprocess
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[1]
BUILT = ("app_pages/map_assets/", "frontend/package-lock.json")


def _name(requirement: str) -> str:
    return re.split(r"[<>=!~\[ ]", requirement.strip())[0].lower().replace("_", "-")


def _pyproject() -> dict[str, set[str]]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    return {"core": set(project["dependencies"]), "dev": set(extras["dev"])}


def test_environment_yml_lists_the_same_packages() -> None:
    lines = (ROOT / "environment.yml").read_text(encoding="utf-8").splitlines()
    conda = {match.group(1) for line in lines if (match := re.fullmatch(r" {2,6}- ([a-z][\w.>=<-]*)", line))}
    listed = {item for item in conda if _name(item) not in ("python", "pip", "conda-forge")}
    wanted = _pyproject()
    assert listed == wanted["core"] | wanted["dev"]


def test_every_package_is_pinned() -> None:
    pinned = {
        _name(line)
        for line in (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
        if line and not line.startswith("#")
    }
    wanted = _pyproject()
    assert {_name(item) for item in wanted["core"] | wanted["dev"]} <= pinned


def test_every_package_folder_is_installed() -> None:
    listed = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["setuptools"][
        "packages"
    ]
    rooms = ("gis", "layers", "zoning", "restoration", "planner", "data", "app_pages")
    found = {
        ".".join(path.parent.relative_to(ROOT).parts)
        for room in rooms
        for path in (ROOT / room).rglob("__init__.py")
    }
    assert set(listed) == found


def test_no_committed_file_names_an_index_or_a_machine_folder() -> None:
    indexes = ["pypi" + ".org", "python" + "hosted", "registry." + "npmjs", "deb." + "debian.org"]
    folders = re.compile(r"(?<![\w.])/(?:home/[a-z]\w*|root|work|Users/[a-z]\w*)/|[A-Z]:[\\\\/]Users[\\\\/]")
    tracked = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True, text=True, encoding="utf-8"
    ).stdout.split("\0")
    for name in filter(None, tracked):
        content = (ROOT / name).read_bytes().decode("utf-8", errors="ignore")
        assert not any(index in content for index in indexes), name
        if not name.startswith(BUILT):
            assert folders.search(content) is None, (name, folders.search(content))
