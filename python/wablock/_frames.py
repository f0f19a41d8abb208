"""What the native module calls to show rows: as data frames of pandas and polars, or as a table to look at."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas
    import polars

    from ._view import View
    from .reports import BlockedUsers, Report, Rows

__all__ = ["show", "to_pandas", "to_polars"]

_PANDAS_TYPES = {"status": "UInt16", "retryable": "boolean", "retry_after": "Float64"}
"""Columns that are not text. All types know missing values."""


def to_pandas(columns: dict[str, list[Any]]) -> pandas.DataFrame:
    try:
        import pandas
    except ImportError as error:
        raise _missing("pandas", "to_pandas()") from error
    return pandas.DataFrame(
        {
            name: pandas.array(values, dtype=_PANDAS_TYPES.get(name, "string"))  # type: ignore[call-overload]  # names of types, as plain text
            for name, values in columns.items()
        }
    )


def to_polars(rows: Rows[object]) -> polars.DataFrame:
    try:
        import polars
    except ImportError as error:
        raise _missing("polars", "to_polars()") from error
    return polars.DataFrame(rows)


def show(rows: Report | BlockedUsers, masked: bool, count: int) -> View:
    from ._view import rows_view  # loaded when somebody looks

    return rows_view(rows, masked, count)


def _missing(library: str, method: str) -> ImportError:
    return ImportError(
        f"{method} needs {library}, which is not installed: run `pip install {library}`, or read the rows with any "
        "library that takes Arrow data, or with to_json()",
        name=library,
    )
