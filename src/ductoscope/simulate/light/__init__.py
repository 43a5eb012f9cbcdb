"""What the tip sees: rays through the fluid to the wall and back, for the fibre's cores only."""
