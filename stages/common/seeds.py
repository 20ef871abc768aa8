"""One seed for a run, and from it a seed of its own for everything that is drawn."""

import hashlib


def derived(seed: int, purpose: str) -> int:
    """The seed of one purpose ("weights", "batches"): streams of two purposes have nothing in common.

    Generators that are given the same seed, or seeds that follow each other, repeat each other's bits.
    """
    digest = hashlib.blake2b(f"{purpose} {seed}".encode(), digest_size=4).digest()
    return int.from_bytes(digest, "little")  # 32 bits: more PyTorch's generator does not take
