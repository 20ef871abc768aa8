"""The type checker of the test run: beartype, to which an int is a float, as it is to PEP 484."""

from beartype import BeartypeConf, beartype

checked = beartype(conf=BeartypeConf(is_pep484_tower=True))
