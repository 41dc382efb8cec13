from typing import Any

from allauth.account import forms as entrance
from allauth.mfa.base import forms as second
from allauth.mfa.totp import forms as totp
from django import forms

from shuanglian.accounts import passwords
from shuanglian.accounts.models import User
from shuanglian.core.forms import PlainForm

_CODE = {"autocomplete": "one-time-code", "inputmode": "numeric"}


def _password(label: str, autocomplete: str, help_text: str = "") -> forms.CharField:
    widget = forms.PasswordInput(attrs={"autocomplete": autocomplete})
    return forms.CharField(label=label, strip=False, widget=widget, help_text=help_text)


class SignInForm(entrance.LoginForm):
    """User name or mobile number, and the password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"] = forms.CharField(
            label="账号或手机号",
            max_length=60,
            widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none"}),
            error_messages={"required": "请写账号或手机号"},
        )
        self.fields["password"] = _password("密码", "current-password")
        self.fields["password"].error_messages["required"] = "请写密码"
        self.order_fields(["login", "password"])


class ChangePasswordForm(entrance.ChangePasswordForm):
    """Somebody's own password: the one he has, the new one twice."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["oldpassword"] = _password("现在的密码", "current-password")
        self.fields["password1"] = _password("新密码", "new-password", passwords.RULE)
        self.fields["password2"] = _password("再写一遍新密码", "new-password")
        self.order_fields(["oldpassword", "password1", "password2"])

    def clean(self) -> dict[str, Any]:
        """The two new passwords agree and differ from the old one."""
        cleaned: dict[str, Any] = self.cleaned_data
        first, again = cleaned.get("password1"), cleaned.get("password2")
        if first and again and first != again:
            self.add_error("password2", "两遍写的不一样，请再写一遍")
        if first and first == cleaned.get("oldpassword"):
            self.add_error("password1", "新密码不能和现在的一样")
        return cleaned

    def clean_password1(self) -> str:
        """The rule of passwords."""
        password: str = self.cleaned_data["password1"]
        return str(entrance.get_adapter().clean_password(password, user=self.user))


class SetPasswordForm(entrance.SetPasswordForm):
    """A first password for an account that has none."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password1"] = _password("新密码", "new-password", passwords.RULE)
        self.fields["password2"] = _password("再写一遍新密码", "new-password")


class ReauthenticateForm(entrance.ReauthenticateForm):
    """The password once more, before something delicate."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password"].label = "密码"
        self.fields["password"].widget.attrs.pop("placeholder", None)


class CodeForm(second.AuthenticateForm):
    """The second step of signing in."""

    code = forms.CharField(
        label="验证码",
        widget=forms.TextInput(attrs=_CODE),
        help_text="打开验证器，写上 6 位数字；也可以写一个备用码。",
    )


class CodeAgainForm(second.ReauthenticateForm):
    """The second factor once more, before something delicate."""

    code = forms.CharField(label="验证码", widget=forms.TextInput(attrs=_CODE))


class ActivateCodeForm(totp.ActivateTOTPForm):
    """The first code of a new authenticator."""

    code = forms.CharField(label="验证器上的 6 位数字", widget=forms.TextInput(attrs=_CODE))


class UserForm(PlainForm):
    """What the system administrator writes about somebody; the first password only for a new account."""

    password = _password("初始密码", "new-password", f"{passwords.RULE}；本人第一次登录时要改掉。")

    class Meta:
        model = User
        fields = ("username", "name", "mobile")
        help_texts = {"username": "字母、数字或汉字，登录时用；也可以用手机号登录。"}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            del self.fields["password"]


class ResetPasswordForm(forms.Form):
    """A new first password for somebody who forgot his."""

    password = _password("新的初始密码", "new-password", passwords.RULE)
