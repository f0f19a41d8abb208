"""What it costs to have another thread do something: there and back, in µs, with nothing done there.

The first number is for an event loop and a thread, joined by a socket pair; the second for two threads that only block.
A client with a thread of its own pays the first for every call that is alone; everybody pays the second to the server.
"""

import asyncio
import json
import socket
import statistics
import threading
import time

ROUNDS = 5_000


def echo(pair: socket.socket) -> None:
    while said := pair.recv(64):
        pair.send(said)


def other() -> socket.socket:
    near, far = socket.socketpair()
    threading.Thread(target=echo, args=(far,), daemon=True).start()
    return near


async def with_a_loop() -> float:
    loop = asyncio.get_running_loop()
    near = other()
    near.setblocking(False)
    waiting: list[asyncio.Future[None]] = []

    def answered() -> None:
        near.recv(64)
        waiting.pop().set_result(None)

    loop.add_reader(near.fileno(), answered)
    begun = time.perf_counter()
    for _ in range(ROUNDS):
        future = loop.create_future()
        waiting.append(future)
        near.send(b"x")
        await future
    return (time.perf_counter() - begun) / ROUNDS * 1e6


def blocking() -> float:
    near = other()
    begun = time.perf_counter()
    for _ in range(ROUNDS):
        near.send(b"x")
        near.recv(64)
    return (time.perf_counter() - begun) / ROUNDS * 1e6


print(json.dumps([statistics.median(asyncio.run(with_a_loop()) for _ in range(3)), blocking()]))
