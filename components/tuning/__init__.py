"""Tuning of the encoder on our own examples: done rarely, by `make tune`; needs TensorFlow, which Rasa brings along."""
