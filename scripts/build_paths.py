"""Fails when a published file names a folder of the machine that built it: `python scripts/build_paths.py FILE...`."""

import re
import sys
import zipfile
from pathlib import Path

ROOT = Path(__file__).parent.parent


def main(files: list[str]) -> int:
    """Looks into every file, and into every member of a wheel."""
    folders = [str(folder).encode() for folder in (Path.home(), ROOT.resolve())]
    wrong = False
    for name, content in (member for file in files for member in members(Path(file))):
        for folder in folders:
            found = re.findall(re.escape(folder) + rb"/[\w./-]*", content)
            if found:
                wrong = True
                print(f"{name} names {len(found)} paths of this machine, such as {found[0].decode()}")
    return int(wrong)


def members(file: Path) -> list[tuple[str, bytes]]:
    """The file itself, or what a wheel holds."""
    if file.suffix != ".whl":
        return [(file.name, file.read_bytes())]
    with zipfile.ZipFile(file) as archive:
        return [(f"{file.name}: {name}", archive.read(name)) for name in archive.namelist()]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
