import datetime as dt

import factory
from django.contrib.contenttypes.models import ContentType

from shuanglian.accounts.choices import Role, Scope
from shuanglian.accounts.models import RoleAssignment, User
from shuanglian.core.models import Entry

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


class EntryFactory(factory.django.DjangoModelFactory):
    """Somebody made an account."""

    class Meta:
        model = Entry

    actor = factory.SubFactory(UserFactory)
    verb = "create"
    kind = factory.LazyFunction(lambda: ContentType.objects.get_for_model(User))
    object_id = factory.SelfAttribute("actor.pk")
    changes = {"name": [None, "张三"]}
