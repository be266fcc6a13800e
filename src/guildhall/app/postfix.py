"""What Postfix needs to know to deliver the guild's aliases: a role that reads one view, and two files."""

from collections.abc import Sequence
from dataclasses import dataclass

from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

from guildhall.core.settings import Settings

ROLE_SQL = """\
-- Run as the owner of the database who may make roles, or as a superuser. May be run again.
-- The role can read the view mail_routes, and nothing else.
DO $$ BEGIN CREATE ROLE {role}; EXCEPTION WHEN duplicate_object THEN NULL; END $$;
ALTER ROLE {role} LOGIN PASSWORD {password} CONNECTION LIMIT 50;
ALTER ROLE {role} SET default_transaction_read_only = on;
ALTER ROLE {role} SET statement_timeout = '5s';
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
REVOKE TEMPORARY ON DATABASE {database} FROM PUBLIC;
GRANT CONNECT ON DATABASE {database} TO {role};
GRANT USAGE ON SCHEMA public TO {role};
GRANT SELECT ON mail_routes TO {role};
"""
MAIN_CF = """\
# /etc/postfix/main.cf: these lines, in place of those of the same names.
# Our domains must not stand in mydestination or relay_domains as well.
virtual_alias_domains = {domains}
virtual_alias_maps = proxy:pgsql:/etc/postfix/pgsql-aliases.cf
mydestination = localhost
# Nobody is no recipient: 550 while the sender still listens, instead of a bounce to a forged address.
smtpd_reject_unlisted_recipient = yes
# Only this machine may send elsewhere through us.
mynetworks = 127.0.0.0/8 [::1]/128
smtpd_relay_restrictions = permit_mynetworks, reject_unauth_destination
# bil+garage@ is bil@; the receivers' own addresses are left as they are.
recipient_delimiter = +
propagate_unmatched_extensions =
virtual_alias_expansion_limit = 5000
# Who is behind two of the addressees gets one mail.
enable_original_recipient = no
smtpd_helo_required = yes
disable_vrfy_command = yes
"""
ALIASES_CF = """\
# /etc/postfix/pgsql-aliases.cf: owner root, group postfix, mode 0640, because of the password.
hosts = {hosts}
dbname = {database}
user = {role}
password = {password}
domain = {domains}
query = SELECT receiver FROM mail_routes WHERE address = lower('%s')
"""


@dataclass(frozen=True)
class Postfix:
    """The values of one guild; `role_sql`, `main_cf` and `aliases_cf` are texts to run and to install."""

    domains: Sequence[str]
    database: str
    hosts: str
    password: str

    @property
    def role(self) -> str:
        """Roles belong to the whole server, where another guild may live, so the database gives the name."""
        return f"{self.database}_postfix"

    def role_sql(self) -> str:
        """What makes the role."""
        names = {"role": sql.Identifier(self.role), "database": sql.Identifier(self.database)}
        return sql.SQL(ROLE_SQL).format(**names, password=sql.Literal(self.password)).as_string(None)

    def main_cf(self) -> str:
        """The lines of Postfix's main file."""
        return MAIN_CF.format(domains=", ".join(self.domains))

    def aliases_cf(self) -> str:
        """The file that tells Postfix how to ask for an alias."""
        return ALIASES_CF.format(
            hosts=self.hosts,
            database=self.database,
            role=self.role,
            password=self.password,
            domains=", ".join(self.domains),
        )


def postfix(now: Settings, database_url: str) -> Postfix:
    """The values of this guild. The password comes from the secret, so it is the same each time."""
    at = conninfo_to_dict(database_url)
    host, port = str(at.get("host") or "127.0.0.1"), at.get("port") or 5432
    return Postfix(
        domains=[domain.lower() for domain in now.mail_domains],
        database=str(at.get("dbname") or "guildhall"),
        hosts=f"unix:{host}" if host.startswith("/") else f"inet:{host}:{port}",
        password=now.key("postfix"),
    )
