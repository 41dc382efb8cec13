import pytest
from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.db import models

from shuanglian.accounts.models import RoleAssignment
from shuanglian.core.models import StoredFile
from shuanglian.directory.models import BranchHost, NotSame, Organization
from shuanglian.directory.queries import attached_to, pointers
from shuanglian.directory.queries.merge import SOFT, STAYS
from shuanglian.exchange.models import Need, Waiting
from tests.factories.directory import PartyBranchFactory
from tests.factories.exchange import NeedFactory

pytestmark = pytest.mark.django_db


def test_every_foreign_key_to_organisations_is_found():
    found = {(p.model, p.column) for p in pointers()}
    related = {
        (r.related_model, r.field.attname)
        for r in Organization._meta.get_fields(include_hidden=True)
        if (r.one_to_many or r.one_to_one) and r.auto_created and r.related_model
    }
    assert {
        (Need, "organization_id"),
        (Waiting, "organization_id"),
        (BranchHost, "organization_id"),
        (NotSame, "first_id"),
        (NotSame, "second_id"),
        (Organization, "merged_into_id"),
    } <= related
    assert found == related | set(SOFT)


def test_no_app_keeps_a_key_without_saying_so():
    """A number that points somewhere without a foreign key must be known: moved (SOFT) or left in place (STAYS)."""
    loose = {
        (model, field.attname)
        for model in apps.get_models(include_auto_created=True)
        if model.__module__.startswith("shuanglian.")
        for field in model._meta.local_concrete_fields
        if isinstance(field, models.IntegerField)
        and not field.is_relation
        and not field.primary_key
        and (field.name.endswith("_id") or field.name == "object_id")
    }
    assert loose == set(SOFT) | STAYS


def test_what_hangs_on_an_organisation_in_words(guanli, clerk, staff):
    PartyBranchFactory(hosts=[guanli])
    NeedFactory(organization=guanli)
    StoredFile.objects.create(
        county=guanli.county,
        kind=ContentType.objects.get_for_model(Organization),
        object_id=guanli.pk,
        name="执照.pdf",
        path="a",
        media_type="application/pdf",
        size=1,
        sha256="",
        by=staff,
    )
    assert RoleAssignment.objects.filter(scope_id=guanli.pk).count() == 1
    assert {a.name: a.count for a in attached_to(guanli)} == {
        "需求": 1,
        "党组织覆盖": 1,
        "角色": 1,
        "stored file": 1,
    }
