"""What terminals of protocol 1.0 read and write, as it was: a newer hub has to be understood by these, so they never change."""

import msgspec
import zstandard


class Hello(msgspec.Struct):
    """The answer to `GET /v1/hello`."""

    product: str
    proto: str
    epoch: int
    time_ms: int


class EnrolReply(msgspec.Struct):
    """The answer to `POST /v1/enrol`."""

    certificate: str
    signature: str
    hub_key: str
    epoch: int


class HeldFact(msgspec.Struct, array_like=True):
    """A fact that waits at the hub."""

    seq: int
    reason: str


class PushReply(msgspec.Struct):
    """The answer to `POST /v1/push`."""

    epoch: int
    next_seq: int
    durable_seq: int
    head: bytes
    time_ms: int
    held: list[HeldFact] = []
    forked: bool = False


class Row(msgspec.Struct, array_like=True):
    """A row of reference data."""

    entity: str
    key: str
    payload: bytes


class Transaction(msgspec.Struct, array_like=True):
    """Rows under one revision."""

    rev: int
    rows: list[Row]


class FeedReply(msgspec.Struct):
    """The answer to `GET /v1/feed`."""

    epoch: int
    scope: str
    rev_to: int
    digest: bytes
    transactions: list[Transaction]
    more: bool
    time_ms: int


class ChunkRef(msgspec.Struct):
    """A chunk of a snapshot."""

    sha256: str
    size: int
    rows: int


class SignedManifest(msgspec.Struct):
    """The answer to `GET /v1/snapshot`."""

    manifest: bytes
    signature: bytes


class SnapshotManifest(msgspec.Struct):
    """What is inside."""

    epoch: int
    scope: str
    rev: int
    digest: str
    chunks: list[ChunkRef]


class Problem(msgspec.Struct):
    """A refusal."""

    title: str
    status: int
    code: str
    detail: str


def unpack(data: bytes) -> bytes:
    """MessagePack out of zstd, whose frame has to state its size."""
    assert 0 <= zstandard.get_frame_parameters(data).content_size <= 64 * 1024 * 1024
    return zstandard.ZstdDecompressor().decompress(data)
