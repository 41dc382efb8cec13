"""The pages of the shell: home, search, errors."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def home(request: HttpRequest) -> HttpResponse:
    """The public portal, or the desk of whoever signed in."""
    return render(request, "web/portal.html", {})


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400."""
    return render(request, "errors/plain.html", {"code": 400, "title": "这个请求看不懂"}, status=400)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403."""
    return render(request, "errors/plain.html", {"code": 403, "title": "您的账号不能看这个页面"}, status=403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404."""
    return render(request, "errors/plain.html", {"code": 404, "title": "没有这个页面"}, status=404)


def fault(request: HttpRequest, *args: Any) -> HttpResponse:
    """500."""
    return render(request, "errors/plain.html", {"code": 500, "title": "系统出错了"}, status=500)
