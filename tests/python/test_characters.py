"""Classes of characters held against `unicodedata`: digits of every script, and what nobody sees."""

from __future__ import annotations

import sys
import unicodedata
from typing import TYPE_CHECKING

import pytest

from wablock import Client, Meta

if TYPE_CHECKING:
    from collections.abc import Iterable

# Other_Default_Ignorable_Code_Point and Variation_Selector of Unicode's PropList.txt; `unicodedata` has neither.
IGNORABLE = (
    (0x034F, 0x034F),
    (0x115F, 0x1160),
    (0x17B4, 0x17B5),
    (0x180B, 0x180F),
    (0x2065, 0x2065),
    (0x3164, 0x3164),
    (0xFE00, 0xFE0F),
    (0xFFA0, 0xFFA0),
    (0xFFF0, 0xFFF8),
    (0xE0000, 0xE0FFF),
)
IGNORED = {point for first, last in IGNORABLE for point in range(first, last + 1)}
# Every character that this Python knows. Halves of pairs are no text, and nobody knows what private ones mean.
KNOWN = [c for c in map(chr, range(sys.maxunicode + 1)) if unicodedata.category(c) not in ("Cn", "Cs", "Co")]


def read(characters: Iterable[str], template: str) -> list[str | None]:
    """Whom each text names, None where it is refused; `_` in the template stands for the character."""
    client = Client(Meta(access_token="token", phone_number_id="1"))
    report = client.check([template.replace("_", c) for c in characters])
    return [outcome.user and outcome.user.id for outcome in report]


def named(wrong: list[str]) -> list[str]:
    return [f"U+{ord(c):04X} {unicodedata.name(c, '?')}" for c in wrong[:20]]


def test_a_decimal_digit_of_any_script_has_its_value() -> None:
    digits = [c for c in KNOWN if unicodedata.category(c) == "Nd"]
    assert len(digits) >= 650
    found = zip(digits, read(digits, "+1650555123_"), strict=True)
    wrong = [c for c, user in found if user != f"1650555123{unicodedata.decimal(c)}"]
    assert named(wrong) == []


def test_what_nobody_sees_is_dropped_wherever_it_stands() -> None:
    unseen = [c for c in KNOWN if unicodedata.category(c) == "Cf"] + [chr(point) for point in sorted(IGNORED)]
    assert len(unseen) > 4000
    found = zip(unseen, read(unseen, "_+16_50 555_1234_"), strict=True)
    wrong = [c for c, user in found if user != "16505551234"]
    assert named(wrong) == []


@pytest.mark.timeout(300)
def test_no_other_character_is_a_digit() -> None:
    """It separates, or the text is refused; it never adds to a number or takes from it."""
    others = [c for c in KNOWN if unicodedata.category(c) != "Nd"]
    # One digit short of a number, so that whatever counts as a digit would complete it.
    for template, allowed in (("+165_0555123", None), ("+1650_5551234", "16505551234")):
        found = zip(others, read(others, template), strict=True)
        wrong = [c for c, user in found if user not in (None, allowed)]
        assert named(wrong) == [], template
