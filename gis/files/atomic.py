"""Writing whole or not at all, and packing the same bytes each time."""

from __future__ import annotations

import contextlib
import shutil
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

from gis.errors import InputError, Text


@contextlib.contextmanager
def whole(path: Path) -> Iterator[Path]:
    """Give a path to write to, and put what was written in its place only when all went well.

    Works for single files, for FileGDB folders and for the several files of a shapefile.

    Raises
    ------
    InputError
        When the place can't be written to (a file open in another program, a missing right).
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".planner-", dir=path.parent) as folder:
            yield Path(folder) / path.name
            for written in sorted(Path(folder).iterdir()):
                destination = path.parent / written.name
                if destination.is_dir():
                    shutil.rmtree(destination)
                written.replace(destination)
    except (PermissionError, FileExistsError, NotADirectoryError) as error:
        raise InputError(
            "not_writable",
            Text(f"无法写入“{path}”。", f"'{path}' can't be written."),
            Text(
                "请确认文件未被其他程序打开、目录有写入权限。",
                "Close it in other programs, and check that the folder may be written to.",
            ),
        ) from error


def zip_folder(folder: Path, target: Path) -> None:
    """Pack the files of a folder into a zip, the same bytes each time."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                member = zipfile.ZipInfo(path.relative_to(folder).as_posix(), date_time=(1980, 1, 1, 0, 0, 0))
                member.compress_type = zipfile.ZIP_DEFLATED
                member.external_attr = 0o644 << 16
                archive.writestr(member, path.read_bytes())
