"""The examples in the library's own words."""

import doctest
from importlib import import_module
from pkgutil import iter_modules

import pytest

from guildhall.domains.events import rules

MODULES = [rules.__name__, *(f"{rules.__name__}.{module.name}" for module in iter_modules(rules.__path__))]


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_come_out_as_written(name: str) -> None:
    assert doctest.testmod(import_module(name)).failed == 0


def test_there_are_examples() -> None:
    assert doctest.testmod(rules).attempted > 5
