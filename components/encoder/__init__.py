"""Meaning as a vector: the sentence encoder."""
