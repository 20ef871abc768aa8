"""Codes laid out in two or three dimensions: as points, and as the digits themselves.

t-SNE and KernelPCA share the drawing; what may be read off differs, and so do the captions.
"""

from collections.abc import Mapping

import numpy as np
from jaxtyping import Float, Integer, Shaped, UInt8
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.patheffects import withStroke
from mpl_toolkits.mplot3d import Axes3D

from stages.figures.page import BODY, Pixels, page, place, write
from stages.figures.palette import HAIRLINE, MUTED, PAPER, class_colours
from stages.figures.subject import Subject

Points = Float[np.ndarray, "n dims"]
Labels = Integer[np.ndarray, "n"]

HEIGHT = 760  # pixels of a map
VIEWS = (
    (18, -60),
    (18, 30),
)  # elevation and azimuth, degrees: the second is the first, turned by a right angle
APART = 15  # pixels between the corners of two drawn digits, at least
NAME = 28  # pixels between the middles of two classes' names, at least

TSNE = """
t-SNE of {n} test codes; a number stands at the middle (median) of its class, or beside it where two
would overlap. Trustworthiness {trustworthiness:.3f} (1: all neighbours on the map are neighbours in the
code); error of the nearest neighbour on the map {percent:.1f} %.

Read off: which images are neighbours, hence which classes the code keeps apart and which it mixes.

Not to be read off: distances between clusters, their sizes, their densities. They mean nothing, the axes
have no unit, and another seed gives another map.
"""
TSNE_IMAGES = """
The t-SNE map once more, with the images themselves at their places, in the colour of their class. {drawn}
of {n} are drawn, so that none hides another.

Read off: what neighbours share (slant, width, thickness), and which digits lie among those of another
class; people might misread them, too.

Not to be read off: distances between clusters, and how many images there are at a place.
"""
KERNEL_PCA = """
The first two components of KernelPCA on {n} training codes; a number stands at the middle (median) of its
class, or beside it where two would overlap.

Read off: along which directions the codes differ most, as the kernel sees it, and which classes that parts.
Unlike in t-SNE, one scale holds for the whole map.

Not to be read off: that classes which overlap here overlap in the code. Other components may part them.
"""
KERNEL_PCA_3D = """
The first three components of KernelPCA on {n} training codes: one cloud, seen from two sides a right angle
apart.

Read off: which classes that overlap in two components are parted by the third.

Not to be read off: exact distances. A picture has but two dimensions, and near points hide far ones.
"""


def tsne(points: Points, labels: Labels, subject: Subject, quality: Mapping[str, float]) -> Figure:
    """Draw the t-SNE map as points; `quality` holds its `trustworthiness` and `knn_error` (fractions)."""
    percent = 100 * quality["knn_error"]
    caption = TSNE.format(n=len(points), percent=percent, **quality)
    return scatter(points, labels, f"{subject.name}: t-SNE of the codes", caption, subject)


def tsne_images(
    points: Points, images: UInt8[np.ndarray, "n h w"], labels: Labels, subject: Subject
) -> Figure:
    """Draw the t-SNE map with the images at their places."""
    title = f"{subject.name}: t-SNE, digit by digit"
    return thumbnails(points, images, labels, title, TSNE_IMAGES, subject)


def kernel_pca(points: Points, labels: Labels, subject: Subject) -> Figure:
    """Draw the first two components of KernelPCA."""
    caption = KERNEL_PCA.format(n=len(points))
    figure = scatter(points[:, :2], labels, f"{subject.name}: KernelPCA of the codes", caption, subject)
    axes = figure.axes[0]
    axes.text(0.985, 0.012, "first component →", ha="right", color=MUTED, transform=axes.transAxes)
    axes.text(0.015, 0.988, "↑ second component", va="top", color=MUTED, transform=axes.transAxes)
    return figure


def kernel_pca_3d(points: Points, labels: Labels, subject: Subject) -> Figure:
    """Draw three components of KernelPCA from two sides."""
    caption = KERNEL_PCA_3D.format(n=len(points))
    return scatter_3d(points, labels, f"{subject.name}: KernelPCA in 3-d", caption, subject)


def scatter(points: Points, labels: Labels, title: str, caption: str, subject: Subject) -> Figure:
    """Draw points in two dimensions, coloured by class, every class's name at its median or beside it."""
    figure = page(HEIGHT, title, caption, subject.colour)
    axes = _frame(figure)
    axes.scatter(*points.T, s=13, c=_colours(labels), linewidths=0, alpha=0.8)
    _name_classes(axes, points, labels)
    return figure


def thumbnails(
    points: Points,
    images: UInt8[np.ndarray, "n h w"],
    labels: Labels,
    title: str,
    caption: str,
    subject: Subject,
) -> Figure:
    """Draw images at their points in the colour of their class, on one canvas, as many as there is room for.

    `{drawn}` and `{n}` in the caption become the number of images drawn and given.
    """
    corners = _corners(points, images.shape[1])
    shown = far_apart(corners, APART)
    figure = page(HEIGHT, title, caption.format(drawn=len(shown), n=len(points)), subject.colour)
    axes = place(figure, 0, 0, BODY, HEIGHT)
    axes.imshow(_canvas(corners[shown], images[shown], _colours(labels)[shown]), aspect="auto")
    axes.set_axis_off()
    return figure


