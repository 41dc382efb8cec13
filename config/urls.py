from django.urls import include, path

from shuanglian.core.register.site import site

urlpatterns = [
    path("", include("shuanglian.web.urls")),
    path("", include("shuanglian.accounts.urls")),
    path("", include("shuanglian.exchange.urls")),
    path("", include("shuanglian.matching.urls")),
    path("", include("shuanglian.directory.urls")),
    *site.urls(),
]
handler400 = "shuanglian.web.views.errors.bad_request"
handler403 = "shuanglian.web.views.errors.forbidden"
handler404 = "shuanglian.web.views.errors.not_found"
handler500 = "shuanglian.web.views.errors.fault"
