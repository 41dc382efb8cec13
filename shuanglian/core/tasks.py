"""Jobs of the kernel: write a long import, let go of old sheets every night."""

from django.contrib.auth import get_user_model

from shuanglian.core import actions
from shuanglian.core.jobs import task
from shuanglian.core.models import ImportBatch
from shuanglian.core.register import index


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
