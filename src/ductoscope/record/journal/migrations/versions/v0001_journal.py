"""The first tables: the events, their projections, and who may sign in.

Revision ID: 0001
"""

from __future__ import annotations

from alembic import op
from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Integer, Text

revision = "0001"
down_revision = None

_Number = BigInteger().with_variant(Integer, "sqlite")


def upgrade() -> None:
    """Make every table, and the triggers that keep events from being changed."""
    _make_events()
    _make_projections()
    _make_credentials()


def _make_events() -> None:
    op.create_table(
        "events",
        Column("number", _Number, primary_key=True, autoincrement=False),
        Column("at_utc", Text, nullable=False),
        Column("by", Text, nullable=False),
        Column("kind", Text, nullable=False),
        Column("patient_id", Text),
        Column("procedure_id", Text),
        Column("body", Text, nullable=False),
        Column("previous_hash", Text, nullable=False, unique=True),
        Column("hash", Text, nullable=False),
    )
    op.create_index("ix_events_procedure", "events", ["procedure_id", "number"])
    op.create_index("ix_events_patient", "events", ["patient_id", "number"])
    op.create_index("ix_events_kind", "events", ["kind", "number"])
    op.create_index("ix_events_by", "events", ["by", "number"])
    if op.get_context().dialect.name == "sqlite":
        for act in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER events_refuse_{act.lower()} BEFORE {act} ON events "
                "BEGIN SELECT RAISE(ABORT, 'events are never changed'); END"
            )
        return
    op.execute(
        "CREATE FUNCTION events_refuse() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'events are never changed'; END $$"
    )
    op.execute(
        "CREATE TRIGGER events_refuse_change BEFORE UPDATE OR DELETE ON events "
        "FOR EACH ROW EXECUTE FUNCTION events_refuse()"
    )
    op.execute(
        "CREATE TRIGGER events_refuse_truncate BEFORE TRUNCATE ON events "
        "FOR EACH STATEMENT EXECUTE FUNCTION events_refuse()"
    )


def _make_projections() -> None:
    op.create_table(
        "people",
        Column("id", Text, primary_key=True),
        Column("name", Text, nullable=False),
        Column("role", Text, nullable=False),
        Column("is_active", Boolean, nullable=False),
    )
    op.create_table(
        "patients",
        Column("id", Text, primary_key=True),
        Column("number", _Number, nullable=False),
        Column("family", Text, nullable=False),
        Column("given", Text, nullable=False),
        Column("birth_date", Text),
        Column("identifiers", Text, nullable=False),
        Column("is_emergency", Boolean, nullable=False),
        Column("merged_into", Text, ForeignKey("patients.id")),
        Column("search", Text, nullable=False),
        Column("sort", Text, nullable=False),
    )
    op.create_index("ix_patients_sort", "patients", ["sort", "id"])
    op.create_index("ix_patients_merged_into", "patients", ["merged_into"])
    op.create_table(
        "identifiers",
        Column("system", Text, primary_key=True),
        Column("value", Text, primary_key=True),
        Column("patient_id", Text, ForeignKey("patients.id"), primary_key=True),
    )
    op.create_index("ix_identifiers_patient_id", "identifiers", ["patient_id"])
    op.create_table(
        "procedures",
        Column("id", Text, primary_key=True),
        Column("number", _Number, nullable=False),
        Column("patient_id", Text, ForeignKey("patients.id"), nullable=False),
        Column("stage", Text, nullable=False),
        Column("side", Text),
        Column("planned_utc", Text),
        Column("begun_utc", Text),
        Column("room", Text, nullable=False),
        Column("operator", Text, nullable=False),
        Column("opened_utc", Text, nullable=False),
        Column("day_utc", Text),
        Column("order_utc", Text, nullable=False),
    )
    op.create_index("ix_procedures_patient_id", "procedures", ["patient_id"])
    op.create_index("ix_procedures_stage", "procedures", ["stage", "order_utc", "id"])
    op.create_index("ix_procedures_day_utc", "procedures", ["day_utc"])
    op.create_index("ix_procedures_order", "procedures", ["order_utc", "id"])
    op.create_table(
        "specimens",
        Column("code", Text, primary_key=True),
        Column("procedure_id", Text, ForeignKey("procedures.id"), nullable=False),
        Column("letter", Text, nullable=False),
    )
    op.create_index("ix_specimens_procedure", "specimens", ["procedure_id", "letter"], unique=True)
    op.create_table(
        "dues",
        Column("procedure_id", Text, ForeignKey("procedures.id"), primary_key=True),
        Column("key", Text, primary_key=True),
        Column("kind", Text, nullable=False),
        Column("due_on", Text, nullable=False),
        Column("words", Text, nullable=False),
        Column("done_utc", Text),
        Column("moved", Integer, nullable=False),
    )
    op.create_index("ix_dues_open", "dues", ["done_utc", "due_on", "procedure_id", "key"])
    op.create_table(
        "queued_results",
        Column("entry", Text, primary_key=True),
        Column("number", _Number, nullable=False),
        Column("at_utc", Text, nullable=False),
        Column("body", Text, nullable=False),
    )


def _make_credentials() -> None:
    op.create_table(
        "passwords",
        Column("person_id", Text, primary_key=True),
        Column("argon2_hash", Text, nullable=False),
    )
    op.create_table(
        "sessions",
        Column("token_sha256", Text, primary_key=True),
        Column("person_id", Text, nullable=False),
        Column("opened_utc", Text, nullable=False),
        Column("seen_utc", Text, nullable=False),
        Column("is_locked", Boolean, nullable=False),
    )
    op.create_index("ix_sessions_person_id", "sessions", ["person_id"])
    op.create_table(
        "sign_in_attempts",
        Column("id", _Number, primary_key=True),
        Column("name_sha256", Text, nullable=False),
        Column("at_utc", Text, nullable=False),
        Column("is_good", Boolean, nullable=False),
    )
    op.create_index("ix_sign_in_attempts_name", "sign_in_attempts", ["name_sha256", "at_utc"])
    op.create_index("ix_sign_in_attempts_at_utc", "sign_in_attempts", ["at_utc"])
