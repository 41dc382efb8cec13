from django.urls import path

from shuanglian.matching.views import console, fared, sending, suggestion, unclaimed

urlpatterns = [
    path("needs/<int:pk>/suggestions/", suggestion.need_suggestions, name="matching.need_suggestions"),
    path("needs/<int:pk>/suggestions/<int:offer_pk>/decline/", suggestion.decline, name="matching.decline"),
    path("offers/<int:pk>/needs/", suggestion.offer_needs, name="matching.offer_needs"),
    path("suited/", suggestion.unit_needs, name="matching.unit_needs"),
    path("needs/new/category/", suggestion.category_hint, name="matching.category_hint"),
    path("matches/fared/", fared.fared, name="matching.fared"),
    path("console/", console.console_page, name="matching.console"),
    path("console/plan/", console.recompute, name="matching.recompute"),
    path("console/changes/", console.changes_page, name="matching.changes"),
    path("console/send/", sending.send, name="matching.send"),
    path("console/unclaimed/", unclaimed.unclaimed_page, name="matching.unclaimed"),
    path("console/lines/<int:pk>/why/", console.why, name="matching.why"),
    *(
        path(
            f"console/lines/<int:pk>/{name}/", console.line_act, {"name": name}, name=f"matching.line_{name}"
        )
        for name in console.LINE_ACTS
    ),
]
