"""`python -m sync.webshop`: serve the example shop."""

import argparse
import os
import secrets

from sync.webshop.app import Shop
from sync.webshop.hubline import HubLine
from sync.webshop.serving import ShopServer


def main() -> None:
    """Serve until it is stopped. The key may stand in TOONBANK_SHOP_KEY, where no list of processes shows it."""
    parser = argparse.ArgumentParser(prog="python -m sync.webshop", description="An example of a web shop on Toonbank.")
    parser.add_argument("--hub", default="http://127.0.0.1:8750", help="where the hub answers")
    parser.add_argument("--key", default=os.environ.get("TOONBANK_SHOP_KEY", ""), help="a key of the shop API")
    parser.add_argument("--port", type=int, default=8080)
    asked = parser.parse_args()
    if not asked.key:
        parser.error("make a key with toonbank-hub key add, and give it as --key or TOONBANK_SHOP_KEY")
    with ShopServer(Shop(HubLine(asked.hub, asked.key), secrets.token_bytes(32)), asked.port) as server:
        print(f"The shop is at http://127.0.0.1:{server.server_port}", flush=True)
        server.serve_forever()


if __name__ == "__main__":
    main()
