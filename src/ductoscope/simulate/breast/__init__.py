"""A breast drawn by seed: the nipple with its orifices, the duct trees behind them, their walls, what grows in them."""
