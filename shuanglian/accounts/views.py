"""Signing in, choosing a role, and the one-click doors of the demonstration."""

from typing import Any

from allauth.account import views as entrance
from django.conf import settings
from django.contrib.auth import login
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from shuanglian.accounts.middleware import ACTING
from shuanglian.accounts.models import User
from shuanglian.accounts.queries import demonstration_accounts

_BACKEND = "shuanglian.accounts.backends.NameOrMobile"


class SignIn(entrance.LoginView):
    """The sign-in page; in demonstration mode with one click per role."""

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        """The form, the way back, the sentence after an ended session, the doors of the demonstration."""
        doors = demonstration_accounts() if settings.SHUANGLIAN_DEMO else ()
        whole: dict[str, Any] = super().get_context_data(
            doors=doors,
            expired="expired" in self.request.GET,
            way_back=self.request.POST.get("next") or self.request.GET.get("next", ""),
            **context,
        )
        return whole

    def form_invalid(self, form: Any) -> HttpResponse:
        """The page again, saying what is wrong."""
        page: HttpResponse = self.render_to_response(self.get_context_data(form=form), status=422)
        return page


@require_POST
@login_required
def switch_role(request: HttpRequest) -> HttpResponse:
    """Act under one of one's roles from now on, or under all of them again (nothing chosen)."""
    chosen = request.POST.get("role", "")
    if not chosen:
        request.session.pop(ACTING, None)
        return HttpResponseRedirect(_way_back(request))
    user = request.user
    if not isinstance(user, User) or chosen not in {str(post.pk) for post in user.held}:
        raise PermissionDenied("这个角色不是您的，或者已经到期。")
    request.session[ACTING] = int(chosen)
    return HttpResponseRedirect(_way_back(request))


@require_POST
def demo_sign_in(request: HttpRequest) -> HttpResponse:
    """Sign in as one of the demonstration's people without a password; outside the demonstration there is no such page."""
    if not settings.SHUANGLIAN_DEMO:
        raise Http404
    user = get_object_or_404(demonstration_accounts(), username=request.POST.get("username", ""))
    request.session.pop(ACTING, None)
    login(request, user, backend=_BACKEND)
    return HttpResponseRedirect(_way_back(request))


def _way_back(request: HttpRequest) -> str:
    target = request.POST.get("next", "")
    return target if url_has_allowed_host_and_scheme(target, {request.get_host()}) else "/"
