"""What every stage shares: settings, data sets, the training loop, metrics, files."""
