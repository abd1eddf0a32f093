"""The server on which the tests of the store run, for an exchange with it."""

from tests.store.conftest import on_server, server

__all__ = ["on_server", "server"]
