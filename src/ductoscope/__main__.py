"""`python -m ductoscope` is the command `ductoscope`."""

from ductoscope.cli import main

main()
