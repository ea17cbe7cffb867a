"""A name server for one name: `python -m tests.network.resolver HOST NAME`; orders: {"address": "192.0.2.17"}, "" for silence.

It says {"ready": true}, and {"now": ADDRESS} after each order.
"""

import json
import os
import socket
import sys
import threading

_HEADER, _A, _IN, _TTL_S = 12, 1, 1, 0


def say(**message: object) -> None:
    """One line."""
    os.write(1, json.dumps(message).encode() + b"\n")


def question_end(query: bytes) -> int:
    """Where the one question of a query ends."""
    at = _HEADER
    while query[at]:
        at += query[at] + 1
    return at + 5


def answer(query: bytes, name: str, address: str) -> bytes:
    """The address for the name, no address of another kind, and no other name."""
    end = question_end(query)
    asked, kind = query[_HEADER : end - 4], int.from_bytes(query[end - 4 : end - 2])
    spelled = b"".join(bytes([len(part)]) + part.encode() for part in name.split(".")) + b"\0"
    known = asked.lower() == spelled
    answers = 1 if known and kind == _A else 0
    flags = 0x8580 if known else 0x8583
    made = query[:2] + flags.to_bytes(2) + (1).to_bytes(2) + answers.to_bytes(2) + bytes(4) + query[_HEADER:end]
    if answers:
        made += b"\xc0\x0c" + _A.to_bytes(2) + _IN.to_bytes(2) + _TTL_S.to_bytes(4) + (4).to_bytes(2) + socket.inet_aton(address)
    return made


def main(host: str, name: str) -> None:
    """Answer until stdin ends."""
    address = [""]
    line = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    line.bind((host, 53))

    def serve() -> None:
        while True:
            query, asker = line.recvfrom(512)
            if address[0]:
                line.sendto(answer(query, name, address[0]), asker)

    threading.Thread(target=serve, daemon=True).start()
    say(ready=True)
    for order in sys.stdin:
        address[0] = json.loads(order)["address"]
        say(now=address[0])


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
