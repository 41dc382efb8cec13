from django.urls import path

from shuanglian.web.views import account, burden, capacity, gaps, handover, home, notices, suggest

urlpatterns = [
    path("", home.home, name="web.home"),
    path("todo/late/", home.desk_list, {"key": "late"}, name="web.late"),
    path("todo/<slug:key>/", home.desk_list, name="web.desk_list"),
    path("search/", home.search_page, name="web.search"),
    path("help/", home.explanation, {"template": "web/help.html"}, name="web.help"),
    path("rules/", home.rules, name="web.rules"),
    path("a11y/", home.explanation, {"template": "web/accessibility.html"}, name="web.accessibility"),
    path("privacy/", home.explanation, {"template": "web/privacy.html"}, name="web.privacy"),
    path("notices/", notices.notices, name="web.notices"),
    path("notices/read/", notices.notices_read, name="web.notices_read"),
    path("notices/settings/", notices.notice_settings, name="web.notice_settings"),
    path("notices/<int:pk>/read/", notices.notice_read, name="web.notice_read"),
    path("suggest/", suggest.suggest, name="web.suggest"),
    path("organizations/<int:pk>/account/", account.account, name="web.account"),
    path("organizations/<int:pk>/account/print/", account.account_print, name="web.account_print"),
    path("organizations/<int:pk>/account/part/", account.account_part, name="web.account_part"),
    path("gaps/", gaps.gaps, name="web.gaps"),
    path("gaps/<slug:key>/", gaps.gap, name="web.gap"),
    path("burden/", burden.burden, name="web.burden"),
    path("burden/fields/", burden.fields, name="web.fields"),
    path("units/<int:pk>/capacity/", capacity.capacity, name="web.capacity"),
    path("handover/", handover.handover, name="web.handover"),
    path("handover/<int:pk>/", handover.handover_of, name="web.handover_of"),
    path("handover/<int:pk>/panel/", handover.holdings, name="web.holdings"),
]
