"""Which offers could serve a line of a need, by the index of this process: the one place where the plan asks it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice

from shuanglian.matching.engine import records
from shuanglian.matching.engine.index import Index
from shuanglian.matching.queries import standing
from shuanglian.matching.queries.candidates import Candidates, judged
from shuanglian.matching.queries.plan import OpenLine
from shuanglian.matching.queries.records import areas_above
from shuanglian.matching.queries.suggestion import LEAST_FIT

KEPT = 8  # options of a line
BY_WORDS = 3  # options worth proposing when only words were compared
CHUNK = 16  # lines compared at a time, so that pages are not kept waiting for the index


@dataclass(frozen=True, slots=True)
class Compared:
    """What could serve a line: (offer, fit) best first. ``sure``: whether a good answer is likely to be among them.

    ``above``: offers of the city, then of the province, that may be proposed where the county's cannot serve the line.
    """

    options: list[tuple[int, float]]
    sure: bool
    by_words: bool = False  # the encoder was not there: to be compared again
    above: Sequence[tuple[int, float]] = ()

    @property
    def near(self) -> list[tuple[int, float]]:
        """The options of the county to propose: none where a person should take over."""
        if not self.sure:
            return []
        if self.by_words:
            return self.options[:BY_WORDS]
        return [option for option in self.options if option[1] >= LEAST_FIT]

    @property
    def worth(self) -> list[tuple[int, float]]:
        """All options to propose: the county's, the city's, the province's, each best first."""
        return [*self.near, *self.above]


def is_whole() -> bool:
    """Whether texts are compared by what they mean now, not by words alone."""
    return not standing.here.by_words_only


def make_whole() -> None:
    """Read the encoder, if it is not there yet: for jobs, which may wait."""
    if standing.here.by_words_only:
        standing.here.make()


def compare(lines: Sequence[OpenLine]) -> Iterator[tuple[int, Compared]]:
    """Line of a need → its options; stops early when there is no index (yet)."""
    rest = iter(lines)
    while chunk := list(islice(rest, CHUNK)):
        wanted = [record_of_line(line) for line in chunk]
        found = standing.here.use(partial(_compare, needs=wanted))
        if found is None:
            return
        yield from zip((line.item.pk for line in chunk), found, strict=True)


def record_of_line(line: OpenLine) -> records.Need:
    """A line as the engine reads it: the need's words, and the line's own first where the need has several."""
    need = line.need
    apart = line.several and bool(line.item.text)
    return records.Need(
        id=str(line.item.pk),
        title=line.item.text if apart else need.title,
        detail=f"{need.title}。{need.detail}" if apart else need.detail,
        category=need.category,
        county=need.county,
        region=need.division.name,
    )


def _compare(index: Index, needs: Sequence[records.Need]) -> list[Compared]:
    found = []
    for reading in index.read(needs):
        near = _options(judged(index, reading))
        above = [judged(index, reading, area) for area in areas_above(reading.need.county)]
        found.append(replace(near, above=[option for one in above for option in _options(one).near]))
    return found


def _options(found: Candidates) -> Compared:
    """The best of one shelf."""
    options = [(one.offer_id, round(one.fit, 4)) for one in found.best(KEPT)]
    return Compared(options, bool(options) and found.sure, found.by_words)
