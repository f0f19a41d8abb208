"""Packaging: builds the wheel and the sdist, looks into them, and installs them where users would (`make check-wheel`).

The wheel goes into a clean environment of every Python that can be found here, with a smoke test and the core of the
test suite; the sdist is installed with `cmake` and `nasm` out of reach.
"""

from __future__ import annotations

import argparse
import email
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from pathlib import Path

ROOT = Path(__file__).parents[2]
MOST_BYTES = 4_000_000
MOST_IMPORT_MS = 30.0
NEWEST = 20
TOOLS = ("pytest", "pytest-asyncio", "pytest-timeout")
CORE = ("calls", "cancel", "config", "errors", "loops", "plugin", "processes", "results", "secrets", "view")

SMOKE = """
import sys
import wablock
assert "asyncio" not in sys.modules, "importing is quick"
import asyncio, threading
assert threading.active_count() == 1, "importing starts no thread"
from wablock import AsyncClient, Client
from wablock.testing import Sandbox
async def main(config):
    async with AsyncClient(config) as wa:
        return (await wa.block(["+16505551234"])).ok
with Sandbox() as sandbox:
    assert asyncio.run(main(sandbox.meta()))
    with Client(sandbox.meta()) as wa:
        assert wa.list().collect().to_dicts() == [{"wa_id": "16505551234"}]
print("smoke test passed on", sys.version.split()[0])
"""
IMPORT = "import time; t = time.process_time(); import wablock; print((time.process_time() - t) * 1000)"


def run(*command: str | Path, env: dict[str, str] | None = None) -> str:
    words = [str(word) for word in command]
    done = subprocess.run(words, cwd=ROOT, text=True, check=False, capture_output=True, env=env)
    if done.returncode != 0:
        raise SystemExit(f"{' '.join(words)}\n{done.stdout}\n{done.stderr}")
    return done.stdout


def build(kind: str, out: Path) -> Path:
    if kind == "wheel":
        run(sys.executable, ROOT / "scripts" / "build_wheel.py", out)
    else:
        run(Path(sys.executable).with_name("maturin"), "sdist", "-o", out)
    (made,) = out.glob("*.whl" if kind == "wheel" else "*.tar.gz")
    return made


def check_contents(wheel: Path, sdist: Path) -> None:
    size = wheel.stat().st_size
    print(f"{wheel.name}: {size:,} bytes")
    assert size <= MOST_BYTES, "the wheel is too large"
    assert "-cp311-abi3-" in wheel.name
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        (metadata_name,) = (name for name in names if name.endswith(".dist-info/METADATA"))
        metadata = email.message_from_bytes(archive.read(metadata_name))
        (entry_points,) = (name for name in names if name.endswith(".dist-info/entry_points.txt"))
        assert "wablock.pytest_plugin" in archive.read(entry_points).decode()
    assert {"wablock/py.typed", "wablock/_native.pyi", "wablock/_native.abi3.so"} <= set(names)
    licences = {"LICENSE", "LICENSE-MIT", "LICENSE-APACHE", "THIRD-PARTY-LICENSES"}
    assert licences <= {Path(name).name for name in names if "/licenses/" in name}
    strange = [name for name in names if not name.startswith(("wablock/", "wablock-", "wablock.libs/"))]
    assert not strange, strange
    assert metadata["Name"] == "wablock"
    assert metadata["Requires-Python"] == ">=3.11"
    assert metadata["License-Expression"] == "MIT OR Apache-2.0"
    assert metadata["Description-Content-Type"].startswith("text/markdown")
    assert not metadata.get_all("Requires-Dist")
    urls = {url.split(",")[0] for url in metadata.get_all("Project-URL") or []}
    assert {"Homepage", "Repository", "Issues", "Changelog"} <= urls, urls
    classifiers = set(metadata.get_all("Classifier") or [])
    assert {"Typing :: Typed", "Framework :: AsyncIO", "Programming Language :: Python :: 3.13"} <= classifiers
    with tarfile.open(sdist) as archive:
        inside = {Path(name).relative_to(Path(name).parts[0]).as_posix() for name in archive.getnames()}
    needed = {
        "Cargo.lock",
        "THIRD-PARTY-LICENSES",
        "LICENSE-MIT",
        "LICENSE-APACHE",
        "README.md",
        "pyproject.toml",
        "PKG-INFO",
    }
    assert needed <= inside, needed - inside
    print(f"{sdist.name}: {sdist.stat().st_size:,} bytes, {len(inside)} entries")
    print(run(Path(sys.executable).with_name("twine"), "check", "--strict", wheel, sdist).strip())


