"""Mail out: written in the transaction that causes it, so that none is lost and none is sent for nothing.

A mail is a text template with the blocks `subject`, `sv` and `en`. Text and HTML come from the same source: the
template is filled in as plain text, and the HTML is made of that text, escaped as a whole, so that nothing a
person typed can become markup.
"""
