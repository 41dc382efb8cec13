import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile

from shuanglian.core.audit import history
from shuanglian.core.files import files_of
from shuanglian.exchange import actions

pytestmark = pytest.mark.django_db


def upload(name="图纸.pdf", content=b"%PDF-1.7 drawing"):
    return SimpleUploadedFile(name, content)


def test_both_sides_and_staff_may_attach(promise, clerk, handler, staff):
    need = promise.need
    for n, user in enumerate((clerk, handler, staff)):
        actions.attach_file(need, by=user, upload=upload(f"{n}.pdf", b"%PDF-" + str(n).encode()))

    assert [f.name for f in files_of(need)] == ["0.pdf", "1.pdf", "2.pdf"]
    assert [e.verb for e in history(files_of(need)[0])] == ["attach"]


@pytest.mark.parametrize("who", ["handler", "other_clerk", "stranger", "auditor"])
def test_others_may_not(opened, request, who):
    with pytest.raises(PermissionDenied):
        actions.attach_file(opened, by=request.getfixturevalue(who), upload=upload())


def test_the_same_file_is_kept_once(submitted, clerk):
    first = actions.attach_file(submitted, by=clerk, upload=upload())

    assert actions.attach_file(submitted, by=clerk, upload=upload("另一个名字.pdf")) == first
    assert files_of(submitted).count() == 1


def test_what_is_no_document_is_refused(submitted, clerk):
    with pytest.raises(ValidationError, match="只收图片、PDF、Word 和 Excel 文件"):
        actions.attach_file(submitted, by=clerk, upload=upload("图纸.pdf", b"MZ not a pdf"))


def test_whoever_put_it_there_or_staff_may_take_it_away(promise, clerk, handler, staff):
    need = promise.need
    own = actions.attach_file(need, by=clerk, upload=upload())
    with pytest.raises(PermissionDenied):
        actions.remove_file(own, need, by=handler)

    actions.remove_file(own, need, by=clerk)
    other = actions.attach_file(need, by=handler, upload=upload())
    actions.remove_file(other, need, by=staff)

    assert list(files_of(need)) == []
    assert [e.verb for e in history(other)] == ["remove", "attach"]
