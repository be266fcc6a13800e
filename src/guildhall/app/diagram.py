"""The database as diagrams, made from the models: DBML of the whole, and a Mermaid drawing for each domain."""

import inspect
from collections.abc import Sequence

from sqlalchemy import CheckConstraint, Column, ForeignKeyConstraint, Index, MetaData, Table, UniqueConstraint
from sqlalchemy.dialects import postgresql
from sqlalchemy.dialects.postgresql import ExcludeConstraint
from sqlalchemy.schema import AddConstraint, Computed, CreateIndex, DefaultClause, Identity
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
NOT_DRAWN = """
Not drawn: the tables of procrastinate, the job queue (`migrations/sql/`), `alembic_version`, the trigger
`keep_an_administrator` (`src/guildhall/shared/posts/models.py`), and the views `mail_steps` and `mail_routes`
(`src/guildhall/shared/mail_aliases/models.py`).
"""


def documents(metadata: MetaData) -> dict[str, str]:
    """Every file of docs/database, by name."""
    names = _domains(metadata)
    index = "".join(f"* [{name}]({name}.md): {_listed(_tables_of(metadata, name))}\n" for name in names)
    pages = {f"{name}.md": _page(metadata, name) for name in names}
    return {"README.md": INDEX + index + NOT_DRAWN, "guildhall.dbml": dbml(metadata)} | pages


def dbml(metadata: MetaData) -> str:
    """The whole database in DBML."""
    tables = metadata.sorted_tables
    project = f"// {MADE_BY}\n\nProject guildhall {{\n  database_type: 'PostgreSQL'\n}}"
    references = [_dbml_reference(table, key) for table in tables for key in _foreign_keys(table)]
    groups = [_block(f"TableGroup {name}", [t.name for t in _tables_of(metadata, name)]) for name in _domains(metadata)]
    return "\n\n".join((project, *map(_dbml_table, tables), "\n".join(references), *groups)) + "\n"


def mermaid(metadata: MetaData, domain: str) -> str:
    """The tables of a domain as a Mermaid `erDiagram`; tables of other domains are boxes without columns."""
    tables = _tables_of(metadata, domain)
    boxes = [_block(table.name, [_mermaid_column(column) for column in table.columns]) for table in tables]
    lines = [_mermaid_line(table, key) for table in tables for key in _foreign_keys(table)]
    return "\n".join(("erDiagram", *boxes, *lines)) + "\n"


# What is drawn


def _domains(metadata: MetaData) -> list[str]:
    return sorted({_domain_of(table) for table in metadata.tables.values()})


def _domain_of(table: Table) -> str:
    """The package that declares the table."""
    return _class_of(table).__module__.split(".")[-2]


def _class_of(table: Table) -> type:
    return next(mapper.class_ for mapper in Base.registry.mappers if mapper.local_table is table)


def _story(table: Table) -> str:
    return inspect.cleandoc(_class_of(table).__doc__ or "")


def _tables_of(metadata: MetaData, domain: str) -> list[Table]:
    return [table for table in metadata.sorted_tables if _domain_of(table) == domain]


def _foreign_keys(table: Table) -> list[ForeignKeyConstraint]:
    return sorted(table.foreign_key_constraints, key=lambda key: list(key.column_keys))


def _is_unique(table: Table, columns: Sequence[str]) -> bool:
    """Whether no two rows have the same values in these columns."""
    uniques = [constraint for constraint in table.constraints if isinstance(constraint, UniqueConstraint)]
    return any(set(unique.columns.keys()) <= set(columns) for unique in (table.primary_key, *uniques))


def _rules(table: Table) -> list[str]:
    """CHECK and EXCLUDE constraints as SQL has them."""
    rules = [rule for rule in table.constraints if isinstance(rule, CheckConstraint | ExcludeConstraint)]
    added = [str(AddConstraint(rule, isolate_from_table=False).compile(dialect=POSTGRESQL)) for rule in rules]
    return sorted(words.partition(" ADD CONSTRAINT ")[2] for words in added)


# In which words


def _listed(tables: list[Table]) -> str:
    return ", ".join(f"`{table.name}`" for table in tables)


def _block(head: str, lines: list[str]) -> str:
    return "\n".join((f"{head} {{", *(f"  {line}" if line else "" for line in lines), "}"))


def _page(metadata: MetaData, domain: str) -> str:
    stories = [
        "\n".join((f"* `{table.name}`: {_story(table)}", *(f"  * `{rule}`" for rule in _rules(table))))
        for table in _tables_of(metadata, domain)
    ]
    return f"# {domain}\n\n{MADE_BY}\n\n```mermaid\n{mermaid(metadata, domain)}```\n\n" + "\n".join(stories) + "\n"


