"""The stored text of an article: what stands where in it, and what can be asked of it.

From characters upwards: ``words`` (folding, counting), ``stored`` (white space, lines,
paragraphs), ``quotation`` (marks), ``layout`` (title, furniture, footer), ``matching`` and
``choose`` (anchors), ``trouble`` (messages), ``view`` (requests), ``real`` (the text that answers),
``passages`` (which words may be shown), ``mentions`` (who is named where).
"""

from diaspora_kg.text.mentions import Claimed, find_mentions, forms_of, joined, placed_mentions
from diaspora_kg.text.passages import Quoting
from diaspora_kg.text.real import RealText, skip_request
from diaspora_kg.text.stored import StoredText, sha256
from diaspora_kg.text.view import Answer, Ask, Request, Span, TextView, Trouble

__all__ = [
    "Answer",
    "Ask",
    "Claimed",
    "Quoting",
    "RealText",
    "Request",
    "Span",
    "StoredText",
    "TextView",
    "Trouble",
    "find_mentions",
    "forms_of",
    "joined",
    "placed_mentions",
    "sha256",
    "skip_request",
]
