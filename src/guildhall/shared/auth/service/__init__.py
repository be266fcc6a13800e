"""What one can do with accounts: `accounts`, `sessions`, `identity`, `passwords`, `attempts`."""
