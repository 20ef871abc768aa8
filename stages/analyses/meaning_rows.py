"""What a table `coordinates.csv` comes to on a page: every coordinate, or units by their kind."""

from typing import Any

Rows = list[dict[str, Any]]
# "pandas.DataFrame", without importing what takes 0.3 s: a table brings it along


def rows(table: "pandas.DataFrame") -> dict[str, dict[str, Rows]]:
    """A row a coordinate, as it is; or a row a kind of units; under the group of metrics that they are of.

    Of a kind: `count`, `where` most units lie, what share of them does (`there`), quartiles of `slant`.
    """
    if "kind" in table:
        return {"units": {"each": [_kind(str(kind), own) for kind, own in table.groupby("kind")]}}
    return {"coordinates": {"each": table.to_dict("records")}}


def _kind(kind: str, own: "pandas.DataFrame") -> dict[str, Any]:
    places = own["where"].value_counts(normalize=True)
    slant = own.slant.quantile([0.25, 0.5, 0.75]).tolist()
    place, share = str(places.index[0]), float(places.iloc[0])
    return {"kind": kind, "count": len(own), "where": place, "there": share, "slant": slant}
