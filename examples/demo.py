"""The main job from Python: who unsubscribed is blocked, listed and unblocked at every provider of the sandbox."""

import asyncio
import csv
import json
import sys
import warnings
from pathlib import Path

import wablock
from wablock.testing import Sandbox

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


async def play(name: str, sandbox: Sandbox) -> dict[str, list[str]]:
    config = getattr(sandbox, name)()
    sandbox.seed(config.provider, messages=[{"user": LATE, "ago_s": 2 * 24 * 3600}])
    async with wablock.AsyncClient(config) as wa:
        can = wa.capabilities
        print(f"\n-- {can.provider}: at most {can.max_users_per_request} users a request, a block is {can.effect}")
        report = await wa.block(numbers())
        table(report)
        blocked = sorted([user.wa_id async for user in wa.list() if user.wa_id])
        print(f"  blocked: {len(report.done)} of {len(report)}; on the list: {len(blocked)}")
        unblocked = await wa.unblock([outcome.input for outcome in report.done[10:]])
        left = sorted([user.wa_id async for user in wa.list() if user.wa_id])
        print(f"  unblocked: {len(unblocked.done)}; still on the list: {len(left)}")
        assert unblocked.ok
        return {"states": [outcome.state for outcome in report], "blocked": blocked, "left": left}


async def play_all() -> dict[str, dict[str, list[str]]]:
    warnings.simplefilter("ignore", wablock.RetiredProviderWarning)  # Sinch's API is retired, which is known here
    with Sandbox() as sandbox:
        return {name: await play(name, sandbox) for name in ["meta", "nxcloud", "digital99", "sinch"]}


def main(result: Path) -> None:
    final = asyncio.run(play_all())
    for name, state in final.items():
        assert len(state["left"]) == STAY, f"{name}: {STAY} were to stay, {len(state['left'])} did"
    result.parent.mkdir(parents=True, exist_ok=True)
    result.write_text(json.dumps(final, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
