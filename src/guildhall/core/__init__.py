"""The ground: settings, database, errors, access, clock. No network, no word of what a guild does."""
