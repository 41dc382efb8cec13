import datetime as dt

import factory

from shuanglian.accounts.choices import Role, Scope
from shuanglian.accounts.models import RoleAssignment, User

COUNTY = "140921"


class UserFactory(factory.django.DjangoModelFactory):
    """Somebody who can sign in and holds no role yet."""

    class Meta:
        model = User

    county = COUNTY
    username = factory.Sequence(lambda n: f"user{n}")
    name = factory.Sequence(lambda n: f"用户{n}")
    password = "!"


class RoleAssignmentFactory(factory.django.DjangoModelFactory):
    """Committee staff since long ago."""

    class Meta:
        model = RoleAssignment

    county = COUNTY
    user = factory.SubFactory(UserFactory)
    role = Role.STAFF
    scope = Scope.COUNTY
    starts = dt.date(2021, 1, 1)
