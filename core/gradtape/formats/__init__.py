"""The bytes of files that other programs read and write: framing, tables, checksums, messages.

Nothing here knows a tensor: bytes and arrays go in and come out.
"""
