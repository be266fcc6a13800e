"""What administrators of the system itself see and do: the jobs, the mails. For holders of `super:User`."""
