"""The diagrams are the models', and no foreign key is slow to look up."""

from pathlib import Path

import pytest
from sqlalchemy import Column, ForeignKeyConstraint, Table, UniqueConstraint
from sqlalchemy.schema import CreateTable

from guildhall.app import diagram, domains
from guildhall.core.database import Base

assert domains.DOMAINS  # imports every model

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "docs/database"
DRAWN = diagram.documents(Base.metadata)
TABLES = list(Base.metadata.sorted_tables)
CLASSES = sorted((mapper.class_ for mapper in Base.registry.mappers), key=lambda kind: kind.__name__)


def test_the_folder_holds_the_diagrams_and_nothing_else() -> None:
    assert {file.name for file in FOLDER.iterdir()} == set(DRAWN), "run: ./guildhall database-diagram"


@pytest.mark.parametrize("name", DRAWN)
def test_a_diagram_is_what_the_models_give(name: str) -> None:
    assert (FOLDER / name).read_text() == DRAWN[name], "run: ./guildhall database-diagram"


@pytest.mark.parametrize("kind", CLASSES, ids=lambda kind: kind.__name__)
def test_a_table_says_what_it_is(kind: type[Base]) -> None:
    assert kind.__doc__
    assert f"* `{kind.__tablename__}`: {kind.__doc__}" in "".join(DRAWN.values())


def test_drawing_leaves_the_models_as_they_were() -> None:
    # SQLAlchemy's AddConstraint takes a constraint out of its table unless told not to.
    bookings = CreateTable(Base.metadata.tables["car_bookings"]).compile(dialect=diagram.POSTGRESQL)
    assert "CONSTRAINT car_is_free EXCLUDE USING gist" in str(bookings)


def test_tables_of_other_domains_stand_in_a_drawing_without_their_columns() -> None:
    drawn = diagram.mermaid(Base.metadata, "cars")
    assert "users ||--o{ car_bookings" in drawn
    assert "users {" not in drawn


def test_what_goes_with_its_parent_is_drawn_so() -> None:
    drawn = diagram.dbml(Base.metadata)
    assert "car_bookings.user_id > users.id [delete: cascade]" in drawn
    assert "car_blocks.user_id - users.id [delete: no action]" in drawn


@pytest.mark.parametrize(
    "key",
    [key for table in TABLES for key in sorted(table.foreign_key_constraints, key=lambda key: list(key.column_keys))],
    ids=lambda key: f"{key.table.name}.{key.column_keys[0]}",
)
def test_every_foreign_key_has_an_index_that_begins_with_it(key: ForeignKeyConstraint) -> None:
    # Without one, deleting the row it points to reads the whole table, under a lock.
    assert next(iter(key.columns)) in set(_first_columns(key.table))


def _first_columns(table: Table) -> list[Column[object]]:
    uniques = [constraint for constraint in table.constraints if isinstance(constraint, UniqueConstraint)]
    whole = [index for index in table.indexes if index.dialect_options["postgresql"]["where"] is None]
    firsts = [next(iter(thing.columns), None) for thing in (table.primary_key, *uniques, *whole)]
    return [column for column in firsts if column is not None]
