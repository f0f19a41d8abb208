"""What is built gives nothing away: no credential, and nothing of the machine that built it."""

from __future__ import annotations

import base64
import os
import re
from collections.abc import Iterable
from pathlib import Path
from typing import get_args

import pytest
from built import files, site
from snippets import DOCS, ROOT

from wablock import Config
from wablock.testing import Sandbox

# What a machine would leave behind.
TRACES = re.compile(
    rb"/home/\w|/root/|/Users/\w|/tmp/(?:ipykernel|pytest|tmp)|site-packages|127\.0\.0\.1:\d{4,5}|"
    + re.escape(os.fsencode(ROOT))
)
# An address in the page about logging, which is written by hand.
INVENTED = b"127.0.0.1:41167"

# The first test builds the site.
pytestmark = pytest.mark.timeout(120)


def sources() -> list[Path]:
    return [path for path in files(DOCS) if path.suffix in (".ipynb", ".md")]


def traces(paths: Iterable[Path]) -> dict[str, set[bytes]]:
    found = {str(path): set(TRACES.findall(path.read_bytes().replace(INVENTED, b""))) for path in paths}
    return {path: what for path, what in found.items() if what}


def test_nothing_of_the_machine_is_left() -> None:
    assert traces([*files(site()), *sources()]) == {}


def test_traces_would_be_found(tmp_path: Path) -> None:
    for text in ("File /home/ada/notebook.py", f"at {ROOT}/docs", "http://127.0.0.1:34567/meta"):
        (tmp_path / "page.html").write_text(text, encoding="utf-8")
        assert traces(files(tmp_path)) != {}, text


def test_no_credential_is_shown(wablock_sandbox: Sandbox) -> None:
    """The sandbox's credentials stand for real ones: what shows them would show those."""
    needles = credentials(wablock_sandbox)
    assert len(needles) > 12
    for path in [*files(site()), *sources()]:
        content = path.read_bytes()
        shown = [needle for needle in needles if needle in content]
        assert shown == [], path


def credentials(sandbox: Sandbox) -> list[bytes]:
    """Of all providers and of a second account: as they are, and as base64 carries them."""
    configs = [sandbox.control("config", provider=kind.provider) for kind in get_args(Config)]
    configs.append(sandbox.control("config", provider="meta", app_secret=True))
    configs.append(sandbox.control("config", provider="meta", account="support"))
    secret = re.compile("token|secret|key")
    raw = sorted({str(config[name]).encode() for config in configs for name in config if secret.search(name)})
    return raw + [base64.b64encode(secret).rstrip(b"=") for secret in raw]
