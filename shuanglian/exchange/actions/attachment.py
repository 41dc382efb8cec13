"""Files of a need: kept privately, by whoever may speak about it."""

import hashlib
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from shuanglian.accounts.models import User
from shuanglian.core.access import require
from shuanglian.core.audit import record
from shuanglian.core.clock import now
from shuanglian.core.files import files_of, keep
from shuanglian.core.models import StoredFile
from shuanglian.exchange.actions.locks import lock_need
from shuanglian.exchange.models import Need


@transaction.atomic
def attach_file(need: Need, *, by: User, upload: UploadedFile[Any]) -> StoredFile:
    """Put a file beside a need. The same file sent twice is kept once.

    Raises:
        PermissionDenied: the user is neither side of the need nor staff.
        ValidationError: not a kind of file we keep, too large, or too many.
    """
    require(by, "exchange.attach_to_need", need)
    need = lock_need(need)
    found = files_of(need).filter(sha256=_digest(upload)).first()
    if found is not None:
        return found
    file = keep(upload, need, by=by)
    record(file, "attach", by=by)
    return file


@transaction.atomic
def remove_file(file: StoredFile, need: Need, *, by: User) -> None:
    """Take a file away again: whoever put it there, or staff. The stored bytes stay for the archive's time."""
    require(by, "exchange.attach_to_need", need)
    if file.by_id != by.pk:
        require(by, "exchange.remove_file_of_need", need)
    file.removed = now()
    file.save(update_fields=["removed", "updated"])
    record(file, "remove", by=by)


def _digest(upload: UploadedFile[Any]) -> str:
    digest = hashlib.sha256()
    upload.seek(0)
    for chunk in upload.chunks():
        digest.update(chunk)
    upload.seek(0)
    return digest.hexdigest()
