"""The encoder engine: texts to embeddings, as fast as the machine multiplies matrices.

`sciml_magics.models.engine.embedder` is the way in. BERT-shaped encoders run packed, without any
padding and without transformers; every other encoder runs through transformers in batches of
similar length. Importing this package imports nothing heavy; its modules import torch.
"""
