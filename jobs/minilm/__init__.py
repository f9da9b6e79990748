"""A small English model that turns a sentence into a vector: an extra, in a process of its own.

Only workers and commands use it, and only where an operator installed it (``docs/similar.md``).
"""

CONFIG, VOCABULARY, WEIGHTS = "config.json", "vocab.txt", "model.safetensors"
"""The files of a model's folder."""
