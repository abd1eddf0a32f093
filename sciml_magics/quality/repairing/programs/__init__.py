"""Small programs that rewrite texts, and how they are found from examples."""

from sciml_magics.quality.repairing.programs import dates, numbers, texts
from sciml_magics.quality.repairing.programs.base import Program, Writer, write, writer

__all__ = ["Program", "Writer", "dates", "numbers", "texts", "write", "writer"]
