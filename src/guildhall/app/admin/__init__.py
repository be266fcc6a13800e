"""What administrators see of the house itself: what is mailed and what waits to be done. For `super:User` only."""
