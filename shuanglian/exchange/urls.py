from django.urls import path

from shuanglian.exchange import views

urlpatterns = [
    path("needs/", views.page, name="exchange.needs"),
    path("needs/new/", views.page, name="exchange.post"),
    path("needs/<int:pk>/", views.page, name="exchange.need"),
    path("offers/", views.page, name="exchange.offers"),
    path("offers/<int:pk>/", views.page, name="exchange.offer"),
    path("mine/", views.page, name="exchange.mine"),
]
