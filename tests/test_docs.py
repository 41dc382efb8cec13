"""The papers say what the code does: diagrams, words, variables, accounts, addresses, links."""

import re
from pathlib import Path

import pytest
from django.apps import apps
from django.urls import get_resolver

from demo.people import ADMINISTRATORS, DEMONSTRATION, INSTRUCTOR
from shuanglian.accounts.choices import Role
from shuanglian.directory.choices import Registration
from shuanglian.directory.states import ORGANIZATION
from shuanglian.exchange.choices import CommitmentState, NeedState, OfferState
from shuanglian.exchange.states import COMMITMENT, NEED, OFFER

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
PAPERS = sorted([*ROOT.glob("*.md"), *DOCS.rglob("*.md")])
READMES = [ROOT / "README.md", ROOT / "README.zh-CN.md"]
APPS = ("core", "accounts", "directory", "exchange", "matching", "web")
MACHINES = {
    "need": (NEED, NeedState),
    "offer": (OFFER, OfferState),
    "commitment": (COMMITMENT, CommitmentState),
    "organization": (ORGANIZATION, Registration),
}
LARGEST_PICTURE = 120 * 1024


def rel(path):
    return path.relative_to(ROOT).as_posix()


def diagram(machine, states):
    """A machine as Mermaid text: solid arrows are buttons, dotted ones follow from something else."""
    arrows = {}
    for move in machine.moves:
        for source in move.sources:
            arrows.setdefault((source, move.target, move.by_hand), []).append(move.label)
    lines = [f'    {state.value}["{state.label}"]' for state in states]
    for (source, target, by_hand), labels in arrows.items():
        lines.append(f"    {source} {'-->' if by_hand else '-.->'}|{'、'.join(labels)}| {target}")
    return "\n".join(["```mermaid", "flowchart LR", *lines, "```"])


def table(machine, states):
    """The same machine as a table of moves."""
    heads = "| move | button | from | to | permission | reason |\n|---|---|---|---|---|---|"
    rows = [
        f"| `{m.name}` | {m.label if m.by_hand else f'({m.label})'} | {'、'.join(states(s).label for s in m.sources)} "
        f"| {states(m.target).label} | `{m.permission}` | {'yes' if m.needs_note else ''} |"
        for m in machine.moves
    ]
    return "\n".join([heads, *rows])


@pytest.mark.parametrize("name", MACHINES)
def test_states_are_drawn_as_they_are(name):
    text = (DOCS / "states.md").read_text()
    machine, states = MACHINES[name]

    assert diagram(machine, states) in text, diagram(machine, states)
    assert table(machine, states) in text, table(machine, states)


@pytest.mark.parametrize("paper", PAPERS, ids=rel)
def test_links_lead_somewhere(paper):
    links = re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", paper.read_text())

    assert [link for link in links if "://" not in link and not (paper.parent / link).exists()] == []


@pytest.mark.parametrize("paper", PAPERS, ids=rel)
def test_headings_that_are_linked_to_exist(paper):
    links = re.findall(r"\]\(([^)\s]*)#([^)\s]+)\)", paper.read_text())
    dead = [
        f"{file}#{anchor}"
        for file, anchor in links
        if "://" not in file and anchor not in anchors((paper.parent / file) if file else paper)
    ]

    assert dead == []


def anchors(paper):
    """The names a heading is linked by: lower case, no punctuation, hyphens for spaces."""
    headings = re.findall(r"^#+ (.+)$", paper.read_text(), flags=re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading).lower().replace(" ", "-") for heading in headings}


def test_places_on_the_map_exist():
    named = re.findall(r"`([a-z_.]+(?:/[\w.]+)+|\w+\.(?:toml|txt|py))`", (DOCS / "map.md").read_text())

    assert len(named) > 60
    assert [p for p in named if not (ROOT / p).exists() and not (ROOT / f"{p}.py").exists()] == []


@pytest.mark.parametrize("readme", READMES, ids=rel)
def test_every_variable_of_the_environment_is_explained(readme):
    reads = "".join(
        (ROOT / file).read_text() for file in ("config/settings.py", "shuanglian/core/console.py")
    )
    known = set(re.findall(r'environ(?:\.get\(|\[)"(\w+)"', reads)) - {"DJANGO_SETTINGS_MODULE"}
    rows = re.findall(r"^\| (`[A-Z_]+`(?:[,、] ?`[A-Z_]+`)*) \|", readme.read_text(), flags=re.MULTILINE)

    assert set(re.findall(r"[A-Z_]+", " ".join(rows))) == known


@pytest.mark.parametrize("readme", READMES, ids=rel)
def test_accounts_of_the_demonstration_are_those_that_are_made(readme):
    made = {INSTRUCTOR[0], *(person.username for person in (*DEMONSTRATION, *ADMINISTRATORS))}

    assert set(re.findall(r"`(demo-[a-z-]+)`", readme.read_text())) == made


def test_every_table_has_its_word_in_the_glossary():
    """A new model gets its row in docs/glossary.md first: one English word per idea, with the Chinese one."""
    stored = {
        model.__name__ for app in APPS if apps.is_installed(f"shuanglian.{app}") for model in models_of(app)
    }

    assert words_under("What is stored") == stored


@pytest.mark.parametrize("app", ["accounts", "directory", "exchange", "matching"])
def test_every_fact_has_a_chinese_name(app):
    """The history calls facts by the names of their fields, before people who read no English."""
    fields = [f for model in models_of(app) for f in model._meta.concrete_fields if f.name != "id"]
    nameless = [str(field) for field in fields if str(field.verbose_name).isascii()]

    assert (nameless, bool(fields)) == ([], True)


def models_of(app):
    return apps.get_app_config(app).get_models()


def test_every_role_has_its_word_in_the_glossary():
    assert words_under("Roles") == set(Role.values)


def words_under(heading):
    """The identifiers in the third column of the table under one heading of the glossary."""
    part = (DOCS / "glossary.md").read_text().split(f"\n## {heading}\n")[1].split("\n## ")[0]
    return set(re.findall(r"^\| [^|]+ \| [^|]+ \| `(\w+)` \|", part, flags=re.MULTILINE))


def test_pages_named_in_the_features_exist():
    named = re.findall(r"`([a-z-]+\.[a-z_]+)`", (DOCS / "features.md").read_text())
    known = {key for key in get_resolver().reverse_dict if isinstance(key, str)}

    assert len(named) > 80
    assert sorted(set(named) - known) == []


def test_every_feature_names_its_proof():
    rows = re.findall(r"^\| (?:[RM]?\d+) \|.*$", (DOCS / "features.md").read_text(), flags=re.MULTILINE)

    assert len(rows) > 60
    assert [row for row in rows if "](../tests/" not in row.rsplit(" | ", 1)[1]] == []


def test_pictures_are_few_and_light():
    pictures = [*DOCS.rglob("*.png")]

    assert len(pictures) <= 12
    assert [rel(p) for p in pictures if p.stat().st_size > LARGEST_PICTURE] == []
