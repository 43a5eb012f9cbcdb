"""Speed and quality beside the peer, measured in one run; `make bench` runs them all and keeps the tables."""
