"""Before the registers' own addresses: the page of an organisation that was merged leads on."""

from django.urls import path

from shuanglian.directory.views import duplicate, merge

urlpatterns = [
    path("organizations/duplicates/", duplicate.duplicates, name="directory.duplicates"),
    path("organizations/<int:pk>/", duplicate.organization, name="directory.organization"),
    path("organizations/<int:pk>/alike/", duplicate.alike, name="directory.alike"),
    path("organizations/<int:pk>/merge/", duplicate.merge_find, name="directory.merge_find"),
    path("organizations/<int:pk>/merge/<int:other>/", merge.merge, name="directory.merge"),
    path("organizations/<int:pk>/apart/<int:other>/", duplicate.apart, name="directory.apart"),
]
