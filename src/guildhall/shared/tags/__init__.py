"""Tags: words that events and news are found by, and that members follow."""
