from django.db import connection
from django.http import HttpResponse
from django.urls import path


def page(request):
    with connection.cursor() as cursor:
        cursor.execute("SELECT 'from the database'")
        return HttpResponse(cursor.fetchone()[0])


urlpatterns = [path("", page)]
