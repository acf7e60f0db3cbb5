"""The audit log can only be added to: triggers of the database refuse every UPDATE and DELETE.

SQLite forgets a table's triggers when a migration makes the table anew: such a migration has to call `install` again.
Emptying a whole table (TRUNCATE, PostgreSQL only) passes row triggers; who owns the database can do that anyway.
"""

from __future__ import annotations

from typing import Any

TABLES = ("kit_auditentry", "kit_auditseal")
_SENTENCE = "审计记录只能追加，不能修改或删除"


def install(connection: Any) -> None:
    """Put the triggers in place; those that stand already are replaced."""
    remove(connection)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "CREATE OR REPLACE FUNCTION kit_append_only() RETURNS trigger LANGUAGE plpgsql AS "
                f"$$ BEGIN RAISE EXCEPTION '{_SENTENCE}'; END $$"
            )
        for table in TABLES:
            if connection.vendor == "postgresql":
                cursor.execute(
                    f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
                    "FOR EACH ROW EXECUTE FUNCTION kit_append_only()"
                )
                continue
            for verb in ("UPDATE", "DELETE"):
                cursor.execute(
                    f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
                    f"BEGIN SELECT RAISE(ABORT, '{_SENTENCE}'); END"
                )


def remove(connection: Any) -> None:
    """Take the triggers away: for a migration that has to touch the tables, and for tests that empty them."""
    with connection.cursor() as cursor:
        for table in TABLES:
            if connection.vendor == "postgresql":
                cursor.execute(f"DROP TRIGGER IF EXISTS {table}_append_only ON {table}")
            else:
                cursor.execute(f"DROP TRIGGER IF EXISTS {table}_no_update")
                cursor.execute(f"DROP TRIGGER IF EXISTS {table}_no_delete")


def missing(connection: Any) -> list[str]:
    """The tables that are not guarded now."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'D'")
            needed = {table: {f"{table}_append_only"} for table in TABLES}
        else:
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
            needed = {table: {f"{table}_no_update", f"{table}_no_delete"} for table in TABLES}
        found = {name for (name,) in cursor.fetchall()}
    return [table for table, names in needed.items() if not names <= found]