def interpreters() -> dict[str, Path]:
    """Every Python here that the wheel should work on, by version; free-threaded ones end in `t`."""
    found: dict[str, Path] = {}
    wanted = [f"3.{minor}{kind}" for minor in range(11, NEWEST) for kind in ("", "t")]
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    for version in wanted:
        places = [shutil.which(f"python{version}"), *(str(path) for path in pyenv.glob(f"*/bin/python{version}"))]
        for place in filter(None, places):
            works = subprocess.run([place, "-c", "import venv, ensurepip"], capture_output=True, check=False)
            if works.returncode == 0:
                found[version] = Path(place)
                break
    return found


def environment(python: Path, where: Path) -> Path:
    run(python, "-m", "venv", where)
    return where / "bin" / "python"


def install(python: Path, *what: str | Path, env: dict[str, str] | None = None) -> None:
    run(python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *what, env=env)


def check_wheel(version: str, python: Path, wheel: Path, scratch: Path) -> None:
    clean = environment(python, scratch / f"wheel-{version}")
    if version.endswith("t"):
        # An abi3 wheel does not fit a free-threaded Python; what it takes is built from the sdist.
        print(f"{version}: free-threaded; not covered by the abi3 wheel")
        return
    install(clean, wheel)
    print(run(clean, "-c", SMOKE).strip())
    times = sorted(float(run(clean, "-c", IMPORT)) for _ in range(15))
    print(f"{version}: import takes {times[0]:.1f} ms at best, {times[7]:.1f} ms in the middle")
    if times[0] > MOST_IMPORT_MS:
        raise SystemExit("importing takes too long")
    install(clean, *TOOLS)
    tests = [f"tests/python/test_{name}.py" for name in CORE]
    told = run(clean, "-m", "pytest", "-q", "-p", "no:cacheprovider", *tests)
    print(f"{version}: {told.strip().splitlines()[-1]}")


def check_sdist(sdist: Path, scratch: Path) -> None:
    refusing = scratch / "refusing"
    refusing.mkdir()
    for tool in ("cmake", "nasm"):
        (refusing / tool).write_text(f"#!/bin/sh\necho 'the build asked for {tool}' >&2\nexit 1\n")
        (refusing / tool).chmod(0o755)
    path = f"{refusing}:{os.environ['PATH']}"
    # What is shown is that it builds; a debug build shows it in less time, with the dependencies built already.
    build_environment = {"PATH": path, "MATURIN_PEP517_ARGS": "--profile dev", "CARGO_TARGET_DIR": str(ROOT / "target")}
    clean = environment(Path(sys.executable), scratch / "sdist")
    install(clean, sdist, env={**os.environ, **build_environment})
    print("from the sdist, without cmake and nasm:", run(clean, "-c", SMOKE).strip())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--wheel", type=Path, help="a wheel that is built already")
    parser.add_argument("--no-sdist", action="store_true", help="do not build from the sdist")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        scratch = Path(folder)
        wheel: Path = given.wheel.resolve() if given.wheel else build("wheel", scratch / "wheel")
        sdist = build("sdist", scratch / "made")
        check_contents(wheel, sdist)
        pythons = interpreters()
        print("Pythons here:", ", ".join(pythons) or "none")
        assert "3.11" in pythons
        for version, python in pythons.items():
            check_wheel(version, python, wheel, scratch)
        if not any(version.endswith("t") for version in pythons):
            print("no free-threaded Python here: not tested, and not declared")
        if not given.no_sdist:
            check_sdist(sdist, scratch)
    print("The packages are good.")


if __name__ == "__main__":
    main()
