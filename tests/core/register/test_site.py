import pytest
from django.urls import reverse

from shuanglian.core.register import index
from shuanglian.core.register.declare import Panel
from shuanglian.core.register.site import PAGES, MenuGroup, MenuItem, Site, site
from shuanglian.directory.models import Organization
from tests.core.register.sample import SAMPLE


@pytest.fixture
def empty_index(monkeypatch):
    """Nothing declared yet."""
    for name, value in (("by_slug", {}), ("by_model", {}), ("panels", [])):
        monkeypatch.setattr(index, name, value)


def test_a_register_is_entered_once(empty_index):
    own = Site()
    own.add(SAMPLE)

    assert own.registers == [SAMPLE]
    assert (index.by_slug, index.by_model) == ({"sample": SAMPLE}, {Organization: SAMPLE})
    with pytest.raises(KeyError):
        own.add(SAMPLE)


def test_panels_are_kept_for_the_detail_pages(empty_index):
    def everybody(user, row):
        return True

    Site().panel(Organization, "走访", "liaison.visits", everybody)

    assert index.panels == [Panel(Organization, "走访", "liaison.visits", everybody)]


def test_addresses_are_named_after_the_slug():
    names = {url.name for url in Site(registers=[SAMPLE]).urls()}

    assert {"sample.list", "sample.detail", "sample.export", "sample.preview"} <= names
    assert names == {f"sample.{name}" for _, _, name in PAGES}
    assert len(names) == len(PAGES)


@pytest.mark.django_db
def test_the_menu_has_what_one_may_open(secadmin, stranger):
    dictionaries = MenuItem("terms", reverse("terms.list"), "tags", "字典")
    system = {group.title: group.items for group in site.menu(secadmin)}["系统"]

    assert dictionaries in system
    assert "系统" not in {group.title for group in site.menu(stranger)}


@pytest.mark.django_db
def test_groups_stand_together_in_their_order(staff):
    groups = site.menu(staff)

    assert len({group.title for group in groups}) == len(groups)
    assert all(isinstance(group, MenuGroup) and group.items for group in groups)
    assert groups[-1].title == "系统"
