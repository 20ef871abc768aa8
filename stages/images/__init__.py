"""Images: where they come from, how they are kept, split and made noisy."""
