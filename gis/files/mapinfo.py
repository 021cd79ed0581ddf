"""MapInfo exchange files (.mif with .mid) that are not whole."""

from __future__ import annotations

import re
from pathlib import Path

from gis.errors import InputError, Text
from gis.files.shapefile import sidecar

_COLUMNS = re.compile(rb"^\s*columns\s+(\d+)", re.IGNORECASE | re.MULTILINE)


def check_whole(path: Path, features: int) -> None:
    """Raise unless the .mid has a line for every shape of the .mif.

    GDAL reads a .mif cut between two points up to the cut, and does without a .mid: both in silence.

    Raises
    ------
    InputError
        When shapes and attributes differ in number, or the .mid is missing.
    """
    found = _COLUMNS.search(path.read_bytes()[:65536])
    if found is None or int(found[1]) == 0:
        return
    table = sidecar(path, ".mid")
    if table is None:
        raise InputError(
            "mid_missing",
            Text(f"“{path.name}”缺少同名的.mid文件。", f"'{path.name}' comes without its .mid."),
            Text("请连同.mif、.mid一起提供（或打成zip）。", "Give .mif and .mid together (or as a zip)."),
        )
    lines = [line for line in table.read_bytes().splitlines() if line.strip()]
    if len(lines) != features:
        raise InputError(
            "record_counts_differ",
            Text(
                f"“{path.name}”有{features}个图形，.mid却有{len(lines)}条属性。",
                f"'{path.name}' has {features} shapes for {len(lines)} records in its .mid.",
            ),
            Text("文件可能不完整，请重新导出整套文件。", "It may be truncated: export both files again."),
        )
