"""The base of all configurations, and the configuration from environment variables."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, ClassVar, NoReturn, Self, cast, dataclass_transform

from ._native import Record, Secret, check_names, mask

if TYPE_CHECKING:
    from .config import Config

__all__ = ["Configuration", "FromEnvironment", "hidden", "native_values", "refuse_pickling", "reveal"]

_SHOWN = "***"


def refuse_pickling(config: object) -> NoReturn:
    raise TypeError(
        f"a {type(config).__name__} configuration cannot be pickled: the pickle would contain credentials in plain "
        "text. Create the client where you use it, for example with AsyncClient.from_env()."
    )


class _Signature:
    """The signature of a configuration, for `inspect.signature`."""

    def __get__(self, instance: object, owner: type[Configuration]) -> Any:
        from inspect import Parameter, Signature

        def parameter(name: str) -> Parameter:
            default, kind = getattr(owner, name, Parameter.empty), owner.__annotations__[name]
            return Parameter(name, Parameter.KEYWORD_ONLY, default=default, annotation=kind)

        return Signature([parameter(name) for name in owner._fields])  # pyright: ignore[reportPrivateUsage]


@dataclass_transform(kw_only_default=True, frozen_default=True)
class Configuration(Record):
    """The base of all configurations: frozen data that hides its secrets."""

    provider: ClassVar[Any]
    _secrets: ClassVar[frozenset[str]]
    _fields: ClassVar[tuple[str, ...]]
    __match_args__: ClassVar[tuple[()]] = ()
    __signature__: ClassVar[Any] = _Signature()

    def __init_subclass__(cls) -> None:
        cls._fields = tuple(name for name, kind in cls.__annotations__.items() if not kind.startswith("ClassVar"))

    def __new__(cls, *args: object, **options: Any) -> Self:
        # A traceback may show local variables, so they must hold no secret.
        shown = frozenset(cls._fields) - cls._secrets
        given = {
            name: Secret(value) if isinstance(value, str) and name not in shown else value
            for name, value in options.items()
        }
        by_place = bool(args)
        options.clear()
        args = ()
        if by_place:
            name = cls.__name__
            raise TypeError(f"{name} takes its options by name, such as {name}({cls._fields[0]}=...)")
        check_names(cls.provider, list(given))
        config = super().__new__(cls)
        for name, value in given.items():
            # A tuple can be hashed, and stays as it is.
            vars(config)[name] = tuple(cast("list[object]", value)) if isinstance(value, list) else value
        return config

    def _given(self) -> dict[str, Any]:
        given = {name: getattr(self, name) for name in self._fields}
        return {name: value for name, value in given.items() if value is not None}

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Configuration) or type(self) is not type(other):
            return NotImplemented
        return self._given() == other._given()

    def __hash__(self) -> int:
        return hash(tuple(self._given().items()))

    def __repr__(self) -> str:
        shown = (
            # A URL may hold a password.
            f"{name}={_SHOWN if name in self._secrets or '@' in str(value) else mask(repr(value))}"
            for name, value in self._given().items()
        )
        return f"{type(self).__name__}({', '.join(shown)})"

    def __getstate__(self) -> NoReturn:
        refuse_pickling(self)

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

    A value of another type is invalid, and the error names only its type: an empty object of that name replaces it.
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
