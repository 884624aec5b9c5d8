"""Job bodies of this app: plain functions a worker runs, and a test or a command may call in line."""
