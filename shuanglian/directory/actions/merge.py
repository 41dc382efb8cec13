"""One organisation entered twice becomes one: everything moves to the row that stays, the other only points to it."""

from collections.abc import Iterable, Mapping

from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from shuanglian.accounts.models import RoleAssignment, User
from shuanglian.core.access import require
from shuanglian.core.audit import record, snapshot
from shuanglian.core.clock import now
from shuanglian.core.events import announce
from shuanglian.core.models import Entry
from shuanglian.directory.actions.organization import check_facts
from shuanglian.directory.choices import Registration
from shuanglian.directory.events import OrganizationsMerged, OrganizationsMerging
from shuanglian.directory.models import BranchHost, NotSame, Organization
from shuanglian.directory.queries import Pointer, pointers
from shuanglian.directory.states import ORGANIZATION

# What may be taken over from the other row; what belongs together is taken together.
TAKEN: dict[str, tuple[str, ...]] = {
    "name": ("name",),
    "short_name": ("short_name",),
    "uscc": ("uscc",),
    "kind": ("kind",),
    "industry_code": ("industry_code", "industry_version"),
    "is_forging": ("is_forging", "forging_reason"),
    "is_scaled": ("is_scaled",),
    "division": ("division_id",),
    "address": ("address",),
    "headcount_band": ("headcount_band",),
    "member_count": ("member_count",),
    "contact_name": ("contact_name", "contact_phone"),
    "source": ("source",),
    "checked_on": ("checked_on", "checked_by_id"),
    "note": ("note",),
}


@transaction.atomic
def merge_organizations(
    survivor: Organization, other: Organization, *, by: User, take: Iterable[str] = ()
) -> Organization:
    """``other`` is the same organisation as ``survivor``; ``take`` names what of its facts is the right one.

    Needs, branches, roles, files and whatever else points to ``other`` points to ``survivor`` from now on; each moved
    row has a line of history. ``other`` is kept, leaves every list and leads to ``survivor``.

    Raises:
        PermissionDenied: only the committee.
        ValidationError: the same row twice, one is merged already, a fact that does not hold, or both have something of
            which one may have only one.
    """
    if survivor.pk == other.pk:
        raise ValidationError("这是同一条，不用合并。")
    keep, gone = _lock(survivor, other)
    for row in (keep, gone):
        require(by, "directory.merge_organizations", row)
        if row.registration not in ORGANIZATION.move("merge").sources:
            raise ValidationError(f"“{row.name}”已经合并过了。")
    announce(OrganizationsMerging(keep, gone, by))
    _settle(keep, gone, by)
    moved = _move_everything(keep, gone, by)
    before, was = snapshot(keep), snapshot(gone)
    registration = gone.get_registration_display()
    gone.registration, gone.merged_into = Registration.MERGED, keep
    gone.save()
    record(gone, "merge", by=by, before=was, note=f"并入{_named(keep)}")
    _take(keep, gone, take)
    check_facts(keep)
    keep.save()
    carried = "、".join(f"{name} {count} 条" for name, count in moved.items()) or "没有其他内容"
    record(
        keep,
        "take_in",
        by=by,
        before=before,
        note=f"并入了{_named(gone)}，原登记状态{registration}；移来：{carried}",
    )
    announce(OrganizationsMerged(keep, gone, by))
    return keep


@transaction.atomic
def tell_apart(first: Organization, second: Organization, *, by: User) -> NotSame:
    """不是同一家: the two are not shown together again.

    Raises:
        PermissionDenied: only the committee.
        ValidationError: the same row twice.
    """
    for row in (first, second):
        require(by, "directory.merge_organizations", row)
    if first.pk == second.pk:
        raise ValidationError("这是同一条。")
    one, two = sorted((first, second), key=lambda row: row.pk)
    found, made = NotSame.objects.get_or_create(
        first=one, second=two, defaults={"county": by.county, "by": by}
    )
    if made:
        record(one, "tell_apart", by=by, note=f"和{_named(two)}不是同一家")
        record(two, "tell_apart", by=by, note=f"和{_named(one)}不是同一家")
    return found


