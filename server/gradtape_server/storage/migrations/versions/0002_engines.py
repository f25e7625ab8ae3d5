"""The table of engine wheels."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table; the snippets stay as they are."""
    op.create_table(
        "engines",
        sa.Column("wheel_sha256", sa.String(64), primary_key=True),
        sa.Column("version", sa.String(64), nullable=False),
        sa.Column("filename", sa.String(200), nullable=False),
        sa.Column("source_sha256", sa.String(64), nullable=True),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("wheel", sa.LargeBinary, nullable=False),
    )
    op.create_index("ix_engines_version", "engines", ["version"])


def downgrade() -> None:
    """Drop it, and the wheels with it."""
    op.drop_index("ix_engines_version", "engines")
    op.drop_table("engines")
