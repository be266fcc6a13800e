"""The database as diagrams, made from the models: DBML of the whole, and a Mermaid drawing for each domain."""

import inspect
from collections.abc import Callable, Iterator

from sqlalchemy import CheckConstraint, Column, ForeignKeyConstraint, Index, MetaData, Table, UniqueConstraint
from sqlalchemy.dialects import postgresql
from sqlalchemy.dialects.postgresql import ExcludeConstraint
from sqlalchemy.schema import AddConstraint, Computed, DefaultClause, Identity
from sqlalchemy.sql.elements import ClauseElement

from guildhall.core.database import Base

POSTGRESQL = postgresql.dialect()
MADE_BY = "Made by `./guildhall database-diagram`; a test holds it to the models."
INDEX = f"""# The database

{MADE_BY}

`guildhall.dbml` is the whole database in [DBML](https://dbml.dbdiagram.io/docs/): tables, columns, indexes, references
and what the constraints say. The pages below draw one domain each; tables of other domains stand in them as boxes
without columns.

"""
BESIDE = """
Not drawn: the tables of procrastinate, the job queue (`migrations/sql/`), `alembic_version`, and the trigger
`keep_an_administrator` (`src/guildhall/shared/posts/models.py`).
"""


def documents(metadata: MetaData) -> dict[str, str]:
    """Every file of docs/database, by name."""
    names = sorted({domain_of(table) for table in metadata.tables.values()})
    index = INDEX + "".join(f"* [{name}]({name}.md): {_tables_in_words(metadata, name)}\n" for name in names) + BESIDE
    return {"README.md": index, "guildhall.dbml": dbml(metadata)} | {f"{n}.md": page(metadata, n) for n in names}


def domain_of(table: Table) -> str:
    """The package that declares the table."""
    return _class_of(table).__module__.split(".")[-2]


def _class_of(table: Table) -> type:
    return next(mapper.class_ for mapper in Base.registry.mappers if mapper.local_table is table)


def _story(table: Table) -> str:
    return inspect.getdoc(_class_of(table)) or ""


def _tables_of(metadata: MetaData, domain: str) -> list[Table]:
    return [table for table in metadata.sorted_tables if domain_of(table) == domain]


def _tables_in_words(metadata: MetaData, domain: str) -> str:
    return ", ".join(f"`{table.name}`" for table in _tables_of(metadata, domain))


# What both forms say


def _sql(element: ClauseElement) -> str:
    return str(element.compile(dialect=POSTGRESQL, compile_kwargs={"literal_binds": True}))


def _type(column: Column[object]) -> str:
    name = column.type.compile(dialect=POSTGRESQL).partition(" COLLATE ")[0].lower()
    return name.replace("timestamp with time zone", "timestamptz").replace(", ", ",")


def _foreign_keys(table: Table) -> list[ForeignKeyConstraint]:
    return sorted(table.foreign_key_constraints, key=lambda key: key.column_keys)


def _is_alone(table: Table, columns: list[str]) -> bool:
    """Whether there is at most one row with the same values in these columns."""
    uniques = [constraint for constraint in table.constraints if isinstance(constraint, UniqueConstraint)]
    return any(set(unique.columns.keys()) <= set(columns) for unique in (table.primary_key, *uniques))


def _rules(table: Table) -> list[str]:
    """CHECK and EXCLUDE constraints as SQL writes them."""
    rules = [c for c in table.constraints if isinstance(c, CheckConstraint | ExcludeConstraint)]
    added = [str(AddConstraint(rule, isolate_from_table=False).compile(dialect=POSTGRESQL)) for rule in rules]
    return sorted(words.partition(" ADD CONSTRAINT ")[2] for words in added)


# DBML


def dbml(metadata: MetaData) -> str:
    """The whole database in DBML."""
    tables = metadata.sorted_tables
    parts = [f"// {MADE_BY}\n\nProject guildhall {{\n  database_type: 'PostgreSQL'\n}}"]
    parts += [_dbml_table(table) for table in tables]
    parts += [_dbml_reference(table, key) for table in tables for key in _foreign_keys(table)]
    parts += [_dbml_group(metadata, name) for name in sorted({domain_of(table) for table in tables})]
    return "\n\n".join(parts) + "\n"


def _dbml_table(table: Table) -> str:
    indexes = _dbml_indexes(table)
    lines = [f"  {_dbml_column(column)}" for column in table.columns]
    if indexes:
        lines += ["", "  indexes {", *(f"    {index}" for index in indexes), "  }"]
    note = "\n".join((_story(table), *_rules(table)))
    return "\n".join((f"Table {table.name} {{", *lines, "", f"  Note: {_quoted(note)}", "}"))


def _dbml_column(column: Column[object]) -> str:
    wants: tuple[tuple[bool, Callable[[], str]], ...] = (
        (column.primary_key and len(column.table.primary_key.columns) == 1, lambda: "pk"),
        (isinstance(column.server_default, Identity), lambda: "increment"),
        (not column.nullable, lambda: "not null"),
        (_is_alone(column.table, [column.name]) and not column.primary_key, lambda: "unique"),
        (isinstance(column.server_default, DefaultClause), lambda: f"default: {_default(column)}"),
        (isinstance(column.server_default, Computed), lambda: f"note: {_quoted(_generated(column))}"),
    )
    settings = ", ".join(say() for is_so, say in wants if is_so)
    return f"{column.name} {_type(column)}" + (f" [{settings}]" if settings else "")


