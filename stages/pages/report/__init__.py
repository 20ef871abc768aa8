"""The report: every word of it in templates, one a question, which Python gives facts to."""
