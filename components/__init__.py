"""Rasa graph components of Eerste Stap.

Each component is a thin shell around pure functions in the module beside it. Nothing in this package imports `bot`.
"""
