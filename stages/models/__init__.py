"""One idea, one file: the networks, the objective, the settings and the page of the textbook."""
