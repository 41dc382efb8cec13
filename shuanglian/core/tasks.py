"""Jobs of the kernel: check, write and take back long imports, make long exports, let go of both at night; remember
where the history stands.
"""

from collections.abc import Callable
from typing import Any

from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied

from shuanglian.core import actions, anchors
from shuanglian.core.jobs import Lane, task
from shuanglian.core.models import Export, ImportBatch
from shuanglian.core.register import exporting, index


@task("core.check_import", lane=Lane.IMPORTS)
def check_import(batch_id: int) -> None:
    """Check a long sheet on behalf of who brought it."""
    _work(actions.check_import, batch_id)


@task("core.write_import", lane=Lane.IMPORTS)
def write_import(batch_id: int) -> None:
    """Write a confirmed sheet on behalf of who confirmed it."""
    _work(actions.write_import, batch_id)


@task("core.take_back_import", lane=Lane.IMPORTS)
def take_back_import(batch_id: int) -> None:
    """Take a written sheet back on behalf of who brought it."""
    _work(actions.take_back_import, batch_id)


@task("core.forget_imports", cron="20 3 * * *")
def forget_imports(timestamp: int) -> None:
    """Let go of sheets nobody came back to."""
    system = get_user_model()._default_manager.get(username="system")
    actions.forget_imports(by=system)


@task("core.make_export", lane=Lane.EXPORTS)
def make_export(export_id: int) -> None:
    """Make the file that somebody asked for, on his behalf."""
    exporting.make(Export.objects.select_related("by").get(pk=export_id))


@task("core.forget_exports", cron="25 3 * * *")
def forget_exports(timestamp: int) -> None:
    """Let go of made files whose time is over."""
    system = get_user_model()._default_manager.get(username="system")
    actions.forget_exports(by=system)


def _work(action: Callable[..., Any], batch_id: int) -> None:
    """What a job does with a sheet; when it cannot, the one who waits for it is told."""
    batch = ImportBatch.objects.select_related("by").get(pk=batch_id)
    try:
        action(batch, index.by_slug[batch.register], by=batch.by)
    except PermissionDenied:
        actions.fail_import(batch, "您的角色变了，不能再导入这个台账", by=batch.by)
    except BaseException:
        actions.fail_import(
            batch, "出了意外，台账没有改动。请再试一次；还不行，请告诉系统管理员", by=batch.by
        )
        raise


@task("core.apply_terms", cron="5 * * * *")
def apply_terms(timestamp: int) -> None:
    """Let the rows of dictionaries catch up with what was planned for today."""
    system = get_user_model()._default_manager.get(username="system")
    actions.apply_terms(by=system)


@task("core.remember_history", cron="40 * * * *")
def remember_history(timestamp: int) -> None:
    """Remember outside the database how far the history goes."""
    anchors.remember()
