"""An exact oracle for small allocations, written to be believed: minimum-cost flow by Bellman-Ford, one unit at a time."""

import math


def best_total(edges, demand, capacity, unit=None, ceiling=None):
    """The highest total of a plan. ``edges``: {(need, offer): score}; others: figures by need, offer, unit."""
    flow = _Flow()
    for i, amount in demand.items():
        flow.add("source", ("need", i), amount, 0)
    for (i, j), score in edges.items():
        if i in demand and j in capacity:
            flow.add(("need", i), ("offer", j), 1, -score)
    for j, amount in capacity.items():
        flow.add(("offer", j), "sink" if unit is None else ("unit", unit[j]), amount, 0)
    for u, amount in (ceiling or {}).items():
        flow.add(("unit", u), "sink", amount, 0)
    return -flow.cheapest()


class _Flow:
    def __init__(self):
        self.arcs = []  # [tail, head, room, cost]; the arc at e ^ 1 is its reverse

    def add(self, tail, head, room, cost):
        self.arcs += [[tail, head, room, cost], [head, tail, 0, -cost]]

    def cheapest(self):
        """The least cost over all amounts of flow from source to sink."""
        total = 0
        while True:
            cost, path = self._shortest()
            if cost >= 0:
                return total
            total += cost
            for e in path:
                self.arcs[e][2] -= 1
                self.arcs[e ^ 1][2] += 1

    def _shortest(self):
        distance, through = {"source": 0}, {}
        changed = True
        while changed:
            changed = False
            for e, (tail, head, room, cost) in enumerate(self.arcs):
                if room and tail in distance and distance[tail] + cost < distance.get(head, math.inf):
                    distance[head] = distance[tail] + cost
                    through[head] = e
                    changed = True
        path, at = [], "sink"
        while at in through:
            path.append(through[at])
            at = self.arcs[through[at]][0]
        return distance.get("sink", 0), path
