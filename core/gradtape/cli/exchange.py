"""One question to a server and its answer, bounded in size and time whatever the server does."""

from __future__ import annotations

import functools
import http.client
import socket
import threading
import urllib.error
import urllib.request
from typing import Any
from urllib.parse import urlsplit

from gradtape.cli import Refused
from gradtape.cli.terminal import line
from gradtape.snippet.canonical import MalformedJSON, parse
from gradtape.snippet.schema import LARGEST_MANIFEST

PATIENCE = 20  # seconds for any part of an answer
PATIENCE_IN_ALL = 60  # seconds for a whole one, and for each MiB that it may have
LARGEST_REFUSAL = 20_000  # bytes of the words with which a server refuses


class NoAnswer(Refused):
    """The server was not reached, or its answer did not come; it may have done what was asked."""


class _SameOrigin(urllib.request.HTTPRedirectHandler):
    """Follows a server within its own address, and nowhere else.

    Another address could be one that only this machine can reach.
    """

    def redirect_request(
        self, req: Any, fp: Any, code: int, msg: str, headers: Any, newurl: str
    ) -> Any:
        own, other = urlsplit(req.full_url), urlsplit(newurl)
        if (own.scheme, own.netloc) != (other.scheme, other.netloc):
            raise Refused(
                f"the server sends on to another address, {line(newurl)}; if you trust that one, "
                "ask it yourself"
            )
        return super().redirect_request(req, fp, code, msg, headers, newurl)


class _Watch:
    """Ends a connection when its time is over, also one that answers a byte at a time."""

    def __init__(self, seconds: float) -> None:
        self.sockets: list[socket.socket] = []
        self.is_over = False
        self._timer = threading.Timer(seconds, self._end)
        self._timer.daemon = True

    def __enter__(self) -> _Watch:
        self._timer.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()

    def _end(self) -> None:
        self.is_over = True
        for one in self.sockets:
            try:
                one.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass


class _Connection(http.client.HTTPConnection):
    watch: _Watch

    def connect(self) -> None:
        super().connect()
        self.watch.sockets.append(self.sock)


class _SecureConnection(http.client.HTTPSConnection):
    watch: _Watch

    def connect(self) -> None:
        super().connect()
        self.watch.sockets.append(self.sock)


def _watched(kind: type[Any], watch: _Watch, host: str, **more: Any) -> Any:
    connection = kind(host, **more)
    connection.watch = watch
    return connection


class _Http(urllib.request.HTTPHandler):
    watch: _Watch

    def http_open(self, req: Any) -> Any:
        return self.do_open(functools.partial(_watched, _Connection, self.watch), req)


class _Https(urllib.request.HTTPSHandler):
    watch: _Watch

    def https_open(self, req: Any) -> Any:
        return self.do_open(functools.partial(_watched, _SecureConnection, self.watch), req)


def request(
    address: str,
    body: bytes | None = None,
    most: int = LARGEST_MANIFEST,
    method: str | None = None,
    headers: dict[str, str] | None = None,
) -> bytes:
    """What the server answers, at most so many bytes.

    Raises Refused with the server's own words where it refuses, NoAnswer where none came.
    """
    sent = {"Accept": "application/json", "User-Agent": "gradtape", **(headers or {})}
    if body is not None:
        sent["Content-Type"] = "application/json"
    seconds = PATIENCE_IN_ALL * max(1, most // (1024 * 1024))
    with _Watch(seconds) as watch:
        http_handler, https_handler = _Http(), _Https()
        http_handler.watch = https_handler.watch = watch
        opener = urllib.request.build_opener(http_handler, https_handler, _SameOrigin())
        try:
            question = urllib.request.Request(address, body, sent, method=method)
            with opener.open(question, timeout=PATIENCE) as answer:
                data: bytes = answer.read(most + 1)
        except urllib.error.HTTPError as error:
            with error:
                raise Refused(f"the server answered {error.code}: {_detail(error)}") from None
        except UnicodeEncodeError:
            raise
        except (OSError, http.client.HTTPException, ValueError) as error:
            reason = getattr(error, "reason", None) or error
            if watch.is_over:
                reason = f"the answer was not there after {seconds} s"
            raise NoAnswer(f"cannot reach {line(address)}: {line(reason)}") from None
        if watch.is_over:
            raise NoAnswer(f"{line(address)}: the answer was not there after {seconds} s")
    if len(data) > most:
        raise Refused(f"the server's answer is larger than {most} bytes")
    return data


def _detail(error: urllib.error.HTTPError) -> str:
    try:
        told = parse(error.read(LARGEST_REFUSAL))
        return line(told["detail"])
    except (MalformedJSON, KeyError, TypeError, OSError, http.client.HTTPException):
        return line(error.reason)
