"""Ductoscope: an open ductoscopy workstation, from the fibre to the finding."""

__version__ = "0.1.0"
