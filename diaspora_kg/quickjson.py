"""JSON of small values, many times over: the standard encoder, prepared once and not for each value.

Half of the time that ``json`` takes for a short list goes into making the encoder that it is written with.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from json import encoder as _standard


def encoder(
    *, separators: tuple[str, str] = (", ", ": "), ensure_ascii: bool = True, sort_keys: bool = False
) -> Callable[[object], str]:
    r"""What ``json.dumps`` makes of a value with these options; a value that holds itself has no end.

    >>> encoder(separators=(",", ":"))({"a": ["ü", None]})
    '{"a":["\\u00fc",null]}'
    """
    plain = json.JSONEncoder(separators=separators, ensure_ascii=ensure_ascii, sort_keys=sort_keys)
    make = getattr(_standard, "c_make_encoder", None)
    if make is None:  # another Python than the usual one
        return plain.encode
    string = _standard.encode_basestring_ascii if ensure_ascii else _standard.encode_basestring
    made = make(None, plain.default, string, None, separators[1], separators[0], sort_keys, False, True)
    return lambda value: "".join(made(value, 0))
