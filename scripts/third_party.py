"""Writes THIRD-PARTY-LICENSES: the licence texts of every crate that is linked into the wheel and the addon.

`make licences` writes the file; `--check` fails when it is out of date. Standard library only.
"""

import argparse
import difflib
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
OUTPUT = ROOT / "THIRD-PARTY-LICENSES"
SHIPPED = ("wablock-python", "wablock-node")
LICENCE_FILE = re.compile(r"(?i)^(licen[cs]e|copying|notice|unlicense|copyright)")
HEAD = """\
The wheels and addons of wablock contain the crates below. Above each licence text stand the crates that it covers.
Where a crate offers a choice that includes the MIT licence, the MIT licence is used.
"""
MIT = """\
MIT License

Copyright (c) {authors}

Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated
documentation files (the "Software"), to deal in the Software without restriction, including without limitation
the rights to use, copy, modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and
to permit persons to whom the Software is furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial portions of
the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO
THE WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE
AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF
CONTRACT, TORT OR OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER
DEALINGS IN THE SOFTWARE."""


def main() -> int:
    """Writes the file, or checks it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="fail when the file is out of date")
    check = parser.parse_args().check
    text = document(linked_crates())
    if not check:
        OUTPUT.write_text(text, encoding="utf-8")
        return 0
    written = OUTPUT.read_text(encoding="utf-8") if OUTPUT.exists() else ""
    if written == text:
        return 0
    print(f"{OUTPUT.name} is out of date; run `make licences`")
    sys.stdout.writelines(difflib.unified_diff(written.splitlines(True)[:2000], text.splitlines(True)[:2000], n=0))
    return 1


def linked_crates() -> list[dict[str, Any]]:
    """The packages of other people that end up in a published binary, on any of the published platforms."""
    manifest = json.loads((ROOT / "node/package.json").read_text(encoding="utf-8"))
    platforms = [f"--target={target}" for target in manifest["napi"]["targets"]]
    shipped = [f"--package={name}" for name in SHIPPED]
    # Other members of the workspace may switch on more of a crate than what is shipped has.
    tree = cargo("tree", "--prefix=none", "--format={p}", "--edges=normal,no-proc-macro", *shipped, *platforms)
    linked = {tuple(line.split()[:2]) for line in tree.splitlines() if line}
    packages = json.loads(cargo("metadata", "--format-version=1"))["packages"]
    foreign = (p for p in packages if p["source"] and (p["name"], f"v{p['version']}") in linked)
    return sorted(foreign, key=lambda package: (package["name"], package["version"]))


def cargo(*arguments: str) -> str:
    """What a command of cargo prints."""
    command = ["cargo", *arguments, "--locked"]
    return subprocess.run(command, cwd=ROOT, capture_output=True, check=True, text=True).stdout


def texts(package: dict[str, Any]) -> list[str]:
    """The licence texts of one crate: the MIT one where it is enough, else all of them."""
    folder = Path(package["manifest_path"]).parent
    files = sorted(file for file in folder.iterdir() if file.is_file() and LICENCE_FILE.match(file.name))
    expression = package["license"] or ""
    choice = "MIT" in expression and "AND" not in expression
    if choice:
        files = [file for file in files if "mit" in file.name.lower()] or files
    if not files:
        if expression == "Apache-2.0":
            return [(ROOT / "LICENSE-APACHE").read_text(encoding="utf-8").strip()]
        if not choice:
            sys.exit(f"{package['name']} ({expression}) ships no licence text; add one by hand")
        authors = ", ".join(re.sub(r"\s*<.*?>", "", author) for author in package["authors"])
        return [MIT.format(authors=authors or f"the {package['name']} authors")]
    read = (file.read_text(encoding="utf-8", errors="replace") for file in files)
    return ["\n".join(line.rstrip() for line in text.strip().splitlines()) for text in read]


def document(packages: list[dict[str, Any]]) -> str:
    """One section for each distinct text, above it the crates that it belongs to."""
    owners: dict[str, list[str]] = {}
    for package in packages:
        where = package["repository"] or package["homepage"] or ""
        for text in texts(package):
            owners.setdefault(text, []).append(f"{package['name']} ({package['license']}) {where}".strip())
    rule = "=" * 112
    sections = ["\n".join([rule, *dict.fromkeys(names), rule, "", text, ""]) for text, names in owners.items()]
    return HEAD + "\n" + "\n".join(sections)


if __name__ == "__main__":
    sys.exit(main())
