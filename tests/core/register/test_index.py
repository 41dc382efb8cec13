import pytest
from django import forms

from shuanglian.core.register import index
from shuanglian.core.register.index import narrow
from shuanglian.directory.models import Organization

pytestmark = pytest.mark.django_db


class VisitForm(forms.Form):
    organization = forms.ModelChoiceField(Organization.objects.all(), label="企业")
    kind = forms.ChoiceField(choices=[("", "---------"), ("a", "走访")], label="方式")
    reason = forms.CharField(label="事由", error_messages={"required": "写一句事由"})


def test_only_visible_rows_can_be_chosen(clerk, staff, guanli, haokun):
    assert list(narrow(VisitForm(), clerk).fields["organization"].queryset) == [guanli]
    assert set(narrow(VisitForm(), staff).fields["organization"].queryset) == {guanli, haokun}


def test_the_form_of_another_user_is_untouched(clerk, staff, guanli, haokun):
    narrow(VisitForm(), clerk)

    assert VisitForm().fields["organization"].queryset.count() == 2


def test_forms_speak_plainly(staff):
    form = narrow(VisitForm({}), staff)

    assert form.errors == {"organization": ["企业没有填"], "kind": ["方式没有填"], "reason": ["写一句事由"]}
    assert form.fields["organization"].empty_label == "请选择"
    assert form.fields["kind"].choices == [("", "请选择"), ("a", "走访")]


@pytest.mark.parametrize(("found", "value"), [("JN", "JN"), ("", ""), (None, "RC")])
def test_what_is_read_is_better_than_a_guess(monkeypatch, clerk, found, value):
    monkeypatch.setitem(index.readers, "kind", lambda user, text, guess: found)

    assert index.read("kind", clerk, "培训", "RC") == value


def test_where_nobody_reads_the_guess_stands(clerk):
    assert index.read("nothing", clerk, "培训", "RC") == "RC"
