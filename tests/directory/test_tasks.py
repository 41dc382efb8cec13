import datetime as dt

from shuanglian.core.models import Notice
from shuanglian.directory.tasks import remind_renewals
from tests.factories.directory import PartyBranchFactory


def test_every_morning_terms_that_end_are_called_to_mind(monday, staff, system):
    PartyBranchFactory(term_start=dt.date(2023, 6, 1))
    remind_renewals(0)
    assert list(Notice.objects.values_list("user__name", flat=True)) == ["王晓岚"]
    remind_renewals(0)
    assert Notice.objects.count() == 1
