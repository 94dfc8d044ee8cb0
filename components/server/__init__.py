"""How the server of Rasa is run: its channel, its trackers, its logs."""
