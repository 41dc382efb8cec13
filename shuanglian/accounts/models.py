from __future__ import annotations

from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q

from shuanglian.accounts.choices import Role, Scope
from shuanglian.core.clock import now, today
from shuanglian.core.models import Stamped
from shuanglian.core.prepared import Prepared, given


class UserManager(BaseUserManager["User"]):
    """Only what Django's machinery asks for; people are made by ``actions.create_user``."""

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(username=username)


class User(AbstractBaseUser):
    """Somebody who signs in: name, mobile, county. Nothing else about the person is kept (handbook 3.7)."""

    username = models.CharField("账号", max_length=40, unique=True)
    name = models.CharField("姓名", max_length=30)
    mobile = models.CharField("手机号", max_length=11, blank=True)
    email = models.EmailField("邮箱", blank=True)
    county = models.CharField("县", max_length=6)
    is_active = models.BooleanField("可以登录", default=True)
    must_change_password = models.BooleanField("首次登录须改密码", default=False)
    password_set = models.DateTimeField("密码设定时间", null=True, blank=True, editable=False)
    must_have_second_factor = models.BooleanField("须开启两步验证", default=False, editable=False)
    sessions_ended = models.DateTimeField("全部登录退出时间", null=True, blank=True, editable=False)
    created = models.DateTimeField("建立时间", default=now, editable=False)

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"

    objects = UserManager()

    class Meta:
        ordering = ("username",)
        verbose_name = "账号"
        constraints = (
            models.UniqueConstraint(fields=("mobile",), condition=~Q(mobile=""), name="user_mobile_once"),
        )

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """Nothing to normalise: user names are kept as typed."""

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """What a session must know to go on: Django's digest of the password, and since when sessions are good."""
        known: str = super()._get_session_auth_hash(secret=secret)  # type: ignore[misc]
        return f"{known}{self.sessions_ended.timestamp()}" if self.sessions_ended else known

    @property
    def acting(self) -> tuple[RoleAssignment, ...]:
        """The assignments this user acts under now: all valid today, or the one chosen in this session."""
        held = self.held
        chosen = getattr(self, "_acting_as", None)
        return tuple(post for post in held if post.pk == chosen) or held if chosen else held

    @property
    def held(self) -> tuple[RoleAssignment, ...]:
        """All assignments valid today, read once per request."""
        kept: tuple[RoleAssignment, ...] | None = getattr(self, "_held", None)
        if kept is None:
            kept = tuple(_HELD.rows(user=self.pk, day=today()))
            self._held = kept
        return kept

    def forget_roles(self) -> None:
        """Read ``held`` anew next time: an action has just changed it."""
        self.__dict__.pop("_held", None)

    def act_as(self, assignment_id: int | None) -> None:
        """Narrow ``acting`` to one assignment for the rest of this request; ``None`` widens it again."""
        self._acting_as = assignment_id

    def scope_ids(self, scope: str, *roles: str) -> list[int]:
        """The ids this user reaches in one kind of scope, under some of his roles or all of them."""
        return [
            p.scope_id
            for p in self.acting
            if p.scope == scope and p.scope_id is not None and (not roles or p.role in roles)
        ]

    def holds(self, *roles: str) -> bool:
        """Whether this user acts under one of these roles now."""
        return any(p.role in roles for p in self.acting)

    def has_perm(self, perm: str, obj: Any = None) -> bool:
        """Kept for libraries that ask Django's way; our code asks ``core.access``."""
        return False

    def has_module_perms(self, app_label: str) -> bool:
        """Django's admin site is not used."""
        return False


class AssignmentQuerySet(models.QuerySet["RoleAssignment"]):
    def current(self, day: Any = None) -> AssignmentQuerySet:
        """Those valid today (or on ``day``) and not ended by hand."""
        day = day or today()
        return self.filter(Q(ends=None) | Q(ends__gte=day), starts__lte=day, ended_at=None)


class RoleAssignment(Stamped):
    """A role somebody holds within a scope, from a day to a day, both included. Ended, never deleted.

    ``ended_at`` is the moment somebody took the role back: from then on it is void, whatever ``ends`` says.
    """

    user = models.ForeignKey(User, models.PROTECT, related_name="assignments", verbose_name="账号")
    role = models.CharField("角色", max_length=20, choices=Role)
    scope = models.CharField("范围", max_length=12, choices=Scope)
    scope_id = models.PositiveBigIntegerField("范围编号", null=True, blank=True)
    title = models.CharField("职务", max_length=60, blank=True)
    starts = models.DateField("起始日期")
    ends = models.DateField("结束日期", null=True, blank=True)
    ended_at = models.DateTimeField("收回时间", null=True, blank=True, editable=False)

    objects = AssignmentQuerySet.as_manager()

    class Meta:
        ordering = ("pk",)
        verbose_name = "角色"
        indexes = (models.Index(fields=("scope", "scope_id", "role"), name="assignment_of_scope"),)
        constraints = (
            models.CheckConstraint(
                condition=Q(scope=Scope.COUNTY, scope_id=None)
                | (~Q(scope=Scope.COUNTY) & Q(scope_id__isnull=False, scope_id__gt=0)),
                name="assignment_scope_named",
            ),
            models.CheckConstraint(
                condition=Q(ends=None) | Q(ends__gte=models.F("starts")), name="assignment_ends_after_start"
            ),
            models.UniqueConstraint(
                fields=("user", "role", "scope", "scope_id", "starts"),
                condition=Q(ended_at=None),
                name="assignment_once",
                nulls_distinct=False,
            ),
        )

    def __str__(self) -> str:
        return self.get_role_display()

    @property
    def is_current(self) -> bool:
        """Whether it is valid today; the same question as ``AssignmentQuerySet.current`` about one row."""
        day = today()
        return self.ended_at is None and self.starts <= day and (self.ends is None or self.ends >= day)


_HELD: Prepared[RoleAssignment] = Prepared(
    lambda: RoleAssignment.objects.filter(user_id=given("user")).current(given("day"))
)
