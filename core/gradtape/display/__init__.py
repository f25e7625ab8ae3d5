"""What a notebook shows instead of a `repr`: pictures and tables, in HTML and SVG.

It knows arrays, text and the data of a tape's graph, no tensors. Whatever a program names or holds
is text here; `markup.py` is the one place where text becomes markup. What a notebook asks for is
loaded when it asks.
"""
