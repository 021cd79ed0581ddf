"""Zip files from strangers, unpacked with every care."""

from __future__ import annotations

import contextlib
import lzma
import struct
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path, PurePosixPath, PureWindowsPath

from gis.errors import InputError, Text

MAX_UNPACKED_BYTES = 2 * 1024**3
MAX_MEMBERS = 10_000
MAX_RATIO = 200
_DAMAGE = (zipfile.BadZipFile, EOFError, zlib.error, lzma.LZMAError, struct.error, ValueError, OSError)
_RATIO_MATTERS_ABOVE_BYTES = 50 * 1024**2


@contextlib.contextmanager
def unpacked(path: Path) -> Iterator[Path]:
    """Unpack a zip into a temporary folder that is removed afterwards.

    Raises
    ------
    InputError
        When it is not a whole zip, has paths that lead out of the folder, is encrypted, or would
        unpack to more than 2 GiB, 10,000 members or 200 times its size.
    """
    with tempfile.TemporaryDirectory(prefix="planner-") as folder:
        target = Path(folder)
        try:
            with zipfile.ZipFile(path) as archive:
                _check(archive, path)
                _check_names(archive, path)
                for member in archive.infolist():
                    _extract(archive, member, target, path)
        except NotImplementedError as error:
            raise InputError(
                "zip_method",
                Text(
                    f"压缩包“{path.name}”用了本软件不支持的压缩方法。",
                    f"The zip '{path.name}' uses a compression we don't know.",
                ),
                Text("请解压后再给出文件。", "Unpack it first."),
            ) from error
        except _DAMAGE as error:
            raise InputError(
                "zip_broken",
                Text(
                    f"压缩包“{path.name}”不完整或已损坏。", f"The zip '{path.name}' is truncated or damaged."
                ),
                Text("请重新压缩或重新下载。", "Pack or download it again."),
            ) from error
        yield target


def check_size(path: Path) -> None:
    """Refuse a file that is a zip inside (a workbook) and would unpack to too much; see :func:`unpacked`.

    Raises
    ------
    InputError
        ``zip_too_large``.
    zipfile.BadZipFile
        When it is no zip.
    """
    with zipfile.ZipFile(path) as archive:
        _check(archive, path)


def _check(archive: zipfile.ZipFile, path: Path) -> None:
    members = archive.infolist()
    total = sum(member.file_size for member in members)
    # The file's own size and not the sum of its members': those of a bomb may overlap.
    bomb = total > _RATIO_MATTERS_ABOVE_BYTES and total / path.stat().st_size > MAX_RATIO
    if len(members) > MAX_MEMBERS or total > MAX_UNPACKED_BYTES or bomb:
        raise InputError(
            "zip_too_large",
            Text(
                f"压缩包“{path.name}”解开后有{len(members)}个文件、{total / 1e6:.0f} MB，超出上限。",
                f"The zip '{path.name}' would unpack to {len(members)} files, {total / 1e6:.0f} MB: too much.",
            ),
            Text(
                "请只压缩需要的图层，或直接给出文件。", "Pack only the layer needed, or give the file itself."
            ),
        )


def _check_names(archive: zipfile.ZipFile, path: Path) -> None:
    seen: set[str] = set()
    for member in archive.infolist():
        name = _name(member)
        if member.flag_bits & 0x1:
            raise InputError(
                "zip_encrypted",
                Text(f"压缩包“{path.name}”有密码。", f"The zip '{path.name}' is encrypted."),
                Text("请解压后再给出文件。", "Unpack it first."),
            )
        if not _stays_inside(name):
            raise InputError(
                "zip_path",
                Text(
                    f"压缩包“{path.name}”里的路径“{name}”指向包外。",
                    f"A path in the zip '{path.name}' leads outside it: '{name}'.",
                ),
                Text("请用相对路径重新压缩。", "Pack it again with relative paths."),
            )
        if name in seen and not member.is_dir():
            raise InputError(
                "zip_twice",
                Text(
                    f"压缩包“{path.name}”里有两个同名文件“{name}”。",
                    f"The zip '{path.name}' holds two files named '{name}'.",
                ),
                Text("请删去其一，重新压缩。", "Take one out and pack it again."),
            )
        seen.add(name)


def _name(member: zipfile.ZipInfo) -> str:
    """Return a member's name; without the UTF-8 flag Chinese zips are GBK, not cp437."""
    if member.flag_bits & 0x800:
        return member.filename
    raw = member.filename.encode("cp437", errors="replace")
    for encoding in ("utf-8", "gb18030"):
        with contextlib.suppress(UnicodeDecodeError):
            return raw.decode(encoding)
    return member.filename


def _stays_inside(name: str) -> bool:
    for flavour in (PurePosixPath(name), PureWindowsPath(name)):
        if flavour.root or flavour.drive or ".." in flavour.parts:
            return False
    return True


def _extract(archive: zipfile.ZipFile, member: zipfile.ZipInfo, target: Path, path: Path) -> None:
    destination = target / _name(member).replace("\\", "/")
    if member.is_dir():
        destination.mkdir(parents=True, exist_ok=True)
        return
    destination.parent.mkdir(parents=True, exist_ok=True)
    written = 0
    with archive.open(member) as source, destination.open("wb") as sink:
        while chunk := source.read(1 << 20):
            written += len(chunk)
            if written > member.file_size:
                raise zipfile.BadZipFile(f"{path.name}: member larger than it says")
            sink.write(chunk)
