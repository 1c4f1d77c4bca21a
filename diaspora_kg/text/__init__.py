"""The stored text of an article: what stands where in it, and what can be asked of it.

From characters upwards: ``words`` (folding, counting), ``stored`` (white space, lines,
paragraphs), ``quotation`` (marks), ``layout`` (title, furniture, footer), ``matching`` and
``choose`` (anchors), ``trouble`` (messages), ``view`` (requests), ``real`` (the text that answers).
"""

from diaspora_kg.text.real import RealText, skip_request
from diaspora_kg.text.stored import StoredText, sha256
from diaspora_kg.text.view import Answer, Ask, Request, Span, TextView, Trouble

__all__ = [
    "Answer",
    "Ask",
    "RealText",
    "Request",
    "Span",
    "StoredText",
    "TextView",
    "Trouble",
    "sha256",
    "skip_request",
]
