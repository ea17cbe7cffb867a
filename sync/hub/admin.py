"""The way from a command to the hub: a socket in the data folder that only its owner can open.

A message is four bytes of length and MessagePack: `[operation, body]` there, `[problem code or "", values or body]` back.
"""

import asyncio
import logging
import os
import socket
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from kiosk.decoding import read_msgpack
from sync.hub import settings
from sync.hub.core import Hub, Surroundings, open_hub
from sync.hub.operations import OPERATIONS
from sync.hub.problems import HubProblem
from sync.hub.storage.folder import admin_socket

log = logging.getLogger("toonbank.hub.admin")
MESSAGE_MAX = 1024 * 1024 * 1024
_LENGTH = struct.Struct(">I")
_ANSWER_WAIT_S = 600
T = TypeVar("T")


class Request(msgspec.Struct, array_like=True):
    """An operation's name and its message."""

    operation: str
    body: bytes


class Answer(msgspec.Struct, array_like=True):
    """A problem's code and values, or an empty code and the operation's message."""

    code: str
    values: dict[str, str | int]
    body: bytes


def answer(hub: Hub, data: bytes) -> bytes:
    """Carry one request out. Heavy: run it on a worker thread."""
    try:
        request = read_msgpack(data, Request)
        operation = OPERATIONS[request.operation]
        body = msgspec.msgpack.encode(operation.run(hub, read_msgpack(request.body, operation.takes)))
        return msgspec.msgpack.encode(Answer("", {}, body))
    except HubProblem as problem:
        return msgspec.msgpack.encode(Answer(problem.code, dict(problem.values), b""))
    except (msgspec.DecodeError, KeyError) as error:
        log.error("a command of another version: %s", error)
        return msgspec.msgpack.encode(Answer("request.body", {"kind": "command"}, b""))
    except Exception as fault:
        reference = hub.world.new_id()
        log.error("fault %s in a command", reference, exc_info=fault)
        return msgspec.msgpack.encode(Answer("hub.fault", {"reference": reference}, b""))


async def listen(hub: Hub) -> asyncio.Server:
    """Serve commands on the folder's socket."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            (length,) = _LENGTH.unpack(await reader.readexactly(_LENGTH.size))
            if length <= MESSAGE_MAX:
                spoken = await asyncio.to_thread(answer, hub, await reader.readexactly(length))
                writer.write(_LENGTH.pack(len(spoken)) + spoken)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            log.debug("a command hung up, or only asked whether a hub runs")
        finally:
            writer.close()

    return await asyncio.start_unix_server(serve, sock=_bound(admin_socket(hub.folder.path)))


def _bound(path: Path) -> socket.socket:
    """A listening socket only its owner can open. Bound through the folder's handle: a socket's path may have 107 bytes only."""
    path.unlink(missing_ok=True)
    folder = os.open(path.parent, os.O_RDONLY)
    listener = socket.socket(socket.AF_UNIX)
    mask = os.umask(0o177)
    try:
        listener.bind(f"/proc/self/fd/{folder}/{path.name}")
    finally:
        os.umask(mask)
        os.close(folder)
    return listener


class Line:
    """A command's line to the hub of a folder: to the running one, or to one it opens itself when none runs."""

    def __init__(self, folder: Path, hub: Hub | None) -> None:
        self._folder, self._hub = folder, hub

    @classmethod
    def of(cls, hub: Hub) -> "Line":
        """The line of a program that holds the hub itself, and goes on holding it."""
        return cls(hub.folder.path, hub)

    @classmethod
    @contextmanager
    def to(cls, folder: Path, world: Surroundings, may_make: bool = False) -> Iterator["Line"]:
        """The line to the hub of a folder. Raises HubProblem where there is none, unless it may be made."""
        if _answers(folder):
            yield cls(folder, None)
            return
        if not may_make and not _has_hub(folder):
            raise HubProblem("folder.absent", folder=str(folder))
        hub = open_hub(folder, world)
        try:
            yield cls(folder, hub)
        finally:
            hub.close()

    def ask(self, message: msgspec.Struct, kind: type[T]) -> T:
        """Have an operation carried out. Raises HubProblem for what the hub refuses."""
        data = msgspec.msgpack.encode(Request(type(message).__name__, msgspec.msgpack.encode(message)))
        spoken = answer(self._hub, data) if self._hub is not None else self._exchange(data)
        reply = read_msgpack(spoken, Answer)
        if reply.code:
            raise HubProblem(reply.code, **reply.values)
        return read_msgpack(reply.body, kind)

    def _exchange(self, data: bytes) -> bytes:
        with _connected(self._folder) as line:
            line.settimeout(_ANSWER_WAIT_S)
            line.sendall(_LENGTH.pack(len(data)) + data)
            (length,) = _LENGTH.unpack(_received(line, _LENGTH.size))
            return _received(line, length)


def _has_hub(folder: Path) -> bool:
    """Whether a hub was here before: its database, or settings that name one elsewhere."""
    return (folder / "hub.db").exists() or ((folder / settings.FILE).exists() and bool(settings.load(folder).database_url))


def _answers(folder: Path) -> bool:
    try:
        _connected(folder).close()
    except OSError:
        return False
    return True


def _connected(folder: Path) -> socket.socket:
    handle = os.open(folder, os.O_RDONLY)
    line = socket.socket(socket.AF_UNIX)
    try:
        line.connect(f"/proc/self/fd/{handle}/{admin_socket(folder).name}")
    except OSError:
        line.close()
        raise
    finally:
        os.close(handle)
    return line


def _received(line: socket.socket, size: int) -> bytes:
    parts: list[Any] = []
    while size:
        part = line.recv(min(size, 1 << 20))
        if not part:
            raise HubProblem("hub.closing")
        parts.append(part)
        size -= len(part)
    return b"".join(parts)
