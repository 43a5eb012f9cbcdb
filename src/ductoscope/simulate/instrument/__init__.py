"""The scope itself, from its tip to the camera's pixels: fibre bundle, lens, sensor, automatic gain."""
