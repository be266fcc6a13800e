"""Sparse updates, the same everywhere."""

from typing import Any

from pydantic import BaseModel
from sqlalchemy import inspect

from guildhall.core.database import Base


def changes(row: Base, wish: BaseModel) -> dict[str, Any]:
    """What a PATCH changes in `row`: the fields that were sent and are columns.

    A null clears a column that may be null and keeps one that may not (forms send null for "unchanged");
    `False`, `0` and `""` are values.
    """
    columns = inspect(type(row)).columns
    return {
        name: value
        for name, value in wish.model_dump(exclude_unset=True).items()
        if name in columns and (value is not None or columns[name].nullable)
    }


def patch(row: Base, wish: BaseModel) -> None:
    """Change in `row` what was sent, and nothing else."""
    for name, value in changes(row, wish).items():
        setattr(row, name, value)
