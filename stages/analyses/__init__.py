"""Model or codes → arrays. Nothing here knows of matplotlib or of files."""
