"""What a client has, and whether it takes gzip."""

import pytest

from guildhall.core.conditional import is_known, takes_gzip
from tests.platform.storage.sending import asked


@pytest.mark.parametrize(
    ("said", "is_had"),
    [
        (['"one"'], True),
        (['W/"one"'], True),
        (["*"], True),
        (['"two", "one"'], True),
        (['"two"', '"one"'], True),
        (['"two","three" ,W/"one"'], True),
        ([], False),
        ([""], False),
        (['"two"'], False),
        (["one"], False),
        (['"on"', '"onee"'], False),
        (['w/"one"'], False),
    ],
)
def test_a_client_has_what_it_names(said: list[str], is_had: bool) -> None:
    assert is_known(asked(headers=[("If-None-Match", line) for line in said]), '"one"') is is_had


@pytest.mark.parametrize(
    ("said", "is_taken"),
    [
        (["gzip"], True),
        (["GZip"], True),
        (["gzip, deflate, br"], True),
        (["deflate", "gzip"], True),
        (["br;q=1.0, gzip;q=0.8, *;q=0.1"], True),
        (["gzip ; Q=0.001"], True),
        (["x-gzip"], True),
        (["*"], True),
        (["*;q=0.5, identity;q=0"], True),
        (["gzip;q=1.0, identity; q=0.5, *;q=0"], True),
        ([], False),
        ([""], False),
        (["identity"], False),
        (["br"], False),
        (["gzip;q=0"], False),
        (["gzip;q=0.000, *"], False),
        (["*;q=0"], False),
        (["gzip;q=0.5, identity"], False),
        (["gzipped, notgzip"], False),
        ([";;,,;q=,=gzip"], False),
        (["gzip" + ", br" * 1000], False),
    ],
)
def test_gzip_is_sent_to_who_takes_it(said: list[str], is_taken: bool) -> None:
    assert takes_gzip(asked(headers=[("Accept-Encoding", line) for line in said])) is is_taken
