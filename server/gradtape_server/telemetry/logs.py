"""Logs as one JSON object per line on standard error, without addresses, code or tokens."""

from __future__ import annotations

import json
import logging
import time
from contextvars import ContextVar

LOG = logging.getLogger("gradtape.server")
# The request that is being answered, as its x-request-id says; every line names it.
REQUEST: ContextVar[str] = ContextVar("request", default="")


class JSONLines(logging.Formatter):
    """Writes a record with its extra fields, given as `extra={"fields": {...}}`."""

    def format(self, record: logging.LogRecord) -> str:
        """One line; the text of a message can never start a second one."""
        now = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(record.created))
        entry = {
            "time": f"{now}.{int(record.msecs):03d}Z",
            "level": record.levelname.lower(),
            "event": record.getMessage(),
            **getattr(record, "fields", {}),
        }
        if request := REQUEST.get():
            entry["request"] = request
        if record.exc_info:
            entry["exception"] = self.formatException(record.exc_info)
        return json.dumps(entry, ensure_ascii=True, default=str)


def configure() -> None:
    """Send this server's and uvicorn's records to standard error as JSON lines."""
    handler = logging.StreamHandler()
    handler.setFormatter(JSONLines())
    for name in ("gradtape.server", "uvicorn", "uvicorn.error"):
        logger = logging.getLogger(name)
        logger.handlers[:] = [handler]
        logger.setLevel(logging.INFO)
        logger.propagate = False
    # One request, one line is `log_requests`' business, without the addresses uvicorn would write.
    logging.getLogger("uvicorn.access").handlers.clear()
    logging.getLogger("uvicorn.access").propagate = False


def event(name: str, level: int = logging.INFO, **fields: object) -> None:
    """Log that something happened."""
    LOG.log(level, name, extra={"fields": fields})
