"""Frozen classes with slots, as `@dataclass(frozen=True, slots=True)` makes them, without its cost.

`dataclasses` imports `inspect` and compiles up to six functions for every class: a third of the time that importing
wablock took. Here only `__init__` is compiled. Type checkers see `dataclass` itself, and at runtime its helpers
(`fields`, `asdict`, `replace`, `is_dataclass`) work, because it describes a class as soon as somebody asks.
"""

from __future__ import annotations

import sys
from operator import attrgetter
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar, cast

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

__all__ = ["dataclass"]

_T = TypeVar("_T")


def dataclass(*, eq: bool = True, repr: bool = True, **options: bool) -> Callable[[type[_T]], type[_T]]:  # noqa: A002
    """What `dataclasses.dataclass` does with these options, of which frozen and slots must be two."""

    def make(cls: type[_T]) -> type[_T]:
        kinds: dict[str, str] = {
            name: kind for name, kind in cls.__annotations__.items() if not kind.startswith("ClassVar")
        }
        namespace = dict(cls.__dict__)
        given = {name: namespace.pop(name) for name in kinds if name in namespace}
        kw_only = options.get("kw_only", False)
        for part in ("__dict__", "__weakref__"):
            namespace.pop(part, None)
        namespace |= {
            "__slots__": tuple(kinds),
            "__match_args__": () if kw_only else tuple(kinds),
            "__setattr__": _refuse_to_set,
            "__delattr__": _refuse_to_delete,
        }
        lines = [f" _set(self, {name!r}, {name})" for name in kinds]
        lines += [" self.__post_init__()"] if hasattr(cls, "__post_init__") else []
        namespace["__init__"] = _init(cls, kinds, given, kw_only=kw_only, lines=lines)
        namespace["__setstate__"] = _set_state
        namespace.setdefault("__getstate__", _state)
        if sys.version_info >= (3, 13):
            namespace["__replace__"] = _replace
        if repr:
            namespace["__repr__"] = _repr
        if eq:
            namespace["__eq__"], namespace["__hash__"] = _equality(kinds)
        described = {"__module__": cls.__module__, "__annotations__": cls.__annotations__, **given}
        for part in ("__dataclass_fields__", "__dataclass_params__"):
            namespace[part] = _Described(part, described, {"eq": eq, "repr": repr, **options})
        return cast("type[_T]", type(cls.__name__, cls.__bases__, namespace))

    return make


class _Described:
    """What `dataclasses` says of a class, asked for when somebody wants to know."""

    def __init__(self, part: str, described: dict[str, Any], options: dict[str, bool]) -> None:
        self._part = part
        self._described = described
        self._options = options

    def __get__(self, instance: object, owner: type) -> Any:
        import dataclasses

        twin = type(owner.__name__, (), dict(self._described))
        said = getattr(dataclasses.dataclass(**self._options)(twin), self._part)
        type.__setattr__(owner, self._part, said)
        return said


def _init(cls: type, kinds: Mapping[str, str], defaults: dict[str, Any], *, kw_only: bool, lines: list[str]) -> Any:
    """Compiled, so that wrong arguments are refused, and right ones are suggested, as everywhere in Python."""
    parameters = [name if name not in defaults else f"{name}=_defaults[{name!r}]" for name in kinds]
    first = f"def __init__(self, {'*, ' if kw_only else ''}{', '.join(parameters)}):"
    namespace: dict[str, Any] = {"_set": object.__setattr__, "_defaults": defaults}
    exec("\n".join([first, *lines]), namespace)  # noqa: S102  # of names of fields only
    init = namespace["__init__"]
    init.__qualname__ = f"{cls.__qualname__}.__init__"
    init.__module__ = cls.__module__
    init.__annotations__ = {**kinds, "return": "None"}
    return init


def _equality(names: Mapping[str, str]) -> tuple[Any, Any]:
    values = attrgetter(*names)

    def __eq__(self: object, other: object) -> bool:  # noqa: N807  # a method
        return bool(values(self) == values(other)) if type(other) is type(self) else NotImplemented

    def __hash__(self: object) -> int:  # noqa: N807  # a method
        return hash(values(self))

    return __eq__, __hash__


def _repr(self: Any) -> str:
    return f"{type(self).__qualname__}({', '.join(f'{name}={getattr(self, name)!r}' for name in self.__slots__)})"


def _refuse_to_set(self: object, name: str, value: object) -> NoReturn:  # noqa: ARG001  # as object has it
    _refuse_to_delete(self, name)


def _refuse_to_delete(self: object, name: str) -> NoReturn:
    from dataclasses import FrozenInstanceError

    raise FrozenInstanceError(f"cannot change {name!r}: a {type(self).__name__} is frozen")


def _state(self: Any) -> list[Any]:
    return [getattr(self, name) for name in self.__slots__]


def _set_state(self: Any, state: list[Any]) -> None:
    for name, value in zip(self.__slots__, state, strict=True):
        object.__setattr__(self, name, value)


def _replace(self: Any, /, **changes: Any) -> Any:
    from dataclasses import replace

    return replace(self, **changes)
