"""A graph of who imports whom, and the circles in it."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field


@dataclass
class Graph:
    """Modules by name; for each module what it imports, with the place of the first import."""

    edges: dict[str, dict[str, str]] = field(default_factory=dict[str, dict[str, str]])

    def add(self, module: str) -> None:
        self.edges.setdefault(module, {})

    def link(self, user: str, used: str, place: str) -> None:
        """Notes that one module imports another. A module may use itself."""
        self.add(user)
        if user != used:
            self.edges[user].setdefault(used, place)

    def circles(self) -> list[list[str]]:
        """Every group of modules that reach each other, sorted."""
        reach = {module: self._reached(module) for module in self.edges}
        groups = {
            tuple(sorted(other for other in reach[module] if module in reach.get(other, ()))) for module in self.edges
        }
        return sorted(list(group) for group in groups if group)

    def shortest(self, group: list[str]) -> str:
        """The shortest circle in a group, with the place of each import."""
        path = min((self._way_back(module) for module in group), key=len)
        steps = zip(path, [*path[1:], path[0]], strict=True)
        return "\n".join(f"{user} imports {used} ({self.edges[user][used]})" for user, used in steps)

    def _way_back(self, start: str) -> list[str]:
        """The shortest way from a module of a circle back to itself."""
        ways = deque([[start]])
        while ways:
            way = ways.popleft()
            for used in self.edges.get(way[-1], ()):
                if used == start:
                    return way
                if used not in way:
                    ways.append([*way, used])
        raise AssertionError(f"{start} is in no circle")

    def _reached(self, module: str) -> set[str]:
        found: set[str] = set()
        waiting = [module]
        while waiting:
            for used in self.edges.get(waiting.pop(), ()):
                if used not in found:
                    found.add(used)
                    waiting.append(used)
        return found
