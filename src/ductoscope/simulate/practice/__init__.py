"""Practise: scenarios, and the debrief that teaches afterwards."""
