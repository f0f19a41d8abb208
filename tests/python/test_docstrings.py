"""Every public name is documented, and every example in the documentation runs."""

from __future__ import annotations

import doctest
import importlib
import inspect

import pytest

import wablock

MODULES = [
    "",
    ".aio",
    ".capabilities",
    ".config",
    "._errors",
    ".errors",
    ".results",
    ".sync",
    ".testing",
    ".tools",
    "._client",
    "._listing",
    "._sync_listing",
    ".reports",
]
DATA = {"Config", "Operation", "State", "UserKind", "UserLike", "__version__"}


@pytest.mark.parametrize("name", MODULES)
@pytest.mark.filterwarnings("ignore::wablock.RetiredProviderWarning")
def test_examples_run(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in ("PROVIDER", "99DIGITAL_API_KEY", "99DIGITAL_FROM_NUMBER"):
        monkeypatch.setenv(f"WABLOCK_{variable}", "")
    module = importlib.import_module("wablock" + name)
    result = doctest.testmod(module, optionflags=doctest.ELLIPSIS | doctest.IGNORE_EXCEPTION_DETAIL)
    assert result.failed == 0
    assert result.attempted > 0


@pytest.mark.parametrize("name", sorted(set(wablock.__all__) - DATA))
def test_public_names_are_documented(name: str) -> None:
    thing = getattr(wablock, name)
    assert inspect.getdoc(thing)
    if inspect.isclass(thing):
        for member, value in vars(thing).items():
            if not member.startswith("_") and (inspect.isfunction(value) or isinstance(value, property)):
                assert inspect.getdoc(value), f"{name}.{member}"


def test_the_version_is_that_of_the_package() -> None:
    from importlib.metadata import version

    assert wablock.__version__ == version("wablock")
