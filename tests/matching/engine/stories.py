"""Random changes of a market, told to what follows them and written down beside it."""

import numpy as np

from tests.matching.engine.flows import best_total


class Story:
    """What happens to ``live``; ``demand``, ``capacity`` and ``edges`` are the market as it is by now.

    A kind of market says how it is made, what a need wants and how one is added. ``with_units``: the offers belong to
    units with ceilings (``unit``, ``ceiling``), some to none (-1).
    """

    most_needs = 10
    acts_of_arrival = 1
    with_units = False

    def __init__(self, seed):
        self.rng = np.random.default_rng(seed)
        self.top = int(self.rng.choice([3, 30, 10**6, 10**12]))
        needs, offers = int(self.rng.integers(0, self.most_needs)), int(self.rng.integers(0, 5))
        self.demand = {i: self.wanted() for i in range(needs)}
        self.capacity = {j: int(self.rng.integers(0, 4)) for j in range(offers)}
        self.edges = {
            (i, j): self.score() for i in range(needs) for j in range(offers) if self.rng.random() < 0.6
        }
        self.ceiling = {u: self.most() for u in range(int(self.rng.integers(0, 3)) if self.with_units else 0)}
        self.unit = {j: self.any_unit() for j in self.capacity}
        table = np.array([(i, j, s) for (i, j), s in self.edges.items()], np.int64).reshape(-1, 3)
        capacity = np.array(list(self.capacity.values()), np.int64)
        self.live = self.made(table, capacity, wide=self.top > 10**6)

    def made(self, table, capacity, wide):
        """What follows the changes, from rows of need, offer, score."""
        raise NotImplementedError

    def wanted(self):
        """How many offers a new need takes."""
        raise NotImplementedError

    def add_need(self, offers, scores, demand):
        """Tell ``live`` of a need; its number."""
        raise NotImplementedError

    def best(self):
        """What the oracle says of the market as it is."""
        alone = {j: u if u >= 0 else f"none {j}" for j, u in self.unit.items()}
        ceiling = {u: len(self.demand) * 5 for u in alone.values()} | self.ceiling
        return best_total(self.edges, self.demand, self.capacity, alone, ceiling)

    def most(self):
        return int(self.rng.integers(0, 6))

    def any_unit(self):
        return int(self.rng.choice([-1, *self.ceiling, *self.ceiling])) if self.ceiling else -1

    def units(self):
        """Unit by offer and ceiling by unit, as a market is given them; -1 becomes a unit that never is full."""
        if not self.with_units:
            return None, None
        free = len(self.ceiling)
        unit = [free if u < 0 else u for u in self.unit.values()]
        return np.array(unit, np.int64), np.array([*self.ceiling.values(), 10**6])

    def score(self):
        return int(self.rng.integers(-1, self.top))

    def some(self, those):
        chosen = [x for x in sorted(those) if self.rng.random() < 0.6]
        return np.array(chosen, np.int64), np.array([self.score() for _ in chosen], np.int64)

    def change(self):
        acts = [self.need_arrives] * self.acts_of_arrival + [self.offer_arrives]
        acts += [self.need_leaves] if self.demand else []
        acts += [self.offer_leaves, self.capacity_changes] if self.capacity else []
        acts += [self.ceiling_changes] * 2 if self.ceiling else []
        acts += [self.unit_arrives] if self.with_units and len(self.ceiling) < 4 else []
        acts[self.rng.integers(len(acts))]()

    def need_arrives(self):
        offers, scores = self.some(self.capacity)
        demand = self.wanted()
        i = self.add_need(offers, scores, demand)
        self.demand[i] = demand
        self.edges.update({(i, j): s for j, s in zip(offers.tolist(), scores.tolist(), strict=True)})

    def offer_arrives(self):
        needs, scores = self.some(self.demand)
        capacity = int(self.rng.integers(0, 5))
        unit = self.any_unit()
        j = self.live.add_offer(capacity, needs, scores, *([unit] if self.with_units else []))
        self.capacity[j], self.unit[j] = capacity, unit
        self.edges.update({(i, j): s for i, s in zip(needs.tolist(), scores.tolist(), strict=True)})

    def need_leaves(self):
        gone = int(self.rng.choice(sorted(self.demand)))
        self.live.remove_need(gone)
        del self.demand[gone]
        self.edges = {pair: s for pair, s in self.edges.items() if pair[0] != gone}

    def offer_leaves(self):
        gone = int(self.rng.choice(sorted(self.capacity)))
        self.live.remove_offer(gone)
        del self.capacity[gone], self.unit[gone]
        self.edges = {pair: s for pair, s in self.edges.items() if pair[1] != gone}

    def capacity_changes(self):
        j = int(self.rng.choice(sorted(self.capacity)))
        self.capacity[j] = int(self.rng.integers(0, 5))
        self.live.set_capacity(j, self.capacity[j])

    def unit_arrives(self):
        most = self.most()
        self.ceiling[self.live.add_unit(most)] = most

    def ceiling_changes(self):
        u = int(self.rng.choice(sorted(self.ceiling)))
        self.ceiling[u] = self.most()
        self.live.set_ceiling(u, self.ceiling[u])
