//! `python/wablock/sync.py` and `_sync_listing.py`: the client and the list for asyncio, without `async` and `await`.

use std::{
    fs,
    path::{Path, PathBuf},
};

use crate::words::NOTICE;

pub(crate) fn files(root: &Path) -> Vec<(PathBuf, String)> {
    let folder = Path::new("python/wablock");
    [("aio.py", "sync.py", CLIENT), ("_listing.py", "_sync_listing.py", LIST)]
        .map(|(from, to, differences)| {
            let source = fs::read_to_string(root.join(folder).join(from)).expect("the source");
            (folder.join(to), format!("# {NOTICE}\n{}", without_async(&source, differences)))
        })
        .into()
}

/// Words of Python that differ everywhere.
const WORDS: &[(&str, &str)] = &[
    ("async def ", "def "),
    ("async for ", "for "),
    ("async with ", "with "),
    ("await ", ""),
    ("AsyncBlockList", "BlockList"),
    ("AsyncClient", "Client"),
    ("AsyncIterator", "Iterator"),
    ("StopAsyncIteration", "StopIteration"),
    ("__aenter__", "__enter__"),
    ("__aexit__", "__exit__"),
    ("__aiter__", "__iter__"),
    ("__anext__", "__next__"),
    ("anext(", "next("),
    ("aclose", "close"),
];

/// What else differs in the client.
const CLIENT: &[(&str, &str)] = &[
    ("The client for asyncio programs.", "The client for programs without asyncio, and for notebooks."),
    ("from ._bridge import end_reading, run\n", "from ._blocking import run\n"),
    (
        "from ._listing import AsyncBlockList\nfrom ._process import importing\nfrom ._progress import shown\n",
        "from ._progress import shown\nfrom ._sync_listing import BlockList\n",
    ),
    ("import AsyncIterable, Iterable", "import Iterable"),
    (" | AsyncIterable[UserLike]", ""),
    (" | AsyncIterable[UserLike | None]", ""),
    (
        r#"    """Blocks, unblocks and lists the users of one business number at one provider, for asyncio programs.

    Works from several event loops and threads, with repeated `asyncio.run`, and in forked processes. Creating a client
    starts nothing; the first call opens connections, which all calls share.

    The first argument"#,
        r#"    """Blocks, unblocks and lists the users of one business number at one provider; `AsyncClient!` without ``await``.

    Safe to share between threads, and works in forked processes. Inside a running event loop it works too, but blocks
    the loop during a call: a `RuntimeWarning` says so, except in notebooks. Ctrl-C ends a call immediately: the
    `KeyboardInterrupt` has `.report`, and the client stays usable.

    The first argument"#,
    ),
    (
        r"    def _prepare(self) -> None:
        # Imported by the first client: programs without asyncio need not wait for it, and no call does.
        with importing:
            import asyncio
        del asyncio

",
        "",
    ),
    (
        "one user, or an iterable or async iterable of users. A string is always one user; pass ``[text]``
                if you want a `Report`.",
        "one user, or an iterable of users. A string is always one user; pass ``[text]`` if you want a
                `Report`.",
    ),
    (
        r"        Cancelling drops the requests in flight. The `CancelledError` carries `.report`; `report_of` also finds it in
        the `TimeoutError` of `asyncio.timeout`, and in the `KeyboardInterrupt` of `asyncio.run`.

",
        "",
    ),
    (
        "The block list. Loop over it with ``async for``; nothing is sent before.",
        "The block list. Loop over it; nothing is sent before.",
    ),
    (
        r"        A call that still waits for users of an async iterable ends too: what waits there is cancelled.

        >>> import asyncio
",
        "",
    ),
    ("asyncio.run(wa.aclose())", "wa.close()"),
    (
        r#"        self._native.close()
        end_reading()

    async def close(self) -> None:
        """The same as `aclose`."""
        await self.aclose()
"#,
        "        self._native.close()\n",
    ),
    (
        r#"        # The users of an async iterable are read later, when the call is awaited.
        source = users if hasattr(users, "__aiter__") else None
        given = users if source is None else ()
"#,
        "",
    ),
    ("change(operation, given, on_missing", "change(operation, users, on_missing"),
    ("run(call, listener, source)", "run(call, listener)"),
];

/// What else differs in the list.
const LIST: &[(&str, &str)] = &[
    ("The block list in asyncio programs.", "The block list in programs without asyncio."),
    ("from ._bridge import run\n", "from ._blocking import run\n"),
    (
        "not read yet. <code>await</code> its <code>.collect()</code>.",
        "not read yet. Loop over it, or <code>.collect()</code> it.",
    ),
    ("loop over it with `async for`, or `await` its `collect()`", "loop over it with `for`, or `collect()` it"),
    ("from typing import TYPE_CHECKING", "from itertools import chain\nfrom typing import TYPE_CHECKING"),
    ("import AsyncIterator, Iterator", "import Iterator"),
    ("_Users(self.pages())", "chain.from_iterable(self.pages())"),
    (
        r#"

class _Users:
    __slots__ = ("_page", "_pages")

    def __init__(self, pages: AsyncIterator[list[BlockedUser]]) -> None:
        self._pages = pages
        self._page: Iterator[BlockedUser] = iter(())

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> BlockedUser:
        while True:
            for user in self._page:
                return user
            self._page = iter(await anext(self._pages))
"#,
        "",
    ),
    (
        "    def _pager(self)",
        r#"    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        """The full list, read now, as an Arrow stream; see `BlockedUsers`."""
        return self.collect().__arrow_c_stream__(requested_schema)

    def __contains__(self, user: object) -> bool:
        """Whether a user is on the list, which is read now; for many users, call `collect` first."""
        return run(self._native.is_blocked(user, self._timeout, self._max_retries)) is True

    def _pager(self)"#,
    ),
];

fn without_async(source: &str, differences: &[(&str, &str)]) -> String {
    let mut text = source.to_owned();
    for (from, to) in differences {
        assert!(text.contains(from), "what differs without asyncio is no longer in the source: {from}");
        text = text.replace(from, to);
    }
    text = examples(&text);
    for (from, to) in WORDS {
        text = text.replace(from, to);
    }
    // The name of the other client, where the text means it.
    text.replace("Client!", "AsyncClient")
}

/// The examples: their `main`, which gets a client and is run in a sandbox, becomes the body of the `with`.
fn examples(text: &str) -> String {
    let mut out = String::new();
    let mut body: Vec<String> = Vec::new();
    let mut inside = false;
    for line in text.lines() {
        let code = line.trim_start();
        let indent = &line[..line.len() - code.len()];
        let mut put = |code: &str| out.push_str(&format!("{indent}{code}\n"));
        match code {
            ">>> import asyncio" | "...     async with AsyncClient(config) as wa:" => {}
            ">>> async def main(config):" => inside = true,
            ">>> with Sandbox() as sandbox:" if inside => {
                inside = false;
                put(">>> with Sandbox() as sandbox, AsyncClient(sandbox.meta()) as wa:");
            }
            "...     asyncio.run(main(sandbox.meta()))" => body.drain(..).for_each(|line| put(&line)),
            _ if inside => body.push(code.replacen("...         ", "...     ", 1).replacen("return ", "", 1)),
            "" => out.push('\n'),
            _ => put(code),
        }
    }
    out
}
