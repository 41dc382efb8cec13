from django.urls import include, path

from config.urls import handler400, handler403, handler404, handler500
from shuanglian.core.register.site import Site
from tests.core.register.sample import SAMPLE

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]

own = Site(registers=[SAMPLE])
urlpatterns = [*own.urls(), path("", include("config.urls"))]
