"""Accounts and sessions: who somebody is, and how they prove it.

A *session* is one device that is signed in. Its refresh token is a cookie; the database keeps its hash only. The
token does not rotate (both clients refresh in parallel and replay), and its 90 days slide while it is used. An
*access token* is a JWT that names its session (`sid`) and is good only while that session lives, so that logging
out, a new password or a deactivation end it at once. Rights in the token are for the clients' menus; the server
reads them fresh with every request.

Accounts (register, verify, forgot, reset) are FastAPI Users', with our own adapter and with hashing off the event
loop. An unknown address costs as long as a known one. Failures are counted per account in a table.

Wire quirks: `detail` of the 400s is a code the clients compare (`LOGIN_BAD_CREDENTIALS`); operation ids have colons.
"""
