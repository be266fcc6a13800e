"""How news travels upwards: a lower floor declares a hook, upper floors fill it.

>>> priorities_of: Hook[[AsyncSession, int], list[str]] = Hook("priorities_of")
>>> priorities_of.fill("nollning", find_priorities)      # once, from a manifest
>>> await priorities_of.gather(session, user_id)          # [answers of all who filled it]
"""

from collections.abc import Awaitable, Callable
from typing import Generic, ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")


class Hook(Generic[P, R]):
    """A question with a name, and the functions that answer it."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._answers: dict[str, Callable[P, Awaitable[R]]] = {}

    def fill(self, by: str, answer: Callable[P, Awaitable[R]]) -> None:
        """Let `answer` answer for the domain named `by`; filling again replaces."""
        self._answers[by] = answer

    async def gather(self, *args: P.args, **kwargs: P.kwargs) -> list[R]:
        """Every answer, in the order of filling; empty when nobody filled the hook."""
        return [await answer(*args, **kwargs) for answer in self._answers.values()]

    async def ask(self, *args: P.args, **kwargs: P.kwargs) -> R:
        """The answer of the only one who fills it. Raises LookupError unless exactly one does."""
        if len(self._answers) != 1:
            raise LookupError(f"hook {self.name} is filled by {list(self._answers) or 'nobody'}")
        (answer,) = self._answers.values()
        return await answer(*args, **kwargs)
