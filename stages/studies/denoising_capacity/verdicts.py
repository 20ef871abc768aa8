"""What the page of denoising-capacity needs to know beyond its tables."""

from typing import Any

import pandas as pd


def verdicts(runs: pd.DataFrame, linear: pd.DataFrame, settings: dict[str, Any], **_: Any) -> dict[str, Any]:
    """PSNR by method, noise level and k, the noise's share of the error, and where autoencoders are ahead.

    Ahead is who leads by more than the widest gap between two seeds of one size.
    """
    sizes, reference = settings["sizes"], settings["reference_noise"]
    regression = linear[linear.method == "linear"]
    error = regression.pivot(index="noise_std", columns="k", values="mse")
    share = error.rdiv(error[error.columns.max()], axis=0)[sizes]  # of the map without a bottleneck
    psnr = {
        "autoencoder": by_level_and_size(runs),
        "best linear map": by_level_and_size(regression)[sizes],
        "PCA": by_level_and_size(linear[linear.method == "pca"]),
    }
    lead = psnr["autoencoder"] - psnr["best linear map"]
    repeated = runs[runs.noise_std == reference].groupby("k")
    apart = float(repeated.psnr_db.agg(lambda one: one.max() - one.min()).max())  # of the seeds
    return {
        "psnr": psnr,
        "noise_share": share,
        "bounded": bool(share[sizes[0]].max() < 0.5 < share[sizes[-1]].min()),
        "lead": lead,
        "ahead": [k for k in sizes if lead[k].min() > apart],  # at every noise level
        "behind": [k for k in sizes if lead[k].max() < -apart],
        "best_size": int(repeated.validation_mse.mean().idxmin()),
        "seeds_apart": apart,
    }


def by_level_and_size(table: pd.DataFrame) -> pd.DataFrame:
    """PSNR, means over seeds: a row a noise level, a column a k."""
    return table.pivot_table(index="noise_std", columns="k", values="psnr_db")
