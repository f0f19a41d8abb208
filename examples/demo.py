"""The main job from Python: who unsubscribed is blocked, listed and unblocked at every provider of the sandbox."""

import asyncio
import csv
import json
import os
import sys
import warnings
from collections import Counter
from pathlib import Path

import wablock
from wablock.testing import ProviderName, Sandbox

HERE = Path(__file__).parent
# This person wrote two days ago, so the 24-hour rule forbids to block them where a provider has that rule.
LATE = "972505550199"
# All but the first ten may write again; Ada is among the ten and, asking twice, among the others.
STAY = 9


def numbers() -> list[str]:
    with (HERE / "unsubscribed.csv").open(encoding="utf-8", newline="") as file:
        return [row["phone"] for row in csv.DictReader(file)]


def table(report: wablock.Report) -> None:
    for outcome in report:
        reason = f"{outcome.error.code}: {outcome.error.message}" if outcome.error else ""
        print(f"  {outcome.input.strip():<28} {outcome.state:<9} {outcome.wa_id or '':<16} {reason[:88]}")


def reasons(report: wablock.Report) -> str:
    counts = Counter(outcome.error.code for outcome in report if outcome.error)
    return ", ".join(f"{count} {code}" for code, count in sorted(counts.items()))


async def play(name: ProviderName, sandbox: Sandbox, *, details: bool) -> dict[str, list[str]]:
    sandbox.seed(name, messages=[{"user": LATE, "ago_s": 2 * 24 * 3600}])
    # The sandbox's configuration as variables: the same code, another provider.
    os.environ.update(sandbox.env(name))
    async with wablock.AsyncClient.from_env() as wa:
        report = await wa.block(numbers())
        if details:
            table(report)
            print()
        blocked = sorted([user.wa_id async for user in wa.list() if user.wa_id])
        unblocked = await wa.unblock([outcome.input for outcome in report.done[10:]])
        left = sorted([user.wa_id async for user in wa.list() if user.wa_id])
        most = wa.capabilities.max_users_per_request
        print(
            f"  {name:<10} {len(report.done):>3} blocked ({reasons(report)}), {len(blocked)} listed, "
            f"{len(unblocked.done)} unblocked, {len(left)} left; at most {most} users a request"
        )
        assert unblocked.ok
        return {"states": [outcome.state for outcome in report], "blocked": blocked, "left": left}


async def play_all() -> dict[str, dict[str, list[str]]]:
    warnings.simplefilter("ignore", wablock.RetiredProviderWarning)  # Sinch's API is retired, which is known here
    with Sandbox() as sandbox:
        names = sandbox.control("help")["providers"]
        return {name: await play(name, sandbox, details=name == names[0]) for name in names}


def main(result: Path) -> None:
    final = asyncio.run(play_all())
    for name, state in final.items():
        assert len(state["left"]) == STAY, f"{name}: {STAY} were to stay, {len(state['left'])} did"
    result.parent.mkdir(parents=True, exist_ok=True)
    result.write_text(json.dumps(final, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
