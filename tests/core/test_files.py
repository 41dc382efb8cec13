import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile

from shuanglian.core import files
from tests.factories.exchange import NeedFactory

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.7 rest of the file"


def upload(name="说明.pdf", content=PDF):
    return SimpleUploadedFile(name, content)


@pytest.mark.parametrize(
    ("name", "content", "media_type"),
    [
        ("a.pdf", PDF, "application/pdf"),
        ("a.JPG", b"\xff\xd8\xff\xe0aaaa", "image/jpeg"),
        ("a.png", b"\x89PNG\r\n\x1a\naaaa", "image/png"),
        ("a.xlsx", b"PK\x03\x04aaaa", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        ("a.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1aaaa", "application/msword"),
    ],
)
def test_a_file_is_what_its_bytes_and_name_say(name, content, media_type):
    assert files.inspect(upload(name, content)) == media_type


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.pdf", b"MZ\x90\x00 a program"),
        ("a.exe", b"MZ\x90"),
        ("a.svg", b"<svg onload=x>"),
        ("a.html", b"<html>"),
        ("a", PDF),
    ],
)
def test_other_kinds_and_renamed_files_are_refused(name, content):
    with pytest.raises(ValidationError) as refusal:
        files.inspect(upload(name, content))

    assert refusal.value.messages == ["只收图片、PDF、Word 和 Excel 文件；改过后缀名的文件也不收"]


def test_empty_and_oversized_files_are_refused(monkeypatch):
    with pytest.raises(ValidationError, match="空的"):
        files.inspect(upload(content=b""))
    monkeypatch.setattr(files, "LARGEST", 20)
    with pytest.raises(ValidationError, match="不能超过"):
        files.inspect(upload(content=PDF * 10))


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\temp\\合同.pdf", "合同.pdf"),
        ("a\x00b\n.pdf", "ab.pdf"),
        ("...", "文件"),
        ("长" * 200 + ".pdf", "长" * 90 + ".pdf"),
    ],
)
def test_names_are_made_safe(given, kept):
    assert files.safe_name(given) == kept


def test_a_kept_file_can_be_sent_back_as_a_download_only(staff, settings):
    need = NeedFactory()
    row = files.keep(upload(), need, by=staff)

    answer = files.send(row)

    assert b"".join(answer.streaming_content) == PDF
    assert answer["Content-Disposition"].startswith("attachment;")
    answer.file_to_stream.close()
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert list(files.files_of(need)) == [row]
    assert (settings.PRIVATE_FILES / row.path).stat().st_size == len(PDF)


def test_a_row_keeps_at_most_ten_files(staff):
    need = NeedFactory()
    for _ in range(files.MOST_PER_ROW):
        files.keep(upload(), need, by=staff)

    with pytest.raises(ValidationError, match="最多放 10 个文件"):
        files.keep(upload(), need, by=staff)
