"""Every kind of computation of stages and studies, in small: `python -m tests.portable` prints hashes of what
comes out, a name and a hash a line. They are the same on every processor that the README names.
"""
