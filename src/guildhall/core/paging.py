"""Pages of lists that grow."""

from typing import Annotated

from fastapi import Query

from guildhall.core.types import INT32

Limit = Annotated[int, Query(ge=0, le=100, description="How many at most.")]
Offset = Annotated[int, Query(ge=0, le=INT32, description="How many to skip.")]
