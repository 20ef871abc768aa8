"""Model cards: what pages and figures know of a model of the main line; a file a model, and no PyTorch."""
