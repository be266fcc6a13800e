"""What one can do with the car: `reading`, `booking`, `blocking`, `telling`, `notices`, `dates`."""
