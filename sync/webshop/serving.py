"""Serves the shop over HTTP: a thread for each visitor's line, because browsers open lines ahead and then say nothing on them."""

from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer

from sync.webshop.app import Shop


class ShopServer(ThreadingMixIn, WSGIServer):
    """The shop on a port of this machine; 0 is any that is free, and `server_port` says which."""

    daemon_threads = True

    def __init__(self, shop: Shop, port: int, handler: type[WSGIRequestHandler] = WSGIRequestHandler) -> None:
        super().__init__(("127.0.0.1", port), handler)
        self.set_app(shop)
