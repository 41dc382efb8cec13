"""What a register decides about many new rows, stored as the import stores them."""

from shuanglian.core.audit import beginnings
from shuanglian.core.feeding import copy


def create_together(weigh, model, many, *, by):
    """For each of these facts the row that was written, or why it was refused."""
    names = dict.fromkeys(name for facts in many for name in facts)
    defaults = {name: model._meta.get_field(name).get_default() for name in names}
    columns = {name: [facts.get(name, defaults[name]) for facts in many] for name in names}
    weighed, refused = weigh(columns, len(many), by=by)
    kept = weighed.without(refused)
    keys = iter(kept.number())
    if kept.count:
        copy(*kept.as_copy())
        copy(*beginnings(kept, "create", by=by))
    return [refused.get(at) or model.objects.get(pk=next(keys)) for at in range(len(many))]
