"""Block, unblock and list blocked WhatsApp users through the APIs of business-messaging providers.

>>> import asyncio
>>> from wablock import AsyncClient
>>> from wablock.testing import Sandbox
>>> async def main(sandbox):
...     async with AsyncClient(sandbox.meta()) as wa:
...         report = await wa.block(["+1 (650) 555-1234", "972501234567"])
...         return report.ok, {user.wa_id async for user in wa.list()} == {"16505551234", "972501234567"}
>>> with Sandbox() as sandbox:
...     asyncio.run(main(sandbox))
(True, True)
"""

from typing import TYPE_CHECKING

from . import _frames, _process
from ._client import UserLike
from ._native import __version__, prepare
from ._options import ClientOptions
from .aio import AsyncBlockList, AsyncClient
from .config import *
from .errors import *
from .errors import CLASSES
from .oneoff import block, is_blocked, list_blocked, ping, unblock
from .reports import BlockedUsers, Report
from .results import (
    BlockedUser,
    DoneOutcome,
    FailedOutcome,
    NotSentOutcome,
    Operation,
    Outcome,
    State,
    UnknownOutcome,
    User,
    UserKind,
)
from .sync import BlockList, Client
from .tools import mask, nxcloud_signature, parse_user, same_user

if TYPE_CHECKING:
    from .capabilities import Capabilities, ProviderStatus

__all__: list[str] = [
    "AsyncBlockList",
    "AsyncClient",
    "BlockList",
    "BlockedUser",
    "BlockedUsers",
    "Capabilities",
    "Client",
    "ClientOptions",
    "DoneOutcome",
    "FailedOutcome",
    "NotSentOutcome",
    "Operation",
    "Outcome",
    "ProviderStatus",
    "Report",
    "State",
    "UnknownOutcome",
    "User",
    "UserKind",
    "UserLike",
    "__version__",
    "block",
    "is_blocked",
    "list_blocked",
    "mask",
    "nxcloud_signature",
    "parse_user",
    "ping",
    "same_user",
    "unblock",
]
# faces: exports
__all__ += [
    "APIConnectionError",
    "APITimeoutError",
    "AuthError",
    "CallCancelledError",
    "ClosedError",
    "CloudApi",
    "Config",
    "ConfigError",
    "Dialog360",
    "Digital99",
    "Gupshup",
    "InvalidUserError",
    "InvalidUserTypeError",
    "Kaleyra",
    "Kapso",
    "ListChangedError",
    "ListFullError",
    "Meta",
    "NotEligibleError",
    "NotFoundError",
    "NxCloud",
    "OneMsg",
    "OtherError",
    "OwnNumberError",
    "PermissionDeniedError",
    "ProtocolError",
    "RateLimitedError",
    "RejectedError",
    "RetiredProviderWarning",
    "Secret",
    "ServerError",
    "Sinch",
    "Splashify",
    "UnsupportedError",
    "WablockError",
    "YCloud",
    "Zernio",
    "report_of",
]
# /faces

prepare(CLASSES, InvalidUserTypeError, _frames.show, _frames.to_pandas, _frames.to_polars)
del prepare, _frames, _process


def __getattr__(name: str) -> object:
    if name in ("Capabilities", "ProviderStatus"):
        from . import capabilities

        return getattr(capabilities, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
