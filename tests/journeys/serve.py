"""Serve the pages for a journey with the real server; says "ready" when the first page has come."""

import sys
from functools import partial

import django

HOST = "127.0.0.1"

if __name__ == "__main__":
    django.setup()
    from shuanglian.core.serving import run_together, serve_pages

    port = int(sys.argv[1])
    run_together((HOST, port), [partial(serve_pages, HOST, port, 1)], partial(print, "ready", flush=True))
