"""Where snippets and engines are kept: SQLite in one file, or PostgreSQL by URL.

`tables` says what is stored, `database` opens it and survives its restarts, `snippets` and
`engines` are the two stores, `schema_version` and `migrations` change the tables, `backup` copies
an SQLite file while it is in use.
"""
