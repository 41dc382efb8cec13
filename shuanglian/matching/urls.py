from django.urls import path

from shuanglian.matching.views import fared, suggestion

urlpatterns = [
    path("needs/<int:pk>/suggestions/", suggestion.need_suggestions, name="matching.need_suggestions"),
    path("needs/<int:pk>/suggestions/<int:offer_pk>/decline/", suggestion.decline, name="matching.decline"),
    path("offers/<int:pk>/needs/", suggestion.offer_needs, name="matching.offer_needs"),
    path("suited/", suggestion.unit_needs, name="matching.unit_needs"),
    path("needs/new/category/", suggestion.category_hint, name="matching.category_hint"),
    path("matches/fared/", fared.fared, name="matching.fared"),
]
