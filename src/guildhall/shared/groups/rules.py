"""The priorities that the introduction weeks give, besides those of posts (users sheet, rule 6)."""

NOLLA, GRUPPFADDER, UPPDRAGSFADDER = "Nolla", "Gruppfadder", "Uppdragsfadder"
OF_NOLLNING = (GRUPPFADDER, UPPDRAGSFADDER, NOLLA)
