"""Jobs of the kernel: check, write and take back long imports, make long exports, let go of both at night."""

from django.contrib.auth import get_user_model

from shuanglian.core import actions
from shuanglian.core.jobs import task
from shuanglian.core.models import Export, ImportBatch
from shuanglian.core.register import exporting, index
from shuanglian.core.register.declare import Register


@task("core.check_import")
def check_import(batch_id: int) -> None:
    """Check a long sheet on behalf of who brought it."""
    batch, register = _import(batch_id)
    actions.check_import(batch, register, by=batch.by)


@task("core.write_import")
def write_import(batch_id: int) -> None:
    """Write a confirmed sheet on behalf of who confirmed it."""
    batch, register = _import(batch_id)
    actions.write_import(batch, register, by=batch.by)


@task("core.take_back_import")
def take_back_import(batch_id: int) -> None:
    """Take a written sheet back on behalf of who brought it."""
    batch, register = _import(batch_id)
    actions.take_back_import(batch, register, by=batch.by)


@task("core.forget_imports", cron="20 3 * * *")
def forget_imports(timestamp: int) -> None:
    """Let go of sheets nobody came back to."""
    system = get_user_model()._default_manager.get(username="system")
    actions.forget_imports(by=system)


@task("core.make_export")
def make_export(export_id: int) -> None:
    """Make the file that somebody asked for, on his behalf."""
    exporting.make(Export.objects.select_related("by").get(pk=export_id))


@task("core.forget_exports", cron="25 3 * * *")
def forget_exports(timestamp: int) -> None:
    """Let go of made files whose time is over."""
    system = get_user_model()._default_manager.get(username="system")
    actions.forget_exports(by=system)


def _import(batch_id: int) -> tuple[ImportBatch, Register]:
    batch = ImportBatch.objects.select_related("by").get(pk=batch_id)
    return batch, index.by_slug[batch.register]


@task("core.apply_terms", cron="5 * * * *")
def apply_terms(timestamp: int) -> None:
    """Let the rows of dictionaries catch up with what was planned for today."""
    system = get_user_model()._default_manager.get(username="system")
    actions.apply_terms(by=system)