def _lock(survivor: Organization, other: Organization) -> tuple[Organization, Organization]:
    rows = Organization.objects.select_for_update(no_key=True).order_by("pk")
    found = {row.pk: row for row in rows.filter(pk__in=(survivor.pk, other.pk))}
    return found[survivor.pk], found[other.pk]


def _named(row: Organization) -> str:
    return f"“{row.name}”（{row.uscc or '没有信用代码'}，编号 {row.pk}）"


def _take(keep: Organization, gone: Organization, take: Iterable[str]) -> None:
    for name in take:
        for field in TAKEN[name]:
            setattr(keep, field, getattr(gone, field))


def _settle(keep: Organization, gone: Organization, by: User) -> None:
    """Of some things there may be only one: the same branch, the same role of the same person, the same decision."""
    _settle_hosts(keep, gone)
    _settle_roles(keep, gone, by)
    _settle_decisions(keep, gone)


def _settle_hosts(keep: Organization, gone: Organization) -> None:
    """Covered twice by the same branch is covered once, since the earlier day."""
    held = {host.branch_id: host for host in BranchHost.objects.filter(organization=keep, ends=None)}
    for host in BranchHost.objects.filter(organization=gone, ends=None, branch_id__in=held):
        kept = held[host.branch_id]
        if host.starts < kept.starts:
            kept.starts = host.starts
            kept.save()
        host.delete()


def _settle_roles(keep: Organization, gone: Organization, by: User) -> None:
    """Who holds the same role at both keeps the one at the row that stays."""
    posts = RoleAssignment.objects.filter(scope="organization", ended_at=None)
    held = set(posts.filter(scope_id=keep.pk).values_list("user_id", "role"))
    for post in posts.filter(scope_id=gone.pk):
        if (post.user_id, post.role) in held:
            before = snapshot(post)
            post.ended_at = now()
            post.save()
            record(post, "end", by=by, before=before, note="企业合并，同一角色只留一条")


def _settle_decisions(keep: Organization, gone: Organization) -> None:
    """That ``gone`` is not a third one is true of ``keep`` as well."""
    decided = NotSame.objects.filter(first=gone) | NotSame.objects.filter(second=gone)
    for row in decided:
        third = row.second_id if row.first_id == gone.pk else row.first_id
        if third != keep.pk:
            one, two = sorted((keep.pk, third))
            NotSame.objects.get_or_create(
                first_id=one, second_id=two, defaults={"county": row.county, "by": row.by}
            )
        row.delete()


def _move_everything(keep: Organization, gone: Organization, by: User) -> Mapping[str, int]:
    """Point every row from ``gone`` to ``keep``; returns how many of each kind."""
    moved: dict[str, int] = {}
    for pointer in pointers():
        ids = list(pointer.rows(gone.pk).values_list("pk", flat=True))
        if not ids:
            continue
        name = str(pointer.model._meta.verbose_name)
        try:
            with transaction.atomic():
                pointer.model._default_manager.filter(pk__in=ids).update(**{pointer.column: keep.pk})
        except IntegrityError as error:
            raise ValidationError(f"两家都有“{name}”，不能重复，请先处理其中一家的，再来合并。") from error
        _record_moves(pointer, ids, keep, gone, by)
        moved[name] = moved.get(name, 0) + len(ids)
    return moved


def _record_moves(pointer: Pointer, ids: list[int], keep: Organization, gone: Organization, by: User) -> None:
    kind = ContentType.objects.get_for_model(pointer.model)
    Entry.objects.bulk_create(
        Entry(
            actor=by,
            verb="follow_merge",
            kind=kind,
            object_id=pk,
            changes={pointer.column: [gone.pk, keep.pk]},
            note=f"随“{gone.name}”并入“{keep.name}”",
        )
        for pk in ids
    )
