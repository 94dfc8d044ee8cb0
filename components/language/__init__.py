"""Text as strangers send it, made regular and cut into sentences and tokens."""