def scatter_3d(points: Points, labels: Labels, title: str, caption: str, subject: Subject) -> Figure:
    """Draw points in three dimensions from the two sides of `VIEWS`, with a key of the classes."""
    side = BODY // 2
    figure = page(side + 60, title, caption, subject.colour)
    for index, (elevation, azimuth) in enumerate(VIEWS):
        axes = place(figure, index * side, 30, side, side, axes_class=Axes3D)
        axes.scatter(*points.T, s=7, c=_colours(labels), linewidths=0, alpha=0.75, depthshade=False)
        axes.view_init(elevation, azimuth)
        axes.set_box_aspect((1, 1, 1), zoom=1.2)
        for name, axis in zip(
            ("first", "second", "third"), (axes.xaxis, axes.yaxis, axes.zaxis), strict=True
        ):
            axis.set_ticklabels([])
            axis.set_label_text(name, color=MUTED)
            axis.labelpad = -12
    _key(figure, labels)
    return figure


def far_apart(places: Shaped[np.ndarray, "n 2"], distance: Pixels) -> Integer[np.ndarray, "m"]:
    """Indices of places, first come first served, that keep `distance` from each other."""
    shown: list[int] = []
    for index, place_ in enumerate(places):
        if not shown or np.square(places[shown] - place_).sum(axis=1).min() >= distance**2:
            shown.append(index)
    return np.array(shown)


def _frame(figure: Figure) -> Axes:
    axes = place(figure, 0, 0, BODY, HEIGHT)
    axes.set(xticks=[], yticks=[])
    axes.spines[:].set(visible=True, color=HAIRLINE)
    axes.set_aspect("equal", adjustable="datalim")
    axes.margins(0.03)
    return axes


def _colours(labels: Labels) -> np.ndarray:
    return np.array([to_rgb(colour) for colour in class_colours(int(labels.max()) + 1)])[labels.astype(int)]


def _name_classes(axes: Axes, points: Points, labels: Labels) -> None:
    colours, classes = class_colours(int(labels.max()) + 1), np.unique(labels)
    middles = np.array([np.median(points[labels == label], axis=0) for label in classes])
    axes.apply_aspect()  # else matplotlib has no scale before it draws
    to_pixels = axes.transData
    places = to_pixels.inverted().transform(pushed_apart(to_pixels.transform(middles), NAME))
    for label, (x, y) in zip(classes, places, strict=True):
        halo = [withStroke(linewidth=4, foreground=PAPER)]
        style = {"size": 20, "weight": "bold", "ha": "center", "va": "center", "path_effects": halo}
        axes.text(x, y, str(label), color=colours[int(label)], **style)


def pushed_apart(places: Float[np.ndarray, "n 2"], gap: float) -> Float[np.ndarray, "n 2"]:
    """The same places, those nearer to each other than `gap` moved, in steps of half of what lacks."""
    order = np.arange(len(places))
    aside = 1e-3 * (order[:, None] - order)[..., None]  # of two that coincide one goes each way
    for _ in range(100):
        away = places[:, None] - places + aside
        distance = np.linalg.norm(away, axis=2)
        lacking = np.maximum(gap - distance, 0)
        np.fill_diagonal(lacking, 0)
        if lacking.max(initial=0) < 0.5:
            break
        places = places + (away * (lacking / np.maximum(distance, 1e-9) / 2)[..., None]).sum(axis=1)
    return places


def _key(figure: Figure, labels: Labels) -> None:
    classes = np.unique(labels)
    for index, label in enumerate(classes):
        colour = class_colours(int(label) + 1)[-1]
        write(figure, index * BODY / len(classes), 14, f"● {label}", color=colour, weight="bold", size=14)


def _canvas(
    corners: Integer[np.ndarray, "n 2"], images: UInt8[np.ndarray, "n h w"], colours: Float[np.ndarray, "n 3"]
) -> Float[np.ndarray, "height width 3"]:
    """Paint every image's ink, in its colour, over what is there."""
    canvas = np.ones((HEIGHT, BODY, 3), np.float32)
    for (row, column), image, colour in zip(corners, images, colours, strict=True):
        ink = image[..., None].astype(np.float32) / 255
        there = canvas[row : row + image.shape[0], column : column + image.shape[1]]
        there += ink * (colour.astype(np.float32) - there)
    return canvas


def _corners(points: Points, side: int) -> Integer[np.ndarray, "n 2"]:
    """Row and column of each image's upper left corner: one scale for both axes, the map in the middle."""
    room = np.array([BODY, HEIGHT]) - side
    extent = np.maximum(np.ptp(points, axis=0), 1e-12)
    scale = (room / extent).min()
    x, y = ((points - points.min(axis=0)) * scale + (room - extent * scale) / 2).T
    return np.stack([room[1] - y, x], axis=1).round().astype(int)
