"""What is left on a gift card or store credit, for a till that does not know it yet."""

import msgspec
from litestar import Response, get
from litestar.params import FromPath

from sync.hub.api.access import AskedHub, Signed
from sync.hub.api.pushing import MSGPACK
from sync.hub.voucher_accounts import find_told
from sync.protocol.messages import VoucherReply, pack

PART_CHARS_MAX = 100


@get("/v1/vouchers/{kind:str}/{code:path}", summary="What the hub knows of a gift card or store credit of the tenant")
async def balance(hub: AskedHub, device: Signed, kind: FromPath[str], code: FromPath[str]) -> Response[bytes]:
    """VoucherReply, packed: empty where the hub does not know the number. Only tills of the same tenant are told.

    The number is the rest of the path, as some have a slash in them. Asked for a gift card, a single-purpose voucher of that number
    is told, as the voucher itself says.
    """
    asked = (kind[:PART_CHARS_MAX], code.removeprefix("/")[:PART_CHARS_MAX])
    account = await hub.storage.read(lambda connection: find_told(connection, device.tenant, *asked))
    reply = VoucherReply(msgspec.json.encode(account.voucher()) if account is not None else b"")
    return Response(pack(reply), media_type=MSGPACK)
