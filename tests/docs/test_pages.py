"""The pages say everything that there is to say: nothing public is missing from them."""

from __future__ import annotations

import dataclasses
import re
import tomllib
from collections.abc import Iterator
from typing import get_args

import pytest
from snippets import DOCS, ROOT

import wablock
from wablock.testing import ProviderName, Sandbox

CONFIGURATIONS: dict[ProviderName, str] = {kind.provider: kind.__name__ for kind in get_args(wablock.Config)}


def test_every_code_is_explained_with_its_class() -> None:
    page = (DOCS / "outcomes.md").read_text(encoding="utf-8")
    explained = dict(re.findall(r"^### (\w+)\n\n\[`(\w+)`\]\[wablock\.\2\]\..*?\n\n\*\*Do:\*\*", page, re.M | re.S))
    errors = [getattr(wablock, name) for name in wablock.__all__ if name.endswith("Error")]
    codes = {
        error.code: error.__name__
        for error in errors
        if error not in (wablock.WablockError, wablock.InvalidUserTypeError)
    }
    assert explained == codes


@pytest.mark.parametrize("provider", CONFIGURATIONS)
def test_every_option_is_on_the_page_of_its_provider(provider: ProviderName) -> None:
    page = (DOCS / "providers" / f"{provider}.md").read_text(encoding="utf-8")
    options = dataclasses.fields(getattr(wablock, CONFIGURATIONS[provider]))
    for option in options:
        assert f"`{option.name}`" in page, option.name
        if option.default is dataclasses.MISSING:
            assert f"`WABLOCK_{provider.upper()}_{option.name.upper()}`" in page, option.name


def test_every_public_name_is_in_the_reference() -> None:
    pages = "".join(page.read_text(encoding="utf-8") for page in (DOCS / "reference").glob("*.md"))
    shown = set(re.findall(r"^::: wablock\.(\w+)$", pages, re.M))
    if "errors" in shown:
        shown |= set(wablock.errors.__all__)
    # Names of types, explained where they are used.
    types = {"Config", "Operation", "Outcome", "State", "UserKind", "UserLike", "__version__"}
    assert set(wablock.__all__) - types <= shown


@pytest.mark.filterwarnings("ignore::wablock.RetiredProviderWarning")
@pytest.mark.parametrize("provider", CONFIGURATIONS)
def test_the_codes_come_to_what_the_pages_say(provider: ProviderName, wablock_sandbox: Sandbox) -> None:
    promised = list(_codes(provider))
    assert len(promised) >= 6
    config = _config(wablock_sandbox, provider)
    for rule, operation, code in promised:
        with wablock.Client(config, max_retries=0, list_restarts=0) as wa:
            wablock_sandbox.control("fault", name="error_code", provider=provider, **rule)
            with pytest.raises(wablock.WablockError) as caught:
                _call(wa, operation)
            assert caught.value.code == code, (rule, operation)
            wablock_sandbox.clear_faults()


@pytest.mark.filterwarnings("ignore::wablock.RetiredProviderWarning")
def test_the_capabilities_are_those_of_the_table(wablock_sandbox: Sandbox) -> None:
    head, _, *lines = _table("docs/providers/index.md")
    rows = [dict(zip(_cells(head), _cells(line), strict=True)) for line in lines]
    for row, provider in zip(rows, CONFIGURATIONS, strict=True):
        config = _config(wablock_sandbox, provider)
        with wablock.Client(config) as wa:
            can = wa.capabilities
        assert row["id"] == f"`{can.provider}`"
        assert row["configuration"] == f"`{type(config).__name__}`"
        assert row["users per request"].split(" ")[0] == f"{can.max_users_per_request:,}"
        assert row["list size"] == ("not documented" if can.max_list_size is None else f"{can.max_list_size:,}")
        assert row["only within 24 hours of the user's last message"] == ("yes" if can.reply_window_s else "no")
        assert (row["a block stops"] == "both directions") == (can.effect == "both_directions")
        assert row["a result for every user"].startswith("yes") == can.per_user_results
        assert row["takes effect"].endswith("5 minutes") == (can.effective_delay_s == 300)
        assert row["status"].startswith(can.status.state)


def test_the_readme_has_the_same_table() -> None:
    assert _table("docs/providers/index.md") == _table("README.md")


def test_the_tools_are_pinned() -> None:
    groups = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["dependency-groups"]
    assert all("==" in requirement for requirement in groups["docs"])


def _config(sandbox: Sandbox, provider: ProviderName) -> wablock.Config:
    given = sandbox.control("config", provider=provider)
    del given["provider"]
    config: wablock.Config = getattr(wablock, CONFIGURATIONS[provider])(**given)
    return config


def _codes(provider: str) -> Iterator[tuple[dict[str, int], str, str]]:
    """Each code of the table on a provider's page: how to provoke it, with which call, and what it must come to."""
    page = (DOCS / "providers" / f"{provider}.md").read_text(encoding="utf-8").split("## Errors")[1]
    for theirs, ours in re.findall(r"^\| ([^|]+) \| \[`(\w+)`\][^|]+\|", page, re.M):
        for text in theirs.split(", "):
            # Such as "190", "-1", "200 to 299", "100 with subcode 33", "5 (unblock)".
            if number := re.match(r"-?\d+", text):
                rule = {"code": int(number[0])}
                if subcode := re.search(r"subcode (\d+)", text):
                    rule["subcode"] = int(subcode[1])
                operation = "unblock" if "(unblock)" in text else "list" if ours == "list_changed" else "block"
                yield rule, operation, ours


def _call(wa: wablock.Client, operation: str) -> None:
    if operation == "list":
        wa.list().collect()
    elif operation == "unblock":
        wa.unblock("+16505551234")
    else:
        wa.block("+16505551234")


def _table(path: str) -> list[str]:
    """The lines of the table of providers, without links."""
    text = (ROOT / path).read_text(encoding="utf-8")
    between = text.split("<!-- faces: providers -->")[1].split("<!-- /faces -->")[0]
    return [re.sub(r"\[([^\]]+)\]\([^)]+\)", r"\1", line) for line in between.split("\n") if line]


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip("|").split("|")]
