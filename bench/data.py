# ruff: noqa: S608, SIM905
"""A county to measure with: one that holds everything is the hard case. 1,311 organisations, 57 units, needs by SQL.

Most needs are closed, one in twenty is under way. Whatever the size, one busy organisation, one busy unit and one known
organisation have the same needs, in every state, and more of each than a page shows: so the pages measured are full at
every size, and only what must not matter differs: how much else there is.
History is written without its seals (no page reads them) and the bulk load asks no triggers.
"""

import datetime as dt
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

VAR = Path(os.environ.get("SHUANGLIAN_BENCH_VAR") or "/tmp/shuanglian-bench")  # noqa: S108
ROOT = Path(__file__).resolve().parents[1]
ORGANIZATIONS, UNITS = 1311, 57
COUNTY = "140921"
LONG_AGO = dt.date(2021, 1, 1)
# Far apart, so that an id says what it is the id of.
FIRST = {"organization": 610_000, "unit": 520_000, "clerk": 310_000, "handler": 320_000, "need": 7_000_000}
STAFF, ENTERED_BY = 300_001, 300_002
# The newest needs: the busy unit holds what is promised of them, every other one is of the busy organisation.
BUSY = 400
# An organisation people search for, and its needs: the first ones, open and within the duty of the busy unit.
KNOWN, OF_KNOWN = 77, 60
CATEGORIES = "ZC RC JN FL AH JR KJ ZL SC DK WT GY YL JC ZW".split()

# share of a thousand; the rest is closed
SHARES = {
    "submitted": 6,
    "returned": 2,
    "open": 15,
    "claimed": 7,
    "in_progress": 14,
    "done": 6,
}


def say(line: str = "") -> None:
    """One line of figures, at once."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def start() -> str:
    """Django on the benchmarks' own server; returns the address of that server."""
    os.environ["SHUANGLIAN_VAR"] = str(VAR)
    os.environ.setdefault("SHUANGLIAN_ASSETS", str(ROOT / "var" / "assets"))
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    import django  # noqa: PLC0415  -- the settings read the environment above

    VAR.mkdir(parents=True, exist_ok=True)
    if url := os.environ.get("DATABASE_URL"):
        django.setup()
        return url
    from shuanglian.core import embedded  # noqa: PLC0415

    url = embedded.start(VAR)
    django.setup()
    return url


@contextmanager
def database(url: str, suffix: str) -> Iterator[str]:
    """A migrated database of one's own with a county in it; yields its address."""
    from tests import databases  # noqa: PLC0415

    template = databases.ensure_template(url, VAR / "template.lock")
    with databases.clone(url, template, suffix) as name:
        databases.use(name)
        build_county()
        yield databases.url_of(url, name)
        databases.use(template)


def run(statement: str, **values: Any) -> None:
    """One statement without triggers: foreign keys hold by construction, history is not sealed."""
    from django.db import connection, transaction  # noqa: PLC0415

    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(statement, values)


