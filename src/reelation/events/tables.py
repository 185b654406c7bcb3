"""The tables of the newest version, for queries; `reelation.events.migrations` is what makes them."""

from __future__ import annotations

import sqlalchemy as sa

METADATA = sa.MetaData()

VERSIONS = sa.Table(
    "versions",
    METADATA,
    sa.Column("version", sa.Integer, primary_key=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("applied", sa.Text, nullable=False),
)
"""The migrations that were made."""

EVENTS = sa.Table(
    "events",
    METADATA,
    sa.Column("viewer_id", sa.Text, primary_key=True),
    sa.Column("title_id", sa.Text, primary_key=True),
    sa.Column("kind", sa.Text, primary_key=True),
    sa.Column("value", sa.Float),
    sa.Column("time", sa.BigInteger),
    sa.Column("origin", sa.Text, nullable=False),
    sa.Column("revision", sa.Integer, nullable=False),
    sa.Column("recorded", sa.BigInteger, nullable=False),
)
"""`origin`: "client" or "import". `revision`: 1, and one more at each overwriting. `recorded`: when, seconds."""

ANSWERS = sa.Table(
    "answers",
    METADATA,
    sa.Column("request_key", sa.Text, primary_key=True),
    sa.Column("request_hash", sa.Text, nullable=False),
    sa.Column("answer", sa.Text, nullable=False),
    sa.Column("recorded", sa.BigInteger, nullable=False),
)
"""What was answered to a request with an idempotency key; `request_key` and `request_hash` are SHA-256."""

ANSWER_VIEWERS = sa.Table(
    "answer_viewers",
    METADATA,
    sa.Column("viewer_id", sa.Text, primary_key=True),
    sa.Column("request_key", sa.Text, primary_key=True),
)
"""Whose events a kept answer is about, so that it goes with them."""

CHORES = sa.Table(
    "chores",
    METADATA,
    sa.Column("chore", sa.Text, primary_key=True),
    sa.Column("since", sa.BigInteger, nullable=False),
)
"""What is still to be done, should the process end before it is."""

HISTORIES = sa.Table(
    "histories",
    METADATA,
    sa.Column("viewer_id", sa.Text, primary_key=True),
    sa.Column("entries", sa.Text, nullable=False),
    sa.Column("decisions", sa.Text, nullable=False),
    sa.Column("corrections", sa.Text, nullable=False),
    sa.Column("catalogue_hash", sa.Text, nullable=False),
    sa.Column("updated", sa.Text, nullable=False),
)
"""Exports that a viewer imported: JSON, as `reelation.histories.documents` writes it."""

IMPORTS = sa.Table(
    "imports",
    METADATA,
    sa.Column("import_id", sa.Text, primary_key=True),
    sa.Column("viewer_id", sa.Text, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("progress", sa.Float, nullable=False),
    sa.Column("report", sa.Text),
    sa.Column("problem", sa.Text),
    sa.Column("created", sa.BigInteger, nullable=False),
    sa.Column("updated", sa.BigInteger, nullable=False),
)
"""`state`: queued, running, done or failed; `report` and `problem`: JSON."""

OF_VIEWERS = (EVENTS, HISTORIES, IMPORTS, ANSWER_VIEWERS)
"""Every table that names viewers, in a column `viewer_id`."""
