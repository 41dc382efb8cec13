import pytest

from shuanglian.core.register import progress
from shuanglian.core.register.progress import Progress

pytestmark = pytest.mark.django_db


def test_nobody_at_work_says_nothing():
    assert progress.heard("import-1") is None


def test_what_is_told_is_heard_by_the_name_of_the_job():
    progress.tell("import-7", 2000, 9000)

    assert progress.heard("import-7") == Progress(2000, 9000)
    assert progress.heard("import-70") is None