def build_county() -> None:
    """Places and people: a clerk in every organisation, a handler in every unit, one member of staff."""
    people = f"""
        INSERT INTO accounts_user (id, username, name, county, password, mobile, email, is_active,
                                   must_change_password, must_have_second_factor, created)
        SELECT n, 'u' || n, '用户' || n, '{COUNTY}', '!', '', '', true, false, false, now() FROM (
            SELECT {FIRST["clerk"]} + generate_series(1, {ORGANIZATIONS}) n UNION ALL
            SELECT {FIRST["handler"]} + generate_series(1, {UNITS}) UNION ALL
            SELECT {STAFF} UNION ALL SELECT {ENTERED_BY}) everybody"""
    posts = f"""
        INSERT INTO accounts_roleassignment (county, created, updated, user_id, role, scope, scope_id, title, starts)
        SELECT '{COUNTY}', now(), now(), n, role, scope, scope_id, '', '{LONG_AGO}' FROM (
            SELECT {FIRST["clerk"]} + g n, 'enterprise_clerk' role, 'organization' scope,
                   {FIRST["organization"]} + g scope_id FROM generate_series(1, {ORGANIZATIONS}) g UNION ALL
            SELECT {FIRST["handler"]} + g, 'partner_handler', 'unit', {FIRST["unit"]} + g
            FROM generate_series(1, {UNITS}) g UNION ALL
            SELECT {STAFF}, 'staff', 'county', NULL) posts"""
    organizations = f"""
        INSERT INTO directory_organization (id, county, created, updated, name, short_name, uscc, uscc_doubtful, kind,
            industry_code, industry_version, is_forging, forging_reason, is_scaled, division_id, address, headcount_band,
            registration, member_count, contact_name, contact_phone, source, note, pinyin, initials)
        SELECT {FIRST["organization"]} + g, '{COUNTY}', now(), now(), '定襄县第' || g || '锻造厂', '第' || g || '锻造厂',
            '', false, 'private_enterprise', '3393', 2017, true, '', false, d.id, '', '', '', 3, '周建国', '13800000000',
            '', '', 'ding xiang ' || g, 'dx' || g
        FROM generate_series(1, {ORGANIZATIONS}) g
        JOIN (SELECT id, row_number() OVER (ORDER BY code) - 1 AS nth, count(*) OVER () AS towns
              FROM directory_division WHERE level = 'township') d ON d.nth = g %% d.towns"""
    units = f"""
        INSERT INTO directory_partnerunit (id, county, created, updated, name, short_name, kind, level, source, uscc, duty,
                                           contact_name, contact_phone, joined_on, pinyin, initials)
        SELECT {FIRST["unit"]} + g, '{COUNTY}', now(), now(), '县第' || g || '局', '', 'department', 'county', '', '', '', '', '',
            '{LONG_AGO}', 'xian ' || g, 'x' || g || 'j' FROM generate_series(1, {UNITS}) g"""
    mandates = f"""
        INSERT INTO directory_mandate (county, created, updated, unit_id, category, is_main)
        SELECT '{COUNTY}', now(), now(), {FIRST["unit"]} + g, (%(categories)s::text[])[1 + g %% {len(CATEGORIES)}], true
        FROM generate_series(1, {UNITS}) g"""
    for statement in (people, posts, organizations, units, mandates):
        run(statement, categories=CATEGORIES)


def build_organizations(count: int) -> None:
    """So many organisations besides the county's own: what a register of any size is measured with."""
    run(_REGISTERED, count=count)


def build_needs(count: int, state: str = "") -> None:
    """So many needs with lines, promises, results and time limits; all in one ``state``, without history, when given."""
    run(_NEEDS, count=count, state=state, categories=CATEGORIES, objects=_OBJECTS, wishes=_WISHES)
    steps = (_ITEMS, _COMMITMENTS, _DELIVERIES, _CONFIRMATIONS, _CLOSURES, _FEEDBACK, _LIMITS)
    for statement in steps if state else (*steps, _HISTORY):
        run(statement, day=dt.date.today())  # noqa: DTZ011  -- the clock of this machine
    run(_COUNTER, count=count)


def finish() -> None:
    """Statistics and the visibility map, as autovacuum leaves them."""
    from django.db import connection  # noqa: PLC0415

    with connection.cursor() as cursor:
        cursor.execute("VACUUM (ANALYZE)")


_REGISTERED = f"""
INSERT INTO directory_organization (id, county, created, updated, name, short_name, uscc, uscc_doubtful, kind,
    industry_code, industry_version, is_forging, forging_reason, is_scaled, division_id, address, headcount_band,
    registration, member_count, contact_name, contact_phone, source, note, checked_on, pinyin, initials)
SELECT 5000000 + g, '{COUNTY}', now(), now(), '定襄县' || chr(19968 + h %% 5000) || chr(19968 + h / 5000 %% 5000) || '法兰厂',
    '', '91140921' || lpad(g::text, 10, '0'), false,
    (ARRAY['private_enterprise', 'limited_company', 'individual', 'social_organization'])[1 + h %% 4], '', 2017, false, '',
    h %% 9 = 0, d.id, '', '', 'active', h %% 40, '', '', '', '', '2026-01-01'::date + h %% 300, md5(g::text), md5(g::text)
FROM (SELECT g, abs(hashint8(g::bigint)::bigint)::int AS h FROM generate_series(1, %(count)s) g) numbered
JOIN (SELECT id, row_number() OVER (ORDER BY code) - 1 AS nth, count(*) OVER () AS towns
      FROM directory_division WHERE level = 'township') d ON d.nth = h %% d.towns"""
