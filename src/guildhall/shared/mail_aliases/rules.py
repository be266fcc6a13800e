"""The rules of aliases that need no database."""

from collections import defaultdict
from collections.abc import Iterable


def is_in(address: str, domains: Iterable[str]) -> bool:
    """Whether the address is in one of the domains, whatever their case."""
    return address.rpartition("@")[2].lower() in {domain.lower() for domain in domains}


def comes_back(start: str, steps: Iterable[tuple[str, str]]) -> bool:
    """Whether one who follows the steps (from, to) from `start` can come back there."""
    onward: defaultdict[str, list[str]] = defaultdict(list)
    for source, target in steps:
        onward[source].append(target)
    seen: set[str] = set()
    waiting = list(onward[start])
    while waiting:
        here = waiting.pop()
        if here == start:
            return True
        if here not in seen:
            seen.add(here)
            waiting += onward[here]
    return False
