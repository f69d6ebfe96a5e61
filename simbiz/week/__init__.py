"""One week: the loops that apply the rules to the customers and firms concerned.

The functions of this package are written once. Compiled they are the arrays engine; a Mesa customer runs the
same functions, uncompiled, on its own row.
"""
