"""Training: the one loop, what it is wrapped in for special objectives, and what it leaves behind."""
