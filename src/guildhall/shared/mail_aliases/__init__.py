"""Mail aliases: the guild's addresses, and who gets the mail that is sent to them.

An *alias* is an address in one of the guild's own domains, kept in lower case. Its *targets* are addresses, users,
posts and councils: a post stands for whoever holds it now, a council for whoever holds any post in it now. Its
*members* are the addresses that receive now, resolved through posts, councils and other aliases. An account receives
while it is active and its address is verified, so an alias follows a change of holder or of address at once.

Mail itself passes through Postfix, which asks the view `mail_routes` for each recipient. The wire's `members` are read
from the same view, so what the list shows is what Postfix does.

Wire quirks: a new alias and a member come as query parameters; an address that somebody's account has is kept as that
user; a removed alias answers `{"status": "deleted", "alias": ...}`.
"""
