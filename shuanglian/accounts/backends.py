"""How somebody proves who he is: a user name or a mobile number, and the password. Beneath it works django-allauth."""

import logging
from typing import Any

import qrcode  # type: ignore[import-untyped]
from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.contrib.auth.backends import ModelBackend
from django.db.models import Q
from django.http import HttpRequest
from qrcode.image.svg import SvgPathFillImage  # type: ignore[import-untyped]

from shuanglian.accounts import actions, passwords
from shuanglian.accounts.models import User
from shuanglian.core import cipher
from shuanglian.core.phones import normalise_mobile

# The sentences of allauth we keep; all its other messages stay unsaid.
_SAID = {
    "account/messages/password_changed.txt": "密码已改好，下次用新密码登录。",
    "account/messages/password_set.txt": "密码已设好，下次可以用它登录。",
    "mfa/messages/totp_activated.txt": "两步验证已开启。",
    "mfa/messages/totp_deactivated.txt": "两步验证已关闭。",
    "mfa/messages/recovery_codes_generated.txt": "新的备用码已生成，旧的不能再用。",
}
log = logging.getLogger(__name__)
_WRONG = "账号（手机号）或密码不对，请再试一次。"


def account_named(login: str) -> User | None:
    """The account with this user name or mobile number. No two can answer to one: actions see to it."""
    mobile = normalise_mobile(login)
    same = Q(username=login.strip().lower())
    return User.objects.filter(same | Q(mobile=mobile) if mobile else same).first()


class NameOrMobile(ModelBackend):
    """Checks the password of the account found by name or mobile; takes as long when there is none."""

    def authenticate(
        self,
        request: HttpRequest | None,
        username: str | None = None,
        password: str | None = None,
        **other: Any,
    ) -> User | None:
        """The account, when the password fits and it may sign in."""
        if not username or not password:
            return None
        user = account_named(username)
        if user is None:
            User().set_password(password)
            return None
        return user if user.check_password(password) and self.user_can_authenticate(user) else None


class Entrance(DefaultAccountAdapter):
    """allauth's questions about our house: nobody signs up, failures count per account, sentences are ours."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "too_many_login_attempts": passwords.SHUT,
        "username_password_mismatch": _WRONG,
        "enter_current_password": "现在的密码不对，请再试一次",
        "incorrect_password": "密码不对，请再试一次",
        "incorrect_code": "验证码不对，请看清楚后再输一次",
        "rate_limited": "试得太快了，请过一分钟再来。",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Accounts are made by the system administrator."""
        return False

    def add_message(
        self,
        request: HttpRequest,
        level: int,
        message_template: str | None = None,
        *other: Any,
        **more: Any,
    ) -> None:
        """Say our own sentence, or nothing."""
        sentence = _SAID.get(message_template or "")
        if sentence:
            super().add_message(request, level, message=sentence)

    def set_password(self, user: User, password: str) -> None:
        """Somebody's own new password, with its line of history."""
        actions.choose_password(user, by=user, password=password)

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """A line for the security log; the name as typed may be a password, so only known accounts are named."""
        user = account_named(str(credentials.get("username", "")))
        log.warning(
            "sign-in refused: %s from %s", user.username if user else "-", self.get_client_ip(request)
        )

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        login = str(credentials.get("username", ""))
        user = account_named(login)
        return passwords.failures_key(user) if user else login.lower()


class SecondFactor(DefaultMFAAdapter):
    """allauth's questions about the second factor: our sentences, and a drawing that stands in the page itself."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": "验证码不对，请看清楚后再输一次",
        "cannot_generate_recovery_codes": "先开启两步验证，才有备用码",
    }

    def encrypt(self, text: str) -> str:
        """Secrets are kept closed in the database."""
        return cipher.encrypt(text)

    def decrypt(self, encrypted_text: str) -> str:
        """A secret again.

        Raises:
            UnreadableError: its key is missing on this server; ``ActingRole`` says so on a page.
        """
        return cipher.decrypt(encrypted_text)

    def build_totp_svg(self, url: str) -> str:
        """The QR code as an SVG element on white: the content policy allows no data: images."""
        drawn: str = qrcode.make(url, image_factory=SvgPathFillImage, box_size=16).to_string(
            encoding="unicode"
        )
        return drawn
