"""An expiry date for snippets, blocked clients, and what belongs to the installation."""

import secrets

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column and the tables; the snippets stay as they are."""
    op.add_column("snippets", sa.Column("expires_at", sa.BigInteger, nullable=True))
    installation = op.create_table(
        "installation",
        sa.Column("name", sa.String(32), primary_key=True),
        sa.Column("value", sa.String(200), nullable=False),
    )
    op.bulk_insert(
        installation,
        [
            {"name": "salt", "value": secrets.token_hex(16)},
            {"name": "heartbeat", "value": "0"},
        ],
    )
    op.create_table(
        "blocks",
        sa.Column("client", sa.String(16), primary_key=True),
        sa.Column("reason", sa.String(500), nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
    )


def downgrade() -> None:
    """Drop them, and with them who is blocked and when snippets expire."""
    op.drop_table("blocks")
    op.drop_table("installation")
    op.drop_column("snippets", "expires_at")
