"""The tables: events, which are the record, and projections of them, which can be made again at any time."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Index, Integer, MetaData, Table, Text

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "ix": "ix_%(table_name)s_%(column_0_name)s",
    }
)
# SQLite keeps a row under its number only when the column is called INTEGER.
Number = BigInteger().with_variant(Integer, "sqlite")

events = Table(
    "events",
    metadata,
    Column("number", Number, primary_key=True, autoincrement=False),
    Column("at_utc", Text, nullable=False),
    Column("by", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("patient_id", Text),
    Column("procedure_id", Text),
    Column("body", Text, nullable=False),
    Column("previous_hash", Text, nullable=False, unique=True),
    Column("hash", Text, nullable=False),
    Index("ix_events_procedure", "procedure_id", "number"),
    Index("ix_events_patient", "patient_id", "number"),
    Index("ix_events_kind", "kind", "number"),
    Index("ix_events_by", "by", "number"),
)
"""Two events can never follow the same one: previous_hash is unique, so the chain cannot fork."""

people = Table(
    "people",
    metadata,
    Column("id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("is_active", Boolean, nullable=False),
)

patients = Table(
    "patients",
    metadata,
    Column("id", Text, primary_key=True),
    Column("number", Number, nullable=False),
    Column("family", Text, nullable=False),
    Column("given", Text, nullable=False),
    Column("birth_date", Text),
    Column("identifiers", Text, nullable=False),
    Column("is_emergency", Boolean, nullable=False),
    Column("merged_into", Text, ForeignKey("patients.id")),
    Column("search", Text, nullable=False),
    Column("sort", Text, nullable=False),
    Index("ix_patients_sort", "sort", "id"),
    Index("ix_patients_merged_into", "merged_into"),
)
"""number: of the newest event about the person; search: name, birth date and numbers as `fold_letters` writes them;
sort: how the name begins, short enough for any index."""

identifiers = Table(
    "identifiers",
    metadata,
    Column("system", Text, primary_key=True),
    Column("value", Text, primary_key=True),
    Column("patient_id", Text, ForeignKey("patients.id"), primary_key=True),
    Index("ix_identifiers_patient_id", "patient_id"),
)
"""As `fold_number` writes them."""

procedures = Table(
    "procedures",
    metadata,
    Column("id", Text, primary_key=True),
    Column("number", Number, nullable=False),
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
    Index("ix_procedures_patient_id", "patient_id"),
    Index("ix_procedures_stage", "stage", "order_utc", "id"),
    Index("ix_procedures_day_utc", "day_utc"),
    Index("ix_procedures_order", "order_utc", "id"),
)
"""number: of the newest event in it; day_utc: when it began, or shall begin; order_utc: that, or when it was opened."""

specimens = Table(
    "specimens",
    metadata,
    Column("code", Text, primary_key=True),
    Column("procedure_id", Text, ForeignKey("procedures.id"), nullable=False),
    Column("letter", Text, nullable=False),
    Index("ix_specimens_procedure", "procedure_id", "letter", unique=True),
)

dues = Table(
    "dues",
    metadata,
    Column("procedure_id", Text, ForeignKey("procedures.id"), primary_key=True),
    Column("key", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("due_on", Text, nullable=False),
    Column("words", Text, nullable=False),
    Column("done_utc", Text),
    Column("moved", Integer, nullable=False),
    Index("ix_dues_open", "done_utc", "due_on", "procedure_id", "key"),
)

queued_results = Table(
    "queued_results",
    metadata,
    Column("entry", Text, primary_key=True),
    Column("number", Number, nullable=False),
    Column("at_utc", Text, nullable=False),
    Column("body", Text, nullable=False),
)
"""body: of the event that put the result there."""

PROJECTIONS = (people, patients, identifiers, procedures, specimens, dues, queued_results)
"""What can be made again from the events, each after those that it points to."""

passwords = Table(
    "passwords",
    metadata,
    Column("person_id", Text, primary_key=True),
    Column("argon2_hash", Text, nullable=False),
)

sessions = Table(
    "sessions",
    metadata,
    Column("token_sha256", Text, primary_key=True),
    Column("person_id", Text, nullable=False),
    Column("opened_utc", Text, nullable=False),
    Column("seen_utc", Text, nullable=False),
    Column("is_locked", Boolean, nullable=False),
    Index("ix_sessions_person_id", "person_id"),
)

sign_in_attempts = Table(
    "sign_in_attempts",
    metadata,
    Column("id", Number, primary_key=True),
    Column("name_sha256", Text, nullable=False),
    Column("at_utc", Text, nullable=False),
    Column("is_good", Boolean, nullable=False),
    Index("ix_sign_in_attempts_name", "name_sha256", "at_utc"),
    Index("ix_sign_in_attempts_at_utc", "at_utc"),
)
"""name_sha256: what was typed, hashed, since people type a password where the name belongs."""
