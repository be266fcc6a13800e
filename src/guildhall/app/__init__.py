"""The front door: the application, the command line, and the answers that span domains."""
