"""Writing whole or not at all, and packing the same bytes each time."""

from __future__ import annotations

import contextlib
import shutil
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

from gis.errors import InputError, Text

_PREFIX = ".planner-"
_ABANDONED_S = 24 * 3600.0


@contextlib.contextmanager
def whole(path: Path, *, stale: tuple[str, ...] = ()) -> Iterator[Path]:
    """Give a path to write to, and put what was written in its place only when all went well.

    Works for single files, for FileGDB folders and for the several files of a shapefile: what was
    there before is set aside, and comes back when one of the new files can't take its place.

    Parameters
    ----------
    path
        Where the file shall be.
    stale
        Suffixes of companion files that would belong to what was there before.

    Raises
    ------
    InputError
        When the place can't be written to (a file open in another program, a missing right, a
        folder of that name that is no FileGDB).
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.is_dir() and not _is_filegdb(path):
            raise IsADirectoryError(path)
        _sweep(path.parent)
        with tempfile.TemporaryDirectory(prefix=_PREFIX, dir=path.parent) as folder:
            new, old = Path(folder) / "new", Path(folder) / "old"
            new.mkdir()
            old.mkdir()
            yield new / path.name
            outdated = [path.with_suffix(suffix) for suffix in stale]
            _exchange(sorted(new.iterdir()), [item for item in outdated if item.exists()], path.parent, old)
    except OSError as error:
        raise not_writable(path) from error


def not_writable(path: Path) -> InputError:
    """Return the error for a place that can't be written to."""
    return InputError(
        "not_writable",
        Text(f"无法写入“{path}”。", f"'{path}' can't be written."),
        Text(
            "请确认文件未被其他程序打开、目录有写入权限、磁盘未满。",
            "Close it in other programs; check that the folder may be written to and the disk is not full.",
        ),
    )


@contextlib.contextmanager
def whole_folder(folder: Path) -> Iterator[Path]:
    """Give an empty folder to write into, and put it in place of ``folder`` only when all went well.

    What was there before is set aside, and comes back when the new one can't take its place.

    Raises
    ------
    OSError
        When the place can't be written to.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    _sweep(folder.parent)
    with tempfile.TemporaryDirectory(prefix=_PREFIX, dir=folder.parent) as holder:
        new, old = Path(holder) / "new", Path(holder) / "old"
        old.mkdir()
        made = new / folder.name
        made.mkdir(parents=True)
        yield made
        _exchange([made], [], folder.parent, old)


def _sweep(folder: Path) -> None:
    """Remove what killed runs left in a folder: ours, a day old by the file system's clock, nothing set aside.

    Where something was set aside (``old`` is not empty) it may be the only copy of a user's file: it stays.
    """
    left = [item for item in folder.glob(f"{_PREFIX}*") if item.is_dir()]
    if not left:
        return
    with tempfile.TemporaryDirectory(prefix=_PREFIX, dir=folder) as fresh:
        now_s = Path(fresh).stat().st_mtime
    for item in left:
        with contextlib.suppress(OSError):
            is_ours = {inner.name for inner in item.iterdir()} <= {"new", "old"}
            newest_s = max(inner.stat().st_mtime for inner in (item, *item.rglob("*")))
            if is_ours and now_s - newest_s > _ABANDONED_S and not any(item.glob("old/*")):
                shutil.rmtree(item)


def _is_filegdb(path: Path) -> bool:
    return path.suffix.lower() == ".gdb" and (any(path.glob("*.gdbtable")) or not any(path.iterdir()))


def _exchange(written: list[Path], outdated: list[Path], target: Path, aside: Path) -> None:
    """Move files to their place; when one can't, put everything back as it was."""
    if len(written) == 1 and not outdated and not written[0].is_dir():
        place = target / written[0].name
        if not place.is_dir():
            # One file over another is one step: whoever reads meanwhile finds the old one or the new one.
            written[0].replace(place)
            return
    moved: list[tuple[Path, Path]] = []
    try:
        for item in [*(target / item.name for item in written), *outdated]:
            if item.exists():
                item.replace(aside / item.name)
                moved.append((aside / item.name, item))
        for item in written:
            item.replace(target / item.name)
            moved.append((target / item.name, item))
    except OSError:
        for place, origin in reversed(moved):
            place.replace(origin)
        raise


def zip_folder(folder: Path, target: Path) -> None:
    """Pack the files of a folder into a zip, the same bytes each time."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                member = zipfile.ZipInfo(path.relative_to(folder).as_posix(), date_time=(1980, 1, 1, 0, 0, 0))
                member.compress_type = zipfile.ZIP_DEFLATED
                member.external_attr = 0o644 << 16
                archive.writestr(member, path.read_bytes())
