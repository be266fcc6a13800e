"""Documents: the guild's statutes, rules and minutes, as PDFs that anybody or only members may read.

Whoever holds `manage:Document` and is a member uploads them; whoever holds it edits and removes them. A document has a
title, a *category* (free text, may be empty) and a *file name* of its own: letters, digits and `_`, unique over all
documents. The file never changes. It is checked by `platform/pdf` before anything is kept, and what it says can be
searched for.

Wire quirks: the paths name what they do (`/document_data/`, `/patch_document/`); a private document is 401 to whoever
is not signed in and 403 to whoever is no member, while the list just leaves it out.
"""
