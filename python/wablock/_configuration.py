"""What all configurations share, and the one that environment variables give."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, ClassVar, NoReturn, Self, cast

from ._native import Secret, check_names, mask

if TYPE_CHECKING:
    from .config import Config

__all__ = ["Configuration", "FromEnvironment", "hidden", "native_values", "refuse_pickling", "reveal"]

_SHOWN = "***"


def refuse_pickling(config: object) -> NoReturn:
    raise TypeError(
        f"a {type(config).__name__} configuration cannot be pickled: the pickle would contain credentials in plain "
        "text. Create the client where you use it, for example with AsyncClient.from_env()."
    )


class Configuration:
    """What all configurations share."""

    __slots__: tuple[str, ...] = ()

    provider: ClassVar[Any]
    _secrets: ClassVar[frozenset[str]]

    def __new__(cls, *args: object, **options: object) -> Self:
        names = list(options)
        by_place = bool(args)
        # A traceback may show local variables.
        options.clear()
        args = ()
        if by_place:
            name = cls.__name__
            raise TypeError(f"{name} takes its options by name, such as {name}({cls.__slots__[0]}=...)")
        check_names(cls.provider, names)
        return super().__new__(cls)

    def __post_init__(self) -> None:
        for name, value in self._given().items():
            if isinstance(value, str) and name in self._secrets:
                # No text that a serialiser, or a tool that shows attributes, could find.
                object.__setattr__(self, name, Secret(value))
            elif isinstance(value, list):
                # A tuple can be hashed, and stays as it is.
                object.__setattr__(self, name, tuple(cast("list[object]", value)))

    def _given(self) -> dict[str, Any]:
        given = {name: getattr(self, name) for name in self.__slots__}
        return {name: value for name, value in given.items() if value is not None}

    def __repr__(self) -> str:
        shown = (
            # A URL may hold a password.
            f"{name}={_SHOWN if name in self._secrets or '@' in str(value) else mask(repr(value))}"
            for name, value in self._given().items()
        )
        return f"{type(self).__name__}({', '.join(shown)})"

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        return self

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        refuse_pickling(self)


class FromEnvironment:
    """Options that came from environment variables; the native module reads and checks them."""

    __slots__ = ("_prefix", "_variables")

    def __init__(self, prefix: str | None) -> None:
        self._variables = {name: value for name, value in os.environ.items() if name.startswith("WABLOCK_")}
        self._prefix = prefix

    def _values(self) -> dict[str, Any]:
        return {"environment": self._variables, "prefix": self._prefix}

    def __repr__(self) -> str:
        name = "WABLOCK_PROVIDER" if self._prefix is None else f"WABLOCK_{self._prefix.upper()}_PROVIDER"
        return f"<configuration of {self._variables.get(name, 'a provider').strip().lower()} from the environment>"

    def __getstate__(self) -> NoReturn:
        refuse_pickling(self)

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        refuse_pickling(self)


def hidden(value: object) -> Any:
    """The value of an option that may hold a secret, as text that nothing shows.

    A value of another type cannot work, and the message names only its type: what stands for it has no content.
    """
    if isinstance(value, str):
        return Secret(value)
    return value if value is None or isinstance(value, Secret) else type(type(value).__qualname__, (), {})()


def reveal(value: Any) -> Any:
    """The text of a secret; anything else as it is. To be called in an expression only, as `native_values`."""
    return value.get_secret_value() if isinstance(value, Secret) else value


def native_values(config: Config | FromEnvironment) -> dict[str, Any]:
    """The provider's id and its options, for the native module.

    To be called in an expression: what is returned must never be a local variable, because tracebacks can show those.
    """
    if isinstance(config, FromEnvironment):
        return config._values()  # pyright: ignore[reportPrivateUsage]  # this function is part of the classes
    given = config._given()  # pyright: ignore[reportPrivateUsage]
    return {"provider": config.provider, **{name: reveal(value) for name, value in given.items()}}
