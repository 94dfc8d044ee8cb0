"""Places, jobs, steps and moments in a message."""
