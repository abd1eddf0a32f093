"""The durable record of tasks, runs and suggestions: one SQLite file, or a PostgreSQL database.

Use:

>>> import tempfile
>>> from pathlib import Path
>>> from sciml_magics.tasks import Task
>>> folder = tempfile.TemporaryDirectory()
>>> store = open_store(Path(folder.name) / "sciml_magics.db")
>>> store.task(Task("topic", ("abstract",)))
1
>>> store.close()
>>> folder.cleanup()
"""

from sciml_magics.store.kept import Holding, Kept, TaskVersion
from sciml_magics.store.lookup import Origin
from sciml_magics.store.opening import open_store
from sciml_magics.store.running import OpenRun, running
from sciml_magics.store.store import Store

__all__ = ["Holding", "Kept", "OpenRun", "Origin", "Store", "TaskVersion", "open_store", "running"]
