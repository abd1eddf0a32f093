"""The queue: what a person sees next and why, and what comes of their answers."""

from sciml_magics.review.answers import Verb
from sciml_magics.review.counts import ReviewCounts
from sciml_magics.review.criteria import ORDERS, Criteria, Order
from sciml_magics.review.history import Entry
from sciml_magics.review.holding import holding
from sciml_magics.review.items import Offered
from sciml_magics.review.results import Answered, Batch, Undone
from sciml_magics.review.reviewer import Reviewer

__all__ = [
    "ORDERS",
    "Answered",
    "Batch",
    "Criteria",
    "Entry",
    "Offered",
    "Order",
    "ReviewCounts",
    "Reviewer",
    "Undone",
    "Verb",
    "holding",
]
