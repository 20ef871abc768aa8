"""Arrays → matplotlib figures, one file an idea. Nothing here knows of models or of files."""
