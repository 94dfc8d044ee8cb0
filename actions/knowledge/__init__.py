"""What the actions know, as data files with their source and date, and the pure functions that read them."""
