"""Who may sign up as what, and with which group (event sign-up sheet, §3). Organisers are not asked any of this."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from guildhall.shared.groups.rules import OF_NOLLNING

ELSE = "Övrigt"
"""The priority that everybody has."""


@dataclass(frozen=True, slots=True)
class Member:
    """A group that somebody is in: its name and type, their role in it, and whether it is in this year's nollning."""

    group: str
    group_type: str
    role: str
    in_nollning: bool


@dataclass(frozen=True, slots=True)
class Entry:
    """What an event says of who may enter."""

    priorities: Collection[str]
    is_nollning_event: bool
    mentor_group_types: Collection[str]
    allow_other_mentors: bool

    def takes_as(self, priority: str, held: Collection[str]) -> bool:
        """Whether somebody who holds these priorities may sign up with this one.

        >>> Entry(["Nolla"], False, (), False).takes_as("Nolla", ["Nolla"])
        True
        """
        return priority == ELSE or (priority in self.priorities and priority in held)

    def takes_with(self, group: str | None, posts: Collection[str], groups: Iterable[Member]) -> bool:
        """Whether somebody with these posts and groups may sign up with this group, or with none."""
        if not self.is_nollning_event:
            return True
        if group is None:
            return not {*OF_NOLLNING, ELSE}.issuperset(set(self.priorities).intersection(posts))
        return any(member.group == group and self.is_for(member) for member in groups)

    def is_for(self, member: Member) -> bool:
        """Whether a group may be picked for this event."""
        if not self.is_nollning_event:
            return True
        is_of_type = not self.mentor_group_types or member.group_type in self.mentor_group_types
        return member.in_nollning and (is_of_type or (member.role == "Mentor" and self.allow_other_mentors))
