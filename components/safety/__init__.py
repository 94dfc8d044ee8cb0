"""Danger, seen apart from the intent."""