_OBJECTS = (
    "模具 法兰 退火炉 数控车床 环保设备 工人 焊工 贷款 专利 检测报告 展会 仓库 班车 体检 合同 厂房".split()
)
_WISHES = "开裂 维修 需要培训 想请专家看看 手续怎么办 价格偏高 不够用 要升级 怎么申报 希望对接".split()

_SHARE = "".join(
    f"WHEN r < {sum(list(SHARES.values())[: i + 1])} THEN '{state}' " for i, state in enumerate(SHARES)
)
# In turn, and in another order at every twenty; the newest is at work.
_OF_BUSY = "in_progress done done closed closed closed submitted returned open claimed".split()
_BUSY = "ARRAY[" + ", ".join(f"'{state}'" for state in _OF_BUSY) + "]"
_NEEDS = f"""
INSERT INTO exchange_need (id, county, created, updated, number, organization_id, division_id, category, title, detail,
    visibility, urgency, source, raised_by_id, entered_by_id, contact_name, contact_phone, state, submitted_at, opened_at)
SELECT {FIRST["need"]} + g, '{COUNTY}', at, at, 'XQ2026' || lpad(g::text, 7, '0'), o.id, o.division_id,
    (%(categories)s::text[])[1 + CASE WHEN org = {KNOWN} THEN 1 ELSE h END %% {len(CATEGORIES)}],
    thing || wish || (CASE WHEN h %% 7 = 0 THEN '，尽快' ELSE '' END),
    '我厂' || thing || wish || '，已经影响生产，想请有关单位帮忙看看，最好本月内有答复。第' || g || '条。',
    CASE WHEN %(state)s <> '' OR h %% 100 < 80 THEN 'public' WHEN h %% 100 < 95 THEN 'alliance' ELSE 'staff' END,
    CASE WHEN h %% 13 = 0 THEN 'urgent' ELSE 'normal' END, 'enterprise',
    {FIRST["clerk"]} + org, {ENTERED_BY}, '周建国', '13800000000', s, at,
    CASE WHEN s IN ('submitted', 'returned') THEN NULL ELSE at + interval '1 day' END
FROM (
    SELECT g, h, org, now() - interval '3 days' - (interval '1 minute') * (%(count)s - g) AS at,
        (%(objects)s::text[])[1 + CASE WHEN org = {KNOWN} THEN 1 ELSE h / 7 END %% {len(_OBJECTS)}] AS thing,
        (%(wishes)s::text[])[1 + CASE WHEN org = {KNOWN} THEN 1 ELSE h / 91 END %% {len(_WISHES)}] AS wish,
        CASE WHEN %(state)s <> '' THEN %(state)s
             WHEN g > %(count)s - {BUSY} THEN ({_BUSY})[1 + (g / 2 + g / 20) %% {len(_OF_BUSY)}]
             WHEN g <= {OF_KNOWN} THEN 'open'
             ELSE (SELECT CASE {_SHARE} ELSE 'closed' END FROM (SELECT (h / 11) %% 1000 AS r) share) END AS s
    FROM (
        SELECT g, abs(hashint8(g::bigint)::bigint) AS h,
            CASE WHEN g > %(count)s - {BUSY} AND g %% 2 = 0 THEN 1
                 WHEN g <= {OF_KNOWN} THEN {KNOWN}
                 ELSE 1 + ({KNOWN} + abs(hashint8(g::bigint * 7)::bigint) %% {ORGANIZATIONS - 1}) %% {ORGANIZATIONS}
            END AS org
        FROM generate_series(1, %(count)s) g) numbered) made
JOIN directory_organization o ON o.id = {FIRST["organization"]} + org"""
_ITEMS = """
INSERT INTO exchange_needitem (id, need_id, position, text, measure, requested)
SELECT id + 1000000, id, 1, '', '次', 1 FROM exchange_need"""
_COMMITMENTS = f"""
INSERT INTO exchange_commitment (id, county, created, updated, number, need_id, need_item_id, unit_id, handler_id,
    quantity, due, plan, mode, state, contacted_on, reported_on, over_commit)
SELECT n.id + 2000000, county, opened_at, opened_at, replace(number, 'XQ', 'DJ'), n.id, n.id + 1000000,
    {FIRST["unit"]} + u, {FIRST["handler"]} + u, 1, %(day)s::date + (n.id %% 20)::int - 6, '', 'claimed',
    CASE WHEN n.state = 'closed' THEN 'finished' ELSE 'active' END,
    CASE WHEN n.state <> 'claimed' THEN opened_at::date END,
    CASE WHEN n.state IN ('done', 'closed') THEN opened_at::date + 5 END, false
FROM (SELECT *, CASE WHEN id > (SELECT max(id) FROM exchange_need) - {BUSY} THEN 1
                     ELSE 1 + abs(hashint8(id * 31)::bigint) %% {UNITS} END AS u FROM exchange_need) n
WHERE n.state IN ('claimed', 'in_progress', 'done', 'closed')"""
_DELIVERIES = """
INSERT INTO exchange_delivery (id, county, created, updated, commitment_id, quantity, happened_on, note, by_id)
SELECT id, county, created, created, id, 1, reported_on, '已上门办理', handler_id
FROM exchange_commitment WHERE reported_on IS NOT NULL"""
_CONFIRMATIONS = f"""
INSERT INTO exchange_confirmation (id, county, created, updated, delivery_id, confirmer, verdict, accepted, complete,
    note, by_id)
SELECT id, county, created, created, id, 'receiver', 'solved', 1, false, '', {ENTERED_BY}
FROM exchange_commitment WHERE state = 'finished'"""
_CLOSURES = f"""
INSERT INTO exchange_closure (id, county, created, updated, need_id, outcome, ending, reason, by_id)
SELECT id, county, updated, updated, id, 'fulfilled', 'confirmed', '', {ENTERED_BY}
FROM exchange_need WHERE state = 'closed'"""
_FEEDBACK = f"""
INSERT INTO exchange_feedback (id, county, created, updated, commitment_id, side, satisfaction, words, by_id)
SELECT id, county, created, created, id, 'receiver', 'satisfied', '', {ENTERED_BY}
FROM exchange_commitment WHERE state = 'finished' AND id %% 2 = 0"""
# Of every need its last limit: running while the need is under way, met when it is closed. One in ten is late.
_LIMITS = """
INSERT INTO exchange_deadline (county, created, updated, need_id, commitment_id, kind, rule_id, started_on, due, met_on, unit_id)
SELECT n.county, n.updated, n.updated, n.id, c.id, r.kind, r.id, n.submitted_at::date,
    %(day)s::date + (n.id %% 20)::int - CASE WHEN n.state = 'closed' THEN 30 ELSE 2 END,
    CASE WHEN n.state = 'closed' THEN n.submitted_at::date + 6 END, c.unit_id
FROM exchange_need n LEFT JOIN exchange_commitment c ON c.need_id = n.id
JOIN exchange_deadlinerule r ON NOT r.complex AND r.kind = CASE n.state WHEN 'submitted' THEN 'accept'
    WHEN 'open' THEN 'claim' WHEN 'claimed' THEN 'first_contact' WHEN 'done' THEN 'confirm' ELSE 'resolve' END
WHERE n.state <> 'returned'"""
_HISTORY = f"""
INSERT INTO core_entry ("when", actor_id, behalf, verb, kind_id, object_id, changes, note)
SELECT n.submitted_at, {ENTERED_BY}, '', 'submit', k.id, n.id, '{{}}'::jsonb, '' FROM exchange_need n
JOIN django_content_type k ON k.app_label = 'exchange' AND k.model = 'need'
UNION ALL
SELECT c.created, c.handler_id, '', 'claim', k.id, c.id, '{{}}'::jsonb, '' FROM exchange_commitment c
JOIN django_content_type k ON k.app_label = 'exchange' AND k.model = 'commitment'"""
_COUNTER = f"""
INSERT INTO core_counter (county, kind, year, last)
VALUES ('{COUNTY}', 'XQ', 2026, %(count)s), ('{COUNTY}', 'DJ', 2026, %(count)s)"""