def _sql(element: ClauseElement | str) -> str:
    if isinstance(element, str):
        return element
    return str(element.compile(dialect=POSTGRESQL, compile_kwargs={"literal_binds": True}))


def _type(column: Column[object]) -> str:
    name = column.type.compile(dialect=POSTGRESQL).partition(" COLLATE ")[0].lower()
    return name.replace("timestamp with time zone", "timestamptz")


def _name(thing: Index | UniqueConstraint | ForeignKeyConstraint) -> str:
    """Its name in the database, by the naming convention where the model gives none."""
    return str(POSTGRESQL.identifier_preparer.format_constraint(thing))


def _dbml_table(table: Table) -> str:
    indexes = _block("indexes", _dbml_indexes(table)).splitlines() if _dbml_indexes(table) else []
    note = f"Note: {_quoted(chr(10).join((_story(table), *_rules(table))))}"
    columns = [_dbml_column(column) for column in table.columns]
    return _block(f"Table {table.name}", [*columns, "", *indexes, *[""] * bool(indexes), note])


def _dbml_column(column: Column[object]) -> str:
    is_key = column.primary_key and len(column.table.primary_key.columns) == 1
    words = ["pk"] * is_key + ["increment"] * isinstance(column.server_default, Identity)
    words += ["not null"] * (not column.nullable)
    words += ["unique"] * (not is_key and _is_unique(column.table, [column.name]))
    words += _dbml_default(column)
    return f"{column.name} {_type(column)}" + (f" [{', '.join(words)}]" if words else "")


def _dbml_default(column: Column[object]) -> list[str]:
    match column.server_default:
        case Computed(sqltext=sql):
            return [f"note: {_quoted(f'generated: {_sql(sql)}')}"]
        case DefaultClause(arg=str(value)):
            return [f"default: {value if value.isdecimal() else _quoted(value)}"]
        case DefaultClause(arg=expression):
            words = _sql(expression)
            return [f"default: {words}" if words in ("true", "false") else f"default: `{words}`"]
        case _:
            return []


def _dbml_indexes(table: Table) -> list[str]:
    key = list(table.primary_key.columns.keys())
    uniques = [c for c in table.constraints if isinstance(c, UniqueConstraint) and len(c.columns) > 1]
    lines = [f"({', '.join(key)}) [pk]"] * (len(key) > 1)
    uniques.sort(key=_name)  # the table keeps them in a set
    lines += [f"({', '.join(unique.columns.keys())}) [unique, name: '{_name(unique)}']" for unique in uniques]
    return lines + [_dbml_index(index) for index in sorted(table.indexes, key=_name)]


def _dbml_index(index: Index) -> str:
    columns = [part.name if isinstance(part, Column) else f"`{_sql(part)}`" for part in index.expressions]
    listed = columns[0] if len(columns) == 1 else f"({', '.join(columns)})"
    made = str(CreateIndex(index).compile(dialect=POSTGRESQL)).partition(" ON ")[2]
    note = [f"note: {_quoted(made)}"] * any(word in made for word in (" USING ", " WHERE "))
    words = ["unique"] * bool(index.unique) + [f"name: '{_name(index)}'", *note]
    return f"{listed} [{', '.join(words)}]"


def _dbml_reference(table: Table, key: ForeignKeyConstraint) -> str:
    many = "-" if _is_unique(table, key.column_keys) else ">"
    there = ", ".join(element.target_fullname for element in key.elements)
    here = ", ".join(f"{table.name}.{name}" for name in key.column_keys)
    return f"Ref {_name(key)}: {here} {many} {there} [delete: {(key.ondelete or 'no action').lower()}]"


def _quoted(words: str) -> str:
    escaped = words.replace("\\", "\\\\")
    return f"'''\n{escaped}\n'''" if "\n" in words else f"'{escaped.replace(chr(39), chr(92) + chr(39))}'"


def _mermaid_column(column: Column[object]) -> str:
    is_unique = not column.primary_key and _is_unique(column.table, [column.name])
    keys = ", ".join(["PK"] * column.primary_key + ["FK"] * bool(column.foreign_keys) + ["UK"] * is_unique)
    return " ".join((_type(column), column.name, *[keys] * bool(keys), *['"may be null"'] * bool(column.nullable)))


def _mermaid_line(table: Table, key: ForeignKeyConstraint) -> str:
    there = "|o" if any(column.nullable for column in key.columns) else "||"
    here = "o|" if _is_unique(table, key.column_keys) else "o{"
    rule = f", on delete {key.ondelete.lower()}" if key.ondelete else ""
    return f'{key.referred_table.name} {there}--{here} {table.name} : "{", ".join(key.column_keys)}{rule}"'
