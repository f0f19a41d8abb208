"""What reports and lists share: a frozen sequence over Rust data, and its ways into data frames and notebooks."""

from __future__ import annotations

from operator import index as place
from typing import TYPE_CHECKING, Any, Generic, SupportsIndex, TypeVar, overload

from .errors import InvalidUserError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Self

    import pandas
    import polars

    from ._view import View

__all__ = ["Rows"]

_Row = TypeVar("_Row", covariant=True)  # a name that users see in signatures

_CHUNK = 512
"""Rows made at a time while they are looped over."""

_PANDAS_TYPES = {"status": "UInt16", "retryable": "boolean", "retry_after": "Float64"}
"""Columns that are no text. All types know missing values."""


class Rows(Generic[_Row]):
    """A frozen sequence over Rust data. Rows become Python objects when they are looked at.

    No `collections.abc.Sequence` by name: polars would read one row by row, before it asks for Arrow data.
    """

    __slots__ = ("_data",)
    _data: Any

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        """The rows as an Arrow stream, made without a Python object per row.

        Data frame libraries call it: ``polars.DataFrame(rows)``, ``pyarrow.table(rows)``, DuckDB's
        ``SELECT ... FROM rows``. Numbers are not masked.
        """
        return self._data.__arrow_c_stream__(requested_schema)

    def to_pandas(self) -> pandas.DataFrame:
        """The rows as a pandas data frame, with nullable types. Numbers are not masked.

        Raises:
            ImportError: pandas is not installed.
        """
        try:
            import pandas
        except ImportError as error:
            raise _missing("pandas", "to_pandas()") from error
        columns: dict[str, list[Any]] = self._data.columns()
        return pandas.DataFrame(
            {
                name: pandas.array(values, dtype=_PANDAS_TYPES.get(name, "string"))  # type: ignore[call-overload]  # names of types, as plain text
                for name, values in columns.items()
            }
        )

    def to_polars(self) -> polars.DataFrame:
        """The rows as a polars data frame. Numbers are not masked.

        Raises:
            ImportError: polars is not installed.
        """
        try:
            import polars
        except ImportError as error:
            raise _missing("polars", "to_polars()") from error
        return polars.DataFrame(self)

    def to_json(self) -> str:
        """The rows as JSON, the same in every language. Numbers are not masked."""
        text: str = self._data.to_json()
        return text

    def show(self, *, masked: bool = False, rows: int = 20) -> View:
        """A table for notebooks and terminals, with full numbers.

        Args:
            masked: hide the middle of phone numbers, as a notebook does without `show`.
            rows: most rows shown, from the head and the tail.
        """
        return self._view(masked=masked, rows=rows)

    def _view(self, *, masked: bool, rows: int) -> View:
        raise NotImplementedError

    def _repr_html_(self) -> str:
        return self._view(masked=True, rows=10).html()

    @overload
    def __getitem__(self, index: SupportsIndex) -> _Row: ...
    @overload
    def __getitem__(self, index: slice) -> list[_Row]: ...
    def __getitem__(self, index: SupportsIndex | slice) -> _Row | list[_Row]:
        if not isinstance(index, slice):
            try:
                at = place(index)
            except TypeError:
                kind = type(index).__name__
                raise TypeError(f"a row index must be an int or a slice, not {kind}") from None
            if at < 0:
                at += len(self)
            if at < 0:
                raise IndexError("index out of range")
            row: _Row = self._data.item(at)
            return row
        start, stop, step = index.indices(len(self))
        if step == 1:
            part: list[_Row] = self._data.range(start, max(start, stop))
            return part
        return [self._data.item(at) for at in range(start, stop, step)]

    def __len__(self) -> int:
        return len(self._data)

    def __iter__(self) -> Iterator[_Row]:
        for start in range(0, len(self), _CHUNK):
            yield from self._data.range(start, start + _CHUNK)

    def __reversed__(self) -> Iterator[_Row]:
        for at in range(len(self) - 1, -1, -1):
            yield self._data.item(at)

    def __contains__(self, user: object) -> bool:
        """Whether a user is among the rows; accepts any number format with a country code, and any value from wablock.

        Raises:
            InvalidUserTypeError: it is not a user.
            InvalidUserError: it is not a valid user.
            UnsupportedError: some rows lack the kind of id that you passed.
        """
        try:
            return bool(self._data.contains(user))
        except InvalidUserError:
            # The outcome of an input that names nobody is a row too.
            if any(mine == user for mine in self):
                return True
            raise

    def index(self, row: object) -> int:
        """The index of the first row that equals `row`.

        Raises:
            ValueError: there is none.
        """
        for at, mine in enumerate(self):
            if mine == row:
                return at
        raise ValueError("there is no such row")

    def __eq__(self, other: object) -> bool:
        theirs: Any = getattr(other, "_data", None)
        return bool(self._data == theirs) if type(other) is type(self) else NotImplemented

    def __hash__(self) -> int:
        return hash((type(self), len(self)))

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"a {type(self).__name__} is frozen: {name!r} cannot be set")

    def __delattr__(self, name: str) -> None:
        raise AttributeError(f"a {type(self).__name__} is frozen: {name!r} cannot be deleted")

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        return self


def _missing(library: str, method: str) -> ImportError:
    return ImportError(
        f"{method} needs {library}, which is not installed: run `pip install {library}`, or read the rows with any "
        "library that takes Arrow data, or with to_json()",
        name=library,
    )
