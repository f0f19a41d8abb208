"""What needs no server: how long importing takes, what an idle process needs, how large the packages are."""

import json
import statistics
import subprocess
from pathlib import Path
from typing import Any

from .clients import BENCH, PYTHON, Client, run

IMPORTS = {
    "py-wablock": "wablock",
    "py-aiohttp": "aiohttp",
    "py-httpx": "httpx",
    "py-pywa": "pywa_async",
    "py-asyncio": "asyncio",
    "node-wablock": "wablock",
    "node-undici": "undici",
    "node-whatsapp_api_js": "whatsapp-api-js",
}


def _import_ms(key: str) -> float:
    name = IMPORTS[key]
    if key.startswith("py"):
        code = f"import time; b = time.perf_counter(); import {name}; print((time.perf_counter() - b) * 1000)"
        command = [str(PYTHON), "-c", code]
    else:
        code = f"const b = performance.now(); require('{name}'); console.log(performance.now() - b)"
        command = ["node", "-e", code]
    return float(subprocess.run(command, cwd=BENCH, check=True, capture_output=True, text=True, timeout=60).stdout)


def imports(runs: int) -> dict[str, list[float]]:
    """Milliseconds, round robin, after one unmeasured run that fills the caches."""
    for key in IMPORTS:
        _import_ms(key)
    taken: dict[str, list[float]] = {key: [] for key in IMPORTS}
    for _ in range(runs):
        for key, times in taken.items():
            times.append(_import_ms(key))
    return taken


def hops(runs: int) -> list[list[float]]:
    """Microseconds to another thread and back: from an event loop, and between two threads that block."""
    command = [str(PYTHON), str(BENCH / "clients/python/hops.py")]
    told = [subprocess.run(command, check=True, capture_output=True, text=True, timeout=60).stdout for _ in range(runs)]
    return [json.loads(line) for line in told]


def idle(clients: dict[str, Client], runs: int) -> dict[str, float]:
    """Peak memory in kB of processes that do nothing, with and without a client imported."""
    task: dict[str, Any] = {"case": "idle", "url": "", "at_once": 1}
    chosen = {
        "py": Client("Python", (str(PYTHON), str(BENCH / "clients/python/use_nothing.py"))),
        "node": Client("Node", ("node", str(BENCH / "clients/node/use_nothing.mjs"))),
        "rust": clients["rust-core"],
        **{key: clients[key] for key in clients if not key.startswith("rust")},
    }
    return {
        key: statistics.median(run(client, task).told["VmHWM"] for _ in range(runs)) for key, client in chosen.items()
    }


def sizes(wheel: Path, addon: Path) -> dict[str, int]:
    """Bytes."""
    return {"wheel": wheel.stat().st_size, "addon": addon.stat().st_size}


def machine() -> dict[str, str]:
    """What the numbers were measured on."""
    cpu = next(line for line in Path("/proc/cpuinfo").read_text().splitlines() if line.startswith("model name"))
    cores = len([line for line in Path("/proc/cpuinfo").read_text().splitlines() if line.startswith("processor")])
    memory = int(Path("/proc/meminfo").read_text().split()[1]) // 1024 // 1024
    version = subprocess.run(["uname", "-sr"], check=True, capture_output=True, text=True).stdout.strip()
    python = subprocess.run([PYTHON, "-V"], check=True, capture_output=True, text=True).stdout.strip()
    node = subprocess.run(["node", "-v"], check=True, capture_output=True, text=True).stdout.strip()
    load = Path("/proc/loadavg").read_text().split()[0]
    return {
        "processor": f"{cpu.split(': ', 1)[1]}, {cores} cores",
        "memory": f"{memory} GiB",
        "system": version,
        "languages": f"{python}, Node {node}",
        "load before the run": load,
        "peers": ", ".join(_peers()),
    }


def _peers() -> list[str]:
    lines = (BENCH / "requirements.txt").read_text().splitlines()
    python = [line.replace("==", " ") for line in lines if line.startswith(("aiohttp=", "httpx=", "pywa="))]
    node = json.loads((BENCH / "package.json").read_text())["dependencies"]
    return python + [f"{name} {version}" for name, version in node.items()]
