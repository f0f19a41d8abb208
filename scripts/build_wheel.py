"""Builds the release wheel into a folder, without a path of this machine in it: `python scripts/build_wheel.py OUT`."""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import build_paths

ROOT = Path(__file__).parent.parent


def main(out: Path) -> int:
    """Builds the wheel, cleans its list of components, and checks the result."""
    cargo = os.environ.get("CARGO_HOME") or Path.home() / ".cargo"
    flags = f"--remap-path-prefix={cargo}=/cargo --remap-path-prefix={ROOT.resolve()}=/wablock"
    with tempfile.TemporaryDirectory() as folder:
        made = Path(folder) / "made"
        run("maturin", "build", "--release", "-o", made, env={**os.environ, "RUSTFLAGS": flags})
        (wheel,) = made.glob("*.whl")
        unpacked = Path(folder) / "unpacked"
        run("wheel", "unpack", "-d", unpacked, wheel)
        for components in unpacked.rglob("sboms/*.json"):
            clean(components)
        (content,) = unpacked.iterdir()
        out.mkdir(parents=True, exist_ok=True)
        run("wheel", "pack", "-d", made, content)
        shutil.copy2(wheel, out)
    return build_paths.main([str(out / wheel.name)])


def clean(components: Path) -> None:
    """Names our own crates by their folder in the repository."""
    text = components.read_text(encoding="utf-8")
    here = re.escape(str(ROOT.resolve()))
    components.write_text(re.sub(rf"{here}/?", "", text), encoding="utf-8")


def run(tool: str, *arguments: str | Path, env: dict[str, str] | None = None) -> None:
    """Runs a tool of this environment."""
    subprocess.run([Path(sys.executable).with_name(tool), *arguments], cwd=ROOT, env=env, check=True)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
