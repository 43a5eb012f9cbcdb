"""Training of the learned eye: pictures and their truth from `simulate`, a small network, and its ONNX file.

Run by `make train`; README.md says what it does and how long it takes. Nothing here is part of the installed program.
"""
