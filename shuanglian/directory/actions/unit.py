"""Partner units: entered, changed; their mandates and how much they can take on in a month."""

import datetime as dt
from collections.abc import Iterable
from typing import TypedDict, Unpack

from django.core.exceptions import ValidationError
from django.db import transaction

from shuanglian.accounts.models import User
from shuanglian.core import dictionary, uscc
from shuanglian.core.access import require
from shuanglian.core.audit import record, snapshot
from shuanglian.core.clock import today
from shuanglian.core.events import announce
from shuanglian.directory.actions.checks import apply, refuse, tidy
from shuanglian.directory.choices import UnitLevel
from shuanglian.directory.events import UnitLevelChanging
from shuanglian.directory.models import Division, Mandate, PartnerUnit

CATEGORIES = "need_category"
MOST_A_MONTH = 999


class UnitFacts(TypedDict, total=False):
    """What may be written about a unit."""

    name: str
    short_name: str
    kind: str
    level: str
    source: str
    uscc: str
    division: Division | None
    duty: str
    monthly_capacity: int | None
    contact_name: str
    contact_phone: str
    joined_on: dt.date | None
    left_on: dt.date | None


@transaction.atomic
def create_unit(
    *, by: User, main: Iterable[str] = (), others: Iterable[str] = (), **facts: Unpack[UnitFacts]
) -> PartnerUnit:
    """A new unit of the alliance, with the categories it is mainly responsible for and those it can help with.

    Raises:
        PermissionDenied: only the committee.
        ValidationError: by field.
    """
    require(by, "directory.add_partnerunit")
    row = PartnerUnit(county=by.county)
    apply(row, facts)
    _check(row)
    row.save()
    note = _write_mandates(row, main, others)
    record(row, "create", by=by, note=note)
    return row


@transaction.atomic
def change_unit(
    unit: PartnerUnit,
    *,
    by: User,
    main: Iterable[str] | None = None,
    others: Iterable[str] | None = None,
    **facts: Unpack[UnitFacts],
) -> PartnerUnit:
    """Other facts about a unit; with ``main`` or ``others`` its mandates too (both are then replaced).

    Raises: as ``create_unit``; and the level stays where somebody holds work of it (``events.UnitLevelChanging``).
    """
    row = _locked(unit)
    require(by, "directory.change_partnerunit", row)
    before, level = snapshot(row), row.level
    apply(row, facts)
    if row.level != level:
        announce(UnitLevelChanging(row, by))
    _check(row)
    row.save()
    same = main is None and others is None and not row.is_outside
    note = "" if same else _write_mandates(row, main or (), others or ())
    record(row, "change", by=by, before=before, note=note)
    return row


@transaction.atomic
def set_mandates(
    unit: PartnerUnit, *, by: User, main: Iterable[str] = (), others: Iterable[str] = ()
) -> PartnerUnit:
    """Which categories of needs belong to the unit's duties, from now on.

    Raises:
        PermissionDenied: only the committee.
        ValidationError: a category the dictionary does not have, or one that is main and other at once.
    """
    row = _locked(unit)
    require(by, "directory.set_mandates", row)
    note = _write_mandates(row, main, others)
    if note:
        record(row, "set_mandates", by=by, before=snapshot(row), note=note)
    return row


@transaction.atomic
def set_capacity(unit: PartnerUnit, *, by: User, monthly_capacity: int | None) -> PartnerUnit:
    """How many needs the unit can take on in a month; None for no limit.

    Raises:
        PermissionDenied: neither the committee nor the unit's own handler.
        ValidationError: not between 0 and 999.
    """
    row = _locked(unit)
    require(by, "directory.set_capacity", row)
    before = snapshot(row)
    row.monthly_capacity = monthly_capacity
    _check(row)
    row.save()
    record(row, "set_capacity", by=by, before=before)
    return row


@transaction.atomic
def set_contact(unit: PartnerUnit, *, by: User, contact_name: str, contact_phone: str) -> PartnerUnit:
    """Whom to call at the unit.

    Raises:
        PermissionDenied: neither the committee nor the unit's own handler.
        ValidationError: a telephone number that is none.
    """
    row = _locked(unit)
    require(by, "directory.set_contact", row)
    before = snapshot(row)
    row.contact_name, row.contact_phone = contact_name, contact_phone
    _check(row)
    row.save()
    record(row, "set_contact", by=by, before=before)
    return row


def _locked(unit: PartnerUnit) -> PartnerUnit:
    return PartnerUnit.objects.select_for_update(no_key=True).get(pk=unit.pk)


def _check(row: PartnerUnit) -> None:
    faults = tidy(row, phones=("contact_phone",), names=("name", "short_name"))
    row.uscc = uscc.normalise(row.uscc)
    row.level = row.level or UnitLevel.COUNTY
    if row.uscc and (wrong := uscc.fault(row.uscc)):
        faults["uscc"] = wrong
    if not row.name:
        faults["name"] = "请写单位名称"
    elif PartnerUnit.objects.filter(county=row.county, name=row.name).exclude(pk=row.pk).exists():
        faults["name"] = f"已经有“{row.name}”了"
    if row.is_outside:
        _check_outside(row, faults)
    if row.monthly_capacity is not None and not 0 <= row.monthly_capacity <= MOST_A_MONTH:
        faults["monthly_capacity"] = f"每月承接数在 0 到 {MOST_A_MONTH} 之间；不限就不填"
    if row.joined_on and row.left_on and row.left_on < row.joined_on:
        faults["left_on"] = "退出日期不能早于加入日期"
    refuse(row, faults)


def _check_outside(row: PartnerUnit, faults: dict[str, str]) -> None:
    """A unit of the city or the province: where we know it from, and no township of this county."""
    if not row.source:
        faults["source"] = "请写从哪里知道的，例如：市级惠企服务清单 2026 年第 2 期"
    if row.division_id:
        faults["division"] = f"{UnitLevel(row.level).label}单位不在本县乡镇，这里不用选"


def _write_mandates(unit: PartnerUnit, main: Iterable[str], others: Iterable[str]) -> str:
    """Make the mandates these; the change in words, nothing when there is none."""
    wanted = {**dict.fromkeys(others, False), **dict.fromkeys(main, True)}
    if wanted and unit.is_outside:
        said = f"{UnitLevel(unit.level).label}单位不派单，不用选类别；它的资源按内容推荐"
        raise ValidationError({"main" if main else "others": said})
    twice = sorted(set(main) & set(others))
    names = dictionary.names(CATEGORIES)
    if twice:
        raise ValidationError({"others": f"“{names.get(twice[0], twice[0])}”已经是主责，不用再选配合"})
    kept = {row.category: row for row in Mandate.objects.filter(unit=unit)}
    for category in wanted.keys() - kept.keys():
        dictionary.check(CATEGORIES, category, "main" if wanted[category] else "others", today())
    if wanted == {category: row.is_main for category, row in kept.items()}:
        return ""
    Mandate.objects.filter(unit=unit).exclude(category__in=wanted).delete()
    for category, is_main in wanted.items():
        Mandate.objects.update_or_create(
            unit=unit, category=category, defaults={"is_main": is_main, "county": unit.county}
        )
    first = "、".join(names.get(c, c) for c, is_main in wanted.items() if is_main) or "无"
    second = "、".join(names.get(c, c) for c, is_main in wanted.items() if not is_main) or "无"
    return f"主责：{first}；配合：{second}"
