"""The WSGI door for granian: what every process of pages will need is brought in here, before they fork."""

import os
from collections.abc import Iterable
from wsgiref.types import StartResponse, WSGIEnvironment

from django.core.wsgi import get_wsgi_application
from django.utils.module_loading import import_string

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
_pages = get_wsgi_application()
import_string("shuanglian.matching.engine.load")()
_index = import_string("shuanglian.matching.queries.standing.here")


def application(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    """Answer a request. The first one of a process begins the index of offers behind it, after every fork."""
    _index.wake()
    return _pages(environ, start_response)
