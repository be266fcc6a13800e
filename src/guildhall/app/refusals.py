"""The catalogue of refusals as docs/errors.md has it."""

from guildhall.core.edge import FRAMEWORKS
from guildhall.core.errors import Refusal

HEAD = """# How requests are refused

Made by `./guildhall errors > docs/errors.md`; a test holds it to the code. Every refusal answers
`application/problem+json` with a `code` from this page. `detail` is the sentence, in the language that
`Accept-Language` asks for; words in braces are filled in. See [wire.md](wire.md#errors) for the form.

| code | status | English | Swedish |
|---|---|---|---|
"""
LITERALS = """
## The same words in every language

The clients compare these, so their `detail` is not the sentence but a literal. A password that will not do at
registration or reset answers an object, `{"code": <literal>, "reason": <sentence>}`.

| code | literal |
|---|---|
"""
OTHERS = """
## From below the domains

| code | status | when |
|---|---|---|
| `invalid_input` | 422 | the input does not fit the schema; `detail` lists the faults, `errors` says them in words |
| `internal_error` | 500 | something went wrong on our side; it is in the log with the request's id |
"""


def errors_page() -> str:
    """Every refusal of the domains that are imported, and what the framework refuses, as Markdown."""
    ours = [refusal for refusal in Refusal.catalogue.values() if refusal.__module__.startswith("guildhall.")]
    refusals = sorted(ours, key=lambda refusal: (refusal.status, refusal.code))
    sentences = [f"| `{r.code}` | {r.status} | {r.en} | {r.sv} |\n" for r in refusals]
    literals = [f"| `{r.code}` | `{r.literal}` |\n" for r in refusals if r.literal]
    below = [
        f"| `{code}` | {status} | {english} / {swedish} |\n"
        for status, (code, english, swedish) in sorted(FRAMEWORKS.items())
    ]
    return "".join((HEAD, *sentences, LITERALS, *literals, OTHERS, *below))
