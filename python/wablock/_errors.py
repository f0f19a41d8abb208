"""The base of all errors, and where errors keep the report of their call."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

if TYPE_CHECKING:
    from .reports import Report

__all__ = ["RetiredProviderWarning", "WablockError", "report_of"]

_FIELDS = (
    "code",
    "message",
    "hint",
    "provider",
    "provider_code",
    "status",
    "request_id",
    "retryable",
    "retry_after",
    "option",
    "os_code",
)


class WablockError(Exception):
    """Base class of all wablock errors. Contains no credentials; pickles with all its fields.

    Attributes:
        code: the stable error code, such as ``"not_eligible"``; the same string in Rust and JavaScript.
        message: what happened.
        hint: what to do about it.
        provider: id of the provider that returned the error, or None.
        provider_code: the provider's own code as text, such as ``"131047"``, or None.
        status: HTTP status of the answer, or None.
        request_id: the provider's id of the request, to give to its support, or None.
        retryable: whether the same call may succeed if you retry it later.
        retry_after: how many seconds the provider asked you to wait, or None.
        option: the option that a `ConfigError` is about (the first of several), or None.
        os_code: the operating system's error code of a failed connection, such as ``"ECONNREFUSED"``, or None.
        report: the `Report` of the call, with the outcome of every input. None if the call had no inputs.

    >>> try:
    ...     raise AuthError("the token expired", hint="Make a new token.", provider="meta", provider_code="190")
    ... except WablockError as error:
    ...     print(error)
    the token expired [auth, meta code 190] Make a new token.
    """

    # The public module, which tracebacks and pickles name.
    __module__ = "wablock.errors"

    code: ClassVar[str] = "error"

    def __init__(
        self,
        message: str = "",
        *,
        hint: str = "",
        provider: str | None = None,
        provider_code: str | None = None,
        status: int | None = None,
        request_id: str | None = None,
        retryable: bool = False,
        retry_after: float | None = None,
        option: str | None = None,
        os_code: str | None = None,
        report: Report | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.provider = provider
        self.provider_code = provider_code
        self.status = status
        self.request_id = request_id
        self.retryable = retryable
        self.retry_after = retry_after
        self.option = option
        self.os_code = os_code
        self.report = report

    def to_dict(self) -> dict[str, Any]:
        """Code and fields as plain data, without the report and without what is None.

        >>> from wablock import OwnNumberError
        >>> OwnNumberError("that is you").to_dict()
        {'code': 'own_number', 'message': 'that is you', 'hint': '', 'retryable': False}
        """
        fields = {name: getattr(self, name) for name in _FIELDS}
        return {name: value for name, value in fields.items() if value is not None}

    def __str__(self) -> str:
        about = self.code
        if self.provider is not None:
            about += f", {self.provider}" + ("" if self.provider_code is None else f" code {self.provider_code}")
        return f"{self.message} [{about}] {self.hint}".rstrip()

    def __repr__(self) -> str:
        fields = self.to_dict()
        del fields["code"]
        message = fields.pop("message")
        shown = "".join(f", {name}={value!r}" for name, value in fields.items() if value not in ("", False))
        return f"{type(self).__name__}({message!r}{shown})"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, WablockError) or type(self) is not type(other):
            return NotImplemented
        return self.to_dict() == other.to_dict()

    def __hash__(self) -> int:
        return hash((type(self), self.message, self.provider_code, self.status, self.request_id))


def report_of(error: BaseException) -> Report | None:
    """The report of the call that `error` ended, also where asyncio raises another exception in its place.

    `asyncio.timeout` turns the `CancelledError` of a call into a `TimeoutError`, and `asyncio.run` turns Ctrl-C into a
    `KeyboardInterrupt`. Both keep the `CancelledError`, and that has the report.

    Returns:
        The report, or None: the call had not begun, or was not about users.

    >>> import asyncio
    >>> from wablock import AsyncClient
    >>> from wablock.testing import Sandbox
    >>> async def main(sandbox):
    ...     _ = sandbox.fault("silence")
    ...     async with AsyncClient(sandbox.meta()) as wa:
    ...         try:
    ...             async with asyncio.timeout(0.2):
    ...                 await wa.block(["+16505551234"])
    ...         except TimeoutError as error:
    ...             return report_of(error).counts["unknown"]
    >>> with Sandbox() as sandbox:
    ...     asyncio.run(main(sandbox))
    1
    """
    seen: set[int] = set()
    link: BaseException | None = error
    while link is not None and id(link) not in seen:
        report: Report | None = getattr(link, "report", None)
        if report is not None:
            return report
        seen.add(id(link))
        link = link.__cause__ or link.__context__
    return None


class RetiredProviderWarning(UserWarning):
    """The provider has withdrawn the API that is being used. Shown once per process and provider.

    >>> import warnings
    >>> warnings.simplefilter("ignore", RetiredProviderWarning)
    """

    __module__ = "wablock.errors"
