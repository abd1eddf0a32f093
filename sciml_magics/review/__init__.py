"""The queue: what a person sees next and why, and what comes of their answers."""

from sciml_magics.review.criteria import ORDERS, Criteria, Order
from sciml_magics.review.holding import holding
from sciml_magics.review.reviewer import (
    Answered,
    Batch,
    Offered,
    ReviewCounts,
    Reviewer,
    Undone,
    Verb,
)

__all__ = [
    "ORDERS",
    "Answered",
    "Batch",
    "Criteria",
    "Offered",
    "Order",
    "ReviewCounts",
    "Reviewer",
    "Undone",
    "Verb",
    "holding",
]
