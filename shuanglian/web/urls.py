from django.urls import path

from shuanglian.web import views

urlpatterns = [
    path("", views.home, name="web.home"),
]
