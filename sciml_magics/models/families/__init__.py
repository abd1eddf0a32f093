"""The model families. Every module of this folder is imported when a model is first opened."""
