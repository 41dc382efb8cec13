"""Who is told of what happens to his account."""

from django.urls import reverse

from shuanglian.accounts.events import SecondFactorRemoved
from shuanglian.core.events import on
from shuanglian.core.models import Pace
from shuanglian.core.notify import kind, tell

FACTOR_OFF = kind("second_factor_off", "管理员关闭了您的两步验证", Pace.AT_ONCE, always=True)


@on(SecondFactorRemoved)
def tell_whose_factor_is_gone(event: SecondFactorRemoved) -> None:
    text = f"{event.by.name}关闭了您的两步验证，所有设备上的登录都已退出。不是您要求的，请马上改密码并告诉安全管理员"
    tell([event.user], FACTOR_OFF, text, reverse("mfa_index"))
