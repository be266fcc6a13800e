"""A short run of the fuzzing; `./guildhall fuzz --minutes N` is the long one."""

import pytest

from tests.fuzz.runner import fuzz


def test_nothing_in_the_document_provokes_an_answer_that_is_not_in_it(capfd: pytest.CaptureFixture[str]) -> None:
    found = fuzz(seconds=20, seed=1, examples=3)
    assert found == 0, capfd.readouterr().out
