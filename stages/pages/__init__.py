"""Metrics → sentences and HTML. Nothing here runs a model or draws a figure."""
