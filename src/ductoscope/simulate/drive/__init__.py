"""What happens while somebody drives: tip, wall, pressure, fluid, pain, a thirtieth of a second at a time."""
