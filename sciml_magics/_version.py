"""The one place that states the version; packaging and the labextension are checked against it."""

__version__ = "0.1.0"
