"""The table of snippets."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "snippets",
        sa.Column("id", sa.String(54), primary_key=True),
        sa.Column("sha256", sa.LargeBinary(32), nullable=False, unique=True),
        sa.Column("body", sa.LargeBinary, nullable=True),
        sa.Column("parent", sa.String(54), nullable=True),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("created_by", sa.String(16), nullable=False),
        sa.Column("delete_token_sha256", sa.LargeBinary(32), nullable=True),
        sa.Column("gone", sa.String(16), nullable=True),
        sa.Column("gone_reason", sa.String(500), nullable=True),
    )


def downgrade() -> None:
    """Drop it, and every snippet with it."""
    op.drop_table("snippets")
