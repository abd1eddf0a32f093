"""Training of models: imports torch and transformers at first use."""
