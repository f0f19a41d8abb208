"""Reading held against libphonenumber's Python port: all countries, as number and as region."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import phonenumbers
import pytest
from phonenumbers import PhoneNumberFormat, PhoneNumberType

from wablock import InvalidUserError, parse_user, same_user

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from phonenumbers import PhoneNumber

PAGE = Path(__file__).parents[2] / "docs" / "users.md"
REGIONS = sorted(phonenumbers.SUPPORTED_REGIONS)
PRINTED = (PhoneNumberFormat.E164, PhoneNumberFormat.INTERNATIONAL, PhoneNumberFormat.RFC3966)
# Regions with different prefixes for calls abroad: 011, 0011, 001, 00 and 8~10.
CALLING_FROM = ("US", "AU", "HK", "IL", "RU")


def national(number: PhoneNumber) -> str:
    return phonenumbers.national_significant_number(number)


def digits_of(number: PhoneNumber) -> str:
    return f"{number.country_code}{national(number)}"


@cache
def numbers() -> tuple[tuple[str, PhoneNumber], ...]:
    """Mobiles and land lines of every region that are valid: the example, and two with other last digits."""
    found: dict[str, tuple[str, PhoneNumber]] = {}
    for region in REGIONS:
        for kind in (PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE):
            example = phonenumbers.example_number_for_type(region, kind)
            if example is None:
                continue
            text = digits_of(example)
            for last in (text[-3:], "904", "351"):
                number = phonenumbers.parse(f"+{text[:-3]}{last}")
                if phonenumbers.is_valid_number(number):
                    found[digits_of(number)] = (region, number)
    return tuple(found.values())


@dataclass
class Tally:
    """What became of the inputs of one kind."""

    read: int = 0
    refused: int = 0
    others: list[str] = field(default_factory=list[str])

    def add(self, text: str, region: str | None, expected: Iterable[str]) -> None:
        try:
            got = parse_user(text, region).id
        except InvalidUserError:
            self.refused += 1
            return
        self.read += 1
        if not any(got == right or same_user(got, right) for right in expected):
            self.others.append(f"{text!r} {region}: {got}")

    @property
    def row(self) -> tuple[str, str, str]:
        return f"{self.read + self.refused:,}", f"{self.refused:,}", str(len(self.others))


def by_oracle(text: str, region: str | None) -> list[str]:
    """What may be read: the digits as they are, and what libphonenumber makes of them."""
    plain = re.sub(r"\D", "", text)
    try:
        return [plain.removeprefix("00"), plain, digits_of(phonenumbers.parse(text, region))]
    except phonenumbers.NumberParseException:
        return [plain.removeprefix("00"), plain]


def damaged(text: str) -> Iterator[str]:
    yield from (
        f"{text}.0",
        f"{text},0",
        f"-{text}",
        f"{text}.",
        f"{text[0]}.{text[1:]}E+{len(text) - 1}",
        f"{text[:4]}....",
    )
    yield from (
        f"{text}/{text[-7:]}",
        f"{text}\n{text}",
        f"{text};{text}",
        f"{text} or {text}",
        f"{int(text):,}",
        hex(int(text)),
    )


def measured() -> dict[str, Tally]:
    tallies: dict[str, Tally] = {}

    def add(kind: str, text: str, region: str | None, expected: Iterable[str] | None = None) -> None:
        right = by_oracle(text, region) if expected is None else expected
        tallies.setdefault(kind, Tally()).add(text, region, right)

    for place, (region, number) in enumerate(numbers()):
        digits = digits_of(number)
        elsewhere = REGIONS[(place * 37) % len(REGIONS)]
        for style in PRINTED:
            text = phonenumbers.format_number(number, style)
            add("printed internationally", text, None, [digits])
            add("printed internationally, with another default region", text, elsewhere, [digits])
        add("country code and number, digits only", digits, None, [digits])
        add("the same, with their own default region", digits, region, [digits])
        text = phonenumbers.format_number(number, PhoneNumberFormat.NATIONAL)
        add("printed nationally, with their own default region", text, region, [digits])
        add("printed nationally, without a default region", text, None)
        add("national digits, with their own default region", national(number), region)
        add("national digits, without a default region", national(number), None)
        for calling_from in CALLING_FROM:
            text = phonenumbers.format_out_of_country_calling_number(number, calling_from)
            add("printed for calls from another country", text, calling_from, [digits])
        for text in damaged(digits):
            add("damaged by a program", text, None, ())
            add("damaged by a program", text, region, ())
        for text in (digits[:-2], digits[:-1], digits + "7", digits + "70"):
            add("too short or too long", text, None)
            add("too short or too long", text, region)
            add("too short or too long", f"+{text}", region)
    for place, (_, number) in enumerate(numbers()):
        # A third of the numbers under all regions: whoever has a region set, and whatever wa_id comes.
        if place % 3 == 0:
            for region in REGIONS:
                add("country code and number, with every default region", digits_of(number), region)
    return tallies


@pytest.mark.timeout(300)
def test_nobody_else_is_ever_read() -> None:
    tallies = measured()
    table = "\n".join(f"| {kind} | {' | '.join(tally.row)} |" for kind, tally in tallies.items())
    print(table)
    for kind, tally in tallies.items():
        assert not tally.others, f"{kind}: {len(tally.others)} are other numbers, such as {tally.others[:5]}"
    assert not tallies["damaged by a program"].read
    for kind in ("printed internationally", "printed internationally, with another default region"):
        assert not tallies[kind].refused
    assert not tallies["country code and number, digits only"].refused
    own = tallies["the same, with their own default region"]
    assert own.refused < 0.05 * own.read, f"{own.refused} of {own.read} are refused in their own region"
    assert table in PAGE.read_text(encoding="utf-8"), f"docs/users.md has other figures than these:\n{table}"
