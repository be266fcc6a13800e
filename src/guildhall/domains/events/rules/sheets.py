"""The organiser's list as a sheet: its columns, its cells, and the two forms it comes in."""

import csv
import io
from collections.abc import Sequence
from typing import Any

Cell = str | int | float
HEADER = ("Stil-ID", "Efternamn", "Förnamn", "Namn", "E-post", "Matpreferens", "Dryckespaket", "Grupp", "Prioritet")
PACKAGES = {"Alcohol": "Alkohol", "AlcoholFree": "Alkoholfritt", "None": "Inget"}
STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r")
WIDEST = 60  # signs


def cells(row: Any) -> list[Cell]:
    """What stands under `HEADER` of a sign-up with its user."""
    food = [*(row.standard_food_preferences or ()), row.other_food_preferences]
    return [
        row.stil_id or "",
        row.last_name,
        row.first_name,
        f"{row.first_name} {row.last_name}",
        row.email,
        ", ".join(one for one in food if one),
        PACKAGES[row.drink_package],
        row.group_name or "",
        row.priority,
    ]


def answer_cell(answer: Any) -> Cell:
    """An answer as a cell: several options in one, a number as a number."""
    if isinstance(answer, list):
        return ", ".join(map(str, answer))  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType]
    return "" if answer is None else answer


def as_csv(header: Sequence[str], rows: Sequence[Sequence[Cell]]) -> str:
    """The sheet as the wire has it: a single newline when nobody is in it.

    A text that a spreadsheet would take for a formula gets an apostrophe in front, as spreadsheets write it themselves.
    """
    if not rows:
        return "\n"
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerows([[_harmless(cell) for cell in row] for row in (header, *rows)])
    return text.getvalue()


def _harmless(cell: Cell) -> Cell:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(STARTS_A_FORMULA) else cell


def as_xlsx(header: Sequence[str], rows: Sequence[Sequence[Cell]]) -> bytes:
    """The sheet as Excel has it: numbers are numbers, texts are texts and never formulas or links."""
    import xlsxwriter  # pyright: ignore[reportMissingTypeStubs] - some megabytes that most processes never need

    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"constant_memory": True}) as book:
        sheet = book.add_worksheet("Anmälda")  # pyright: ignore[reportUnknownMemberType]
        sheet.freeze_panes(1, 0)
        for number, title in enumerate(header):
            widest = max(len(title), *(len(str(row[number])) for row in rows)) if rows else len(title)
            sheet.set_column(number, number, min(widest, WIDEST) + 2)
        bold = book.add_format({"bold": True})  # pyright: ignore[reportUnknownMemberType]
        for column, title in enumerate(header):
            sheet.write_string(0, column, title, bold)
        for line, row in enumerate(rows, start=1):
            for column, cell in enumerate(row):
                if isinstance(cell, str):
                    sheet.write_string(line, column, cell)
                else:
                    sheet.write_number(line, column, cell)
    return file.getvalue()
