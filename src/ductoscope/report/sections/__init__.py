"""Sections: one file for each part of the report, in the order in which a colleague asks."""
