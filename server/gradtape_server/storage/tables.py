"""What is stored. The migrations make these tables; a test compares the two."""

from __future__ import annotations

import sqlalchemy as sa

metadata = sa.MetaData()

snippets = sa.Table(
    "snippets",
    metadata,
    sa.Column("id", sa.String(54), primary_key=True),
    # The whole sha256: equal content finds its row by it, whatever length its id has.
    sa.Column("sha256", sa.LargeBinary(32), nullable=False, unique=True),
    # zlib of the canonical manifest; NULL once taken down, when only the sha256 stays.
    sa.Column("body", sa.LargeBinary, nullable=True),
    sa.Column("parent", sa.String(54), nullable=True),
    sa.Column("created_at", sa.BigInteger, nullable=False),
    sa.Column("created_by", sa.String(16), nullable=False),
    sa.Column("delete_token_sha256", sa.LargeBinary(32), nullable=True),
    # "withdrawn" by its author, "expired", or "taken down" by the operator; NULL while it stands.
    sa.Column("gone", sa.String(16), nullable=True),
    sa.Column("gone_reason", sa.String(500), nullable=True),
    # When its author wants it gone, in seconds since 1970; NULL: never.
    sa.Column("expires_at", sa.BigInteger, nullable=True),
)

engines = sa.Table(
    "engines",
    metadata,
    sa.Column("wheel_sha256", sa.String(64), primary_key=True),
    sa.Column("version", sa.String(64), nullable=False, index=True),
    sa.Column("filename", sa.String(200), nullable=False),
    sa.Column("source_sha256", sa.String(64), nullable=True),
    sa.Column("size", sa.BigInteger, nullable=False),
    sa.Column("created_at", sa.BigInteger, nullable=False),
    sa.Column("wheel", sa.LargeBinary, nullable=False),
)

# What is true of this database, whatever server opens it: the salt, the last sign of life.
installation = sa.Table(
    "installation",
    metadata,
    sa.Column("name", sa.String(32), primary_key=True),
    sa.Column("value", sa.String(200), nullable=False),
)

# Clients, as `created_by` names them, that may store nothing.
blocks = sa.Table(
    "blocks",
    metadata,
    sa.Column("client", sa.String(16), primary_key=True),
    sa.Column("reason", sa.String(500), nullable=False),
    sa.Column("created_at", sa.BigInteger, nullable=False),
)