def _default(column: Column[object]) -> str:
    assert isinstance(column.server_default, DefaultClause)
    value = column.server_default.arg
    if isinstance(value, str):
        return _quoted(value)
    words = _sql(value)
    return words if words in ("true", "false") else f"`{words}`"


def _generated(column: Column[object]) -> str:
    assert isinstance(column.server_default, Computed)
    return f"generated: {_sql(column.server_default.sqltext)}"


def _dbml_indexes(table: Table) -> list[str]:
    keys = [list(table.primary_key.columns.keys())] if len(table.primary_key.columns) > 1 else []
    uniques = [c for c in table.constraints if isinstance(c, UniqueConstraint) and len(c.columns) > 1]
    lines = [f"({', '.join(key)}) [pk]" for key in keys]
    lines += [f"({', '.join(u.columns.keys())}) [unique, name: '{_name(u)}']" for u in uniques]
    return lines + [_dbml_index(index) for index in sorted(table.indexes, key=_name)]


def _name(thing: Index | UniqueConstraint | ForeignKeyConstraint) -> str:
    """The name in the database, by the naming convention where the model gives none."""
    given = POSTGRESQL.identifier_preparer.format_constraint(thing)
    return str(given or "").strip('"')


def _dbml_index(index: Index) -> str:
    columns = [part.name if isinstance(part, Column) else f"`{_sql(part)}`" for part in index.expressions]
    method, where = index.dialect_options["postgresql"]["using"], index.dialect_options["postgresql"]["where"]
    notes = [str(method)] * bool(method) + [f"where {where}"] * (where is not None)
    settings = ["unique"] * index.unique + [f"name: '{_name(index)}'"]
    settings += [f"note: '{', '.join(notes)}'"] * bool(notes)
    return f"{columns[0] if len(columns) == 1 else '(' + ', '.join(columns) + ')'} [{', '.join(settings)}]"


def _dbml_reference(table: Table, key: ForeignKeyConstraint) -> str:
    many = "-" if _is_alone(table, key.column_keys) else ">"
    there = [f"{key.referred_table.name}.{element.column.name}" for element in key.elements]
    here = [f"{table.name}.{name}" for name in key.column_keys]
    rule = (key.ondelete or "no action").lower()
    return f"Ref {_name(key)}: {', '.join(here)} {many} {', '.join(there)} [delete: {rule}]"


def _dbml_group(metadata: MetaData, domain: str) -> str:
    return "\n".join((f"TableGroup {domain} {{", *(f"  {table.name}" for table in _tables_of(metadata, domain)), "}"))


def _quoted(words: str) -> str:
    escaped = words.replace("\\", "\\\\").replace("'", "\\'")
    return f"'''\n{escaped}\n'''" if "\n" in words else f"'{escaped}'"


# Mermaid


def page(metadata: MetaData, domain: str) -> str:
    """The Markdown page of a domain: its drawing, and what each table is and refuses."""
    tables = _tables_of(metadata, domain)
    stories = [
        "\n".join((f"* `{table.name}`: {_story(table)}", *(f"  * `{rule}`" for rule in _rules(table))))
        for table in tables
    ]
    return f"# {domain}\n\n{MADE_BY}\n\n```mermaid\n{mermaid(metadata, domain)}```\n\n" + "\n".join(stories) + "\n"


def mermaid(metadata: MetaData, domain: str) -> str:
    """The tables of a domain as a Mermaid `erDiagram`; tables of other domains are boxes without columns."""
    tables = _tables_of(metadata, domain)
    boxes = [line for table in tables for line in _mermaid_box(table)]
    lines = [_mermaid_line(table, key) for table in tables for key in _foreign_keys(table)]
    return "\n".join(("erDiagram", *(f"    {line}" for line in boxes + lines))) + "\n"


def _mermaid_box(table: Table) -> Iterator[str]:
    yield f"{table.name} {{"
    for column in table.columns:
        keys = ", ".join(_mermaid_keys(column))
        note = ' "may be null"' if column.nullable else ""
        yield f"    {_type(column)} {column.name}{' ' + keys if keys else ''}{note}"
    yield "}"


def _mermaid_keys(column: Column[object]) -> list[str]:
    is_unique = _is_alone(column.table, [column.name]) and not column.primary_key
    return ["PK"] * column.primary_key + ["FK"] * bool(column.foreign_keys) + ["UK"] * is_unique


def _mermaid_line(table: Table, key: ForeignKeyConstraint) -> str:
    there = "|o" if any(column.nullable for column in key.columns) else "||"
    here = "o|" if _is_alone(table, key.column_keys) else "o{"
    rule = f", on delete {key.ondelete.lower()}" if key.ondelete else ""
    return f'{key.referred_table.name} {there}--{here} {table.name} : "{", ".join(key.column_keys)}{rule}"'
