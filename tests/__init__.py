"""The tests mirror stages/; `small` holds settings and images that a model learns from in a second."""
