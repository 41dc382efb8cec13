from django.urls import path

from shuanglian.web import views

urlpatterns = [
    path("", views.home, name="web.home"),
    path("todo/late/", views.desk_list, {"key": "late"}, name="web.late"),
    path("todo/<slug:key>/", views.desk_list, name="web.desk_list"),
    path("search/", views.search_page, name="web.search"),
    path("help/", views.explanation, {"template": "web/help.html"}, name="web.help"),
    path("rules/", views.rules, name="web.rules"),
    path("a11y/", views.explanation, {"template": "web/accessibility.html"}, name="web.accessibility"),
    path("privacy/", views.explanation, {"template": "web/privacy.html"}, name="web.privacy"),
]
