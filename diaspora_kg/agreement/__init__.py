"""How far several annotators of one text agree: what is compared, and Krippendorff's alpha for it.

What is compared is what the graph would hold, so that runs in different formats can be compared too.
"""

from diaspora_kg.agreement.report import Agreement, Coder, Compared, Measure, agreement, as_json, as_text

__all__ = ["Agreement", "Coder", "Compared", "Measure", "agreement", "as_json", "as_text"]
