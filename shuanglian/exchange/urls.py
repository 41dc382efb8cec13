from django.urls import path

from shuanglian.exchange import views

urlpatterns = [
    path("needs/", views.page, name="exchange.needs"),
    path("needs/new/", views.page, name="exchange.post"),
    path("needs/<int:pk>/", views.page, name="exchange.need"),
    path("needs/<int:pk>/accept/", views.page, name="exchange.accept"),
    path("needs/<int:pk>/claim/", views.page, name="exchange.claim"),
    path("offers/", views.page, name="exchange.offers"),
    path("offers/new/", views.page, name="exchange.offer_new"),
    path("offers/<int:pk>/", views.page, name="exchange.offer"),
    path("mine/", views.page, name="exchange.mine"),
]
