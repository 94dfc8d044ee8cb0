"""How well the assistant understands people that it hasn't met: measured on sets that it never learns from."""
