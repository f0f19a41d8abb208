"""The loopback server, as the harness sees it."""

import json
import subprocess
import urllib.request
from pathlib import Path
from types import TracebackType
from typing import Any, Self


class Server:
    """A running server; its cost is read from the kernel's account of its process."""

    def __init__(self, program: Path) -> None:
        self._process = subprocess.Popen([program], stdout=subprocess.PIPE, text=True)
        assert self._process.stdout is not None
        self.url = f"http://127.0.0.1:{int(self._process.stdout.readline())}"
        self._opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._process.kill()
        self._process.wait()

    def _ask(self, path: str) -> dict[str, Any]:
        with self._opener.open(f"{self.url}/_bench/{path}", timeout=10) as response:
            answer: dict[str, Any] = json.load(response)
        return answer

    def reset(self, delay_ms: int, seed: int) -> None:
        self._ask(f"reset?delay_ms={delay_ms}&seed={seed}")

    def stats(self) -> dict[str, Any]:
        return self._ask("stats")

    def cpu_s(self) -> float:
        """Seconds of processor that the server has used since it was started."""
        return int(Path(f"/proc/{self._process.pid}/schedstat").read_text().split()[0]) / 1e9
