"""A server that says whatever a test wants, and snippets that are pinned to an engine of its own.

That engine is this tree's with one rule altered, so that it and the installed one give other
gradients and none can stand in for the other.
"""

import contextlib
import http.server
import json

import numpy as np

from gradtape.snippet import Recorded, canonical, current_pins, draft, snippet_id

PROGRAM = """\
import gradtape as tf
x = tf.Variable([1.0, 2.0, 3.0])
with tf.GradientTape() as tape:
    y = x**3
print("gradient:", tape.gradient(y, x).numpy())
"""
ON_PINNED = ["EXACT: 1 result, worst 0 ulp", "  EXACT   dy/dx: identical bits"]


def recorded(engine, code=PROGRAM, **pins):
    """A snippet whose record is true of the altered engine."""
    made_on = current_pins(0)
    made_on["engine"] |= {
        "version": engine.version,
        "wheel_sha256": engine.wheel_sha256,
        "source_sha256": engine.source_sha256,
        **pins,
    }
    results = [Recorded("dy/dx", np.float32([4.5, 18.0, 40.5]))]
    return draft(code, pins=made_on, results=results)


class Relay(http.server.ThreadingHTTPServer):
    """A server that says whatever a test wants; `asked` are the paths it was asked for."""

    def __init__(self):
        self.answers, self.asked = {}, []
        relay = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                relay.asked.append(self.path)
                answer = relay.answers.get(self.path)
                if answer is None:
                    self.send_error(404)
                elif answer is not Relay.HANGS_UP:
                    self.send_response(200)
                    self.end_headers()
                    with contextlib.suppress(BrokenPipeError, ConnectionResetError):
                        self.wfile.write(answer)

            def log_message(self, *_):
                pass

        super().__init__(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server_port}"

    HANGS_UP = object()

    def share(self, manifest):
        """Answer with this snippet; its link."""
        identifier = snippet_id(manifest)
        self.answers[f"/api/v1/snippets/{identifier}"] = canonical(manifest)
        return f"{self.url}/s/{identifier}"

    def keep(self, engine, content):
        """List this engine, and answer with this content for it; its path."""
        path = f"/api/v1/engines/{engine.wheel_sha256}/{engine.filename}"
        entry = {**vars(engine), "url": path}
        self.answers["/api/v1/engines"] = json.dumps({"engines": [entry]}).encode()
        self.answers[path] = content
        return path
