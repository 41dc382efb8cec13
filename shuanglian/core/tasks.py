"""Jobs of the kernel: write a long import, make a long export, let go of old sheets every night."""

from django.contrib.auth import get_user_model

from shuanglian.core import actions
from shuanglian.core.jobs import task
from shuanglian.core.models import Export, ImportBatch
from shuanglian.core.register import exporting, index


@task("core.write_import")
def write_import(batch_id: int) -> None:
    """Write a confirmed sheet on behalf of who confirmed it."""
    batch = ImportBatch.objects.select_related("by").get(pk=batch_id)
    actions.write_import(batch, index.by_slug[batch.register], by=batch.by)


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
