"""Stores to review in: the same two kinds as the tests of the store use."""

from tests.store.conftest import file, on_server, server, store, where

__all__ = ["file", "on_server", "server", "store", "where"]
