"""Councils on the wire."""

from guildhall.core.types import Line100, Text3500, Wire


class SimpleCouncilRead(Wire):
    id: int
    name_sv: str
    name_en: str


class CouncilCreate(Wire):
    name_sv: Line100
    name_en: Line100
    description_sv: Text3500 | None = None
    description_en: Text3500 | None = None


class CouncilUpdate(Wire):
    name_sv: Line100 | None = None
    name_en: Line100 | None = None
    description_sv: Text3500 | None = None
    description_en: Text3500 | None = None
