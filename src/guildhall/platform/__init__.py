"""The outside world: jobs, mail, the embedded PostgreSQL. Sockets are opened here and nowhere else."""
