"""Repair: propose values for cells, with where each comes from and how likely it is right."""

from sciml_magics.quality.repairing.proposals import Candidate, Known, Proposal
from sciml_magics.quality.repairing.proposing import propose

__all__ = ["Candidate", "Known", "Proposal", "propose"]
