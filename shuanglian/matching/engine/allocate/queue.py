"""The queue of a search: a binary heap of places by key, and the stamp that tells what it has met."""

from shuanglian.matching.engine.allocate.book import Book
from shuanglian.matching.engine.allocate.jit import inline

LAST_STAMP = (1 << 31) - 1


@inline
def tick(book: Book) -> int:
    """A stamp no place bears yet."""
    if book.clock[0] == LAST_STAMP:
        for j in range(len(book.offer)):
            book.offer[j].stamp = 0
        book.clock[0] = 0
    book.clock[0] += 1
    return int(book.clock[0])


@inline
def push(book: Book, j: int, key: int, queued: int, stamp: int) -> int:
    """Queue a place that this search has not met; returns how many are queued."""
    book.offer[j].stamp = stamp
    book.offer[j].key = key
    book.heap[queued] = j
    sift_up(book, queued)
    return queued + 1


@inline
def reach(book: Book, j: int, key: int, queued: int, stamp: int) -> tuple[bool, int]:
    """Queue a place, or move it forward; whether this way to it is the nearest so far, and how many are queued."""
    offer = book.offer
    if offer[j].stamp != stamp:
        return True, push(book, j, key, queued, stamp)
    if offer[j].place < 0 or key >= offer[j].key:
        return False, queued
    offer[j].key = key
    sift_up(book, offer[j].place)
    return True, queued


@inline
def sift_up(book: Book, k: int) -> None:
    """Let the place at k of the heap rise to where it belongs."""
    heap, offer = book.heap, book.offer
    j = heap[k]
    key = offer[j].key
    while k > 0:
        q = (k - 1) >> 1
        if offer[heap[q]].key <= key:
            break
        heap[k] = heap[q]
        offer[heap[k]].place = k
        k = q
    heap[k] = j
    offer[j].place = k


@inline
def pop(book: Book, queued: int) -> tuple[int, int]:
    """The nearest place and how many remain."""
    heap, offer = book.heap, book.offer
    top, last = heap[0], heap[queued - 1]
    n = queued - 1
    key = offer[last].key
    k = 0
    while 2 * k + 1 < n:
        c = 2 * k + 1
        if c + 1 < n and offer[heap[c + 1]].key < offer[heap[c]].key:
            c += 1
        if offer[heap[c]].key >= key:
            break
        heap[k] = heap[c]
        offer[heap[k]].place = k
        k = c
    heap[k] = last
    offer[last].place = k
    offer[top].place = -1
    return top, n
