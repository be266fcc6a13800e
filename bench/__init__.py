"""What we promise about speed, and how to measure it; see README.md."""
