"""`make bench-nlu`: our way of understanding beside the usual ones, on the same examples and evaluation set."""
