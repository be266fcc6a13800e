"""Nouns that two or more domains speak of."""
