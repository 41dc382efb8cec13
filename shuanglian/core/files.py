"""Private files: type by content, size limits, safe names; stored under ``var/files``, served through permission."""

import hashlib
import secrets
import unicodedata
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db.models import Model, QuerySet
from django.http import FileResponse

from shuanglian.core.models import StoredFile

LARGEST = 20 * 1024 * 1024  # bytes
MOST_PER_ROW = 10
_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_DOCUMENT = "application/vnd.openxmlformats-officedocument."

# (extension, first bytes at offset, offset, media type): a file is what its bytes say, and its name must agree.
_KINDS: tuple[tuple[str, bytes, int, str], ...] = (
    ("pdf", b"%PDF-", 0, "application/pdf"),
    ("jpg", b"\xff\xd8\xff", 0, "image/jpeg"),
    ("jpeg", b"\xff\xd8\xff", 0, "image/jpeg"),
    ("png", b"\x89PNG\r\n\x1a\n", 0, "image/png"),
    ("webp", b"WEBP", 8, "image/webp"),
    ("heic", b"ftyp", 4, "image/heic"),
    ("docx", _ZIP, 0, _DOCUMENT + "wordprocessingml.document"),
    ("xlsx", _ZIP, 0, _DOCUMENT + "spreadsheetml.sheet"),
    ("doc", _OLE, 0, "application/msword"),
    ("xls", _OLE, 0, "application/vnd.ms-excel"),
)


def inspect(upload: UploadedFile[Any]) -> str:
    """The media type of an upload, judged by its bytes and its name together.

    Raises:
        ValidationError: empty, too large, or not one of the kinds we keep.
    """
    if not upload.size:
        raise ValidationError("这个文件是空的，请重新选择")
    if upload.size > LARGEST:
        raise ValidationError(
            f"文件不能超过 {LARGEST // 1024 // 1024} MB，这个有 {upload.size / 1024 / 1024:.1f} MB"
        )
    upload.seek(0)
    head = upload.read(16)
    upload.seek(0)
    extension = Path(upload.name or "").suffix.lower().lstrip(".")
    for kind, magic, offset, media_type in _KINDS:
        if kind == extension and head[offset : offset + len(magic)] == magic:
            return media_type
    raise ValidationError("只收图片、PDF、Word 和 Excel 文件；改过后缀名的文件也不收")


def safe_name(name: str) -> str:
    """A name without paths, control characters and trailing dots, at most 100 characters, extension kept."""
    flat = unicodedata.normalize("NFC", name).replace("\\", "/").rsplit("/", 1)[-1]
    clean = "".join(c for c in flat if unicodedata.category(c)[0] != "C" and c not in '<>:"|?*').strip(" .")
    stem, suffix = Path(clean).stem[:90], Path(clean).suffix[:8]
    return (stem + suffix) or "文件"


def keep(upload: UploadedFile[Any], owner: Model, *, by: Any) -> StoredFile:
    """Store an upload for a row, inside the caller's action (which has asked permission).

    Raises:
        ValidationError: as ``inspect``, or the row has its full number of files.
    """
    media_type = inspect(upload)
    if files_of(owner).count() >= MOST_PER_ROW:
        raise ValidationError(f"最多放 {MOST_PER_ROW} 个文件，请先删掉不用的")
    token = secrets.token_hex(16)
    path = f"{token[:2]}/{token}"
    target = Path(settings.PRIVATE_FILES) / path
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    digest = hashlib.sha256()
    with target.open("xb") as out:
        for chunk in upload.chunks():
            digest.update(chunk)
            out.write(chunk)
    return StoredFile.objects.create(
        county=getattr(owner, "county", ""),
        kind=ContentType.objects.get_for_model(owner),
        object_id=owner.pk,
        name=safe_name(upload.name or ""),
        path=path,
        media_type=media_type,
        size=upload.size or 0,
        sha256=digest.hexdigest(),
        by=by,
    )


def files_of(owner: Model) -> QuerySet[StoredFile]:
    """The files of one row that were not removed."""
    kind = ContentType.objects.get_for_model(owner)
    return StoredFile.objects.filter(kind=kind, object_id=owner.pk, removed=None).select_related("by")


def send(file: StoredFile) -> FileResponse:
    """The file as a download; the caller has asked permission. Nothing is ever shown inline."""
    path = Path(settings.PRIVATE_FILES) / file.path
    response = FileResponse(
        path.open("rb"), as_attachment=True, filename=file.name, content_type=file.media_type
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response
