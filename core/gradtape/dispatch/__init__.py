"""The one door: every op comes through here."""
