"""The gallery's views: the simulated breast seen as the literature describes it, each set up by code."""
