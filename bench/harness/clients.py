"""The clients: how each is started. Each run is a fresh process."""

import json
import os
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

BENCH = Path(__file__).parent.parent
PYTHON = BENCH / ".venv" / "bin" / "python"
CLIENTS = BENCH / "clients"


@dataclass(frozen=True)
class Client:
    """A program that does tasks."""

    name: str
    command: tuple[str, ...]


@dataclass(frozen=True)
class Run:
    """What one run cost and what it said."""

    whole_s: float
    """From starting the process to its end."""
    cpu_s: float
    told: dict[str, Any]


def all_clients(raw: Path) -> dict[str, Client]:
    python = {
        "wablock": "wablock",
        "wablock_collect": "wablock, collect()",
        "wablock_sync": "wablock, without asyncio",
        "wablock_sync_collect": "wablock, without asyncio, collect()",
        "aiohttp": "aiohttp script",
        "httpx": "httpx script",
        "pywa": "pywa",
    }
    node = {
        "wablock": "wablock",
        "wablock_array": "wablock, toArray()",
        "undici": "undici request script",
        "fetch": "fetch script",
        "whatsapp_api_js": "whatsapp-api-js",
        "great_detail": "@great-detail/whatsapp",
    }
    rust = {"reqwest": "raw reqwest", "reqwest-2": "raw reqwest, 2 workers", "core": "wablock (Rust)"}
    found = {}
    for file, name in python.items():
        command = (str(PYTHON), str(CLIENTS / "python" / f"use_{file}.py"))
        found[f"py-{file}"] = Client(f"Python: {name}", command)
    for file, name in node.items():
        found[f"node-{file}"] = Client(f"Node: {name}", ("node", str(CLIENTS / "node" / f"use_{file}.mjs")))
    for file, name in rust.items():
        found[f"rust-{file}"] = Client(f"Rust: {name}", (str(raw), file))
    return found


def run(client: Client, task: dict[str, Any], timeout: float = 300) -> Run:
    """Does a task in a fresh process."""
    command = [*client.command, json.dumps(task)]
    # Nothing of the caller's environment may make one client slower than another.
    environment = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    begun = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment) as process:
        try:
            assert process.stdout is not None
            assert process.stderr is not None
            output = process.stdout.read()
            errors = process.stderr.read()
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
        finally:
            if process.returncode is None:
                process.kill()
    whole = time.perf_counter() - begun
    if process.returncode != 0 or whole > timeout:
        raise RuntimeError(f"{client.name} failed at {task}: {errors.decode()[-2000:]}")
    return Run(whole, usage.ru_utime + usage.ru_stime, json.loads(output))
