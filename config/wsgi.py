"""The WSGI door for granian."""

import os

from django.core.wsgi import get_wsgi_application
from django.utils.module_loading import import_string

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
application = get_wsgi_application()
import_string("shuanglian.matching.queries.standing.here").wake()  # behind the first pages, not before them
