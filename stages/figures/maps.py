"""Codes laid out in two or three dimensions: as points, and as the images themselves.

They have the colours of their classes; without classes all have the colour of their model.
"""

import numpy as np
from jaxtyping import Float, Integer, Shaped, UInt8
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from mpl_toolkits.mplot3d import Axes3D

from stages.figures.classes import (
    Colours,
    Labels,
    colours_of,
    draw_points,
    key_height,
    name_classes,
    name_where_room_is,
    write_key,
)
from stages.figures.grid import LIKE_DIGITS
from stages.figures.page import BODY, MARGIN, Pixels, page, place
from stages.figures.palette import MUTED
from stages.figures.subject import Subject

Points = Float[np.ndarray, "n dims"]

HEIGHT = 760  # pixels of a map
VIEWS = (
    (18, -60),
    (18, 30),
)  # elevation and azimuth, degrees: the second is the first, turned by a right angle
APART = 15  # pixels between the corners of two drawn images, at least
ROOM = 48  # pixels over axes in three dimensions that a key may take
FRAME = 2  # pixels around an image in colour
DOT, NAME = 13, 20  # square points, points


def tsne(points: Points, labels: Labels, subject: Subject) -> Figure:
    """Draw the t-SNE map as points."""
    return scatter(points, labels, f"{subject.name}: t-SNE of the codes", subject)


def tsne_images(
    points: Points, images: UInt8[np.ndarray, "n h w *rgb"], labels: Labels, subject: Subject
) -> Figure:
    """Draw the t-SNE map with the images at their places."""
    noun = subject.classes.noun
    return thumbnails(points, images, labels, f"{subject.name}: t-SNE, {noun} by {noun}", subject)


def kernel_pca(points: Points, labels: Labels, subject: Subject) -> Figure:
    """Draw the first two components of KernelPCA."""
    figure = scatter(points[:, :2], labels, f"{subject.name}: KernelPCA of the codes", subject)
    axes = figure.axes[0]
    axes.text(0.985, 0.012, "first component →", ha="right", color=MUTED, transform=axes.transAxes)
    axes.text(0.015, 0.988, "↑ second component", va="top", color=MUTED, transform=axes.transAxes)
    return figure


def kernel_pca_3d(points: Points, labels: Labels, subject: Subject) -> Figure:
    """Draw three components of KernelPCA from two sides."""
    return scatter_3d(points, labels, f"{subject.name}: KernelPCA in 3-d", subject)


def scatter(points: Points, labels: Labels, title: str, subject: Subject) -> Figure:
    """Draw points in two dimensions, coloured by class, every class's name at its median or beside it.

    Of many classes, those for whose names there is no room are named under the map.
    """
    figure, unnamed = _named_map(points, labels, title, subject)
    if len(unnamed):  # once more, on a page with room for a key
        below = MARGIN + key_height(unnamed, subject.classes)
        figure, _ = _named_map(points, labels, title, subject, below)
        write_key(figure, unnamed, subject.classes, HEIGHT + MARGIN)
    return figure


def _named_map(
    points: Points, labels: Labels, title: str, subject: Subject, below: Pixels = 0
) -> tuple[Figure, Integer[np.ndarray, "unnamed"]]:
    """A map on a page with so much room below it, and the classes whose names are not on it."""
    figure = page(HEIGHT + below, title, subject.colour)
    axes = place(figure, 0, 0, BODY, HEIGHT)
    draw_points(axes, points, _colours(labels, subject), DOT)
    if subject.classes.are_many:
        return figure, name_where_room_is(axes, points, labels, subject.classes)
    if subject.classes.are_given:
        name_classes(axes, points, labels, NAME, subject.classes)
    return figure, np.array([], int)


def thumbnails(
    points: Points,
    images: UInt8[np.ndarray, "n h w *rgb"],
    labels: Labels,
    title: str,
    subject: Subject,
) -> Figure:
    """Draw images at their points in the colours of their classes: as many as there is room for."""
    corners = _corners(points, max(images.shape[1:3]))
    shown = far_apart(corners, _apart(images))
    figure = page(HEIGHT, title, subject.colour)
    axes = place(figure, 0, 0, BODY, HEIGHT)
    axes.imshow(_canvas(corners[shown], images[shown], _colours(labels, subject)[shown]), aspect="auto")
    axes.set_axis_off()
    return figure


def _colours(labels: Labels, subject: Subject) -> Colours:
    if subject.classes.are_given:
        return colours_of(labels)
    return np.tile(to_rgb(subject.colour), (len(labels), 1))


def _apart(images: UInt8[np.ndarray, "n h w *rgb"]) -> Pixels:
    """Ink shines through ink, so it may overlap; images in colour must not."""
    side = max(images.shape[1:3])
    return APART * side / LIKE_DIGITS if images.ndim == 3 else side + FRAME


def scatter_3d(points: Points, labels: Labels, title: str, subject: Subject) -> Figure:
    """Draw points in three dimensions from the two sides of `VIEWS`, with a key of the classes."""
    side, colours = BODY // 2, _colours(labels, subject)
    below = max(0, key_height(labels, subject.classes) - ROOM)
    figure = page(side + 60 + below, title, subject.colour)
    for index, (elevation, azimuth) in enumerate(VIEWS):
        axes = place(figure, index * side, 30 + below, side, side, axes_class=Axes3D)
        axes.scatter(*points.T, s=7, c=colours, linewidths=0, alpha=0.75, depthshade=False)
        axes.view_init(elevation, azimuth)
        axes.set_box_aspect((1, 1, 1), zoom=1.2)
        for name, axis in zip(
            ("first", "second", "third"), (axes.xaxis, axes.yaxis, axes.zaxis), strict=True
        ):
            axis.set_ticklabels([])
            axis.set_label_text(name, color=MUTED)
            axis.labelpad = -12
    if subject.classes.are_given:
        write_key(figure, labels, subject.classes)
    return figure


def thumbnails_drawn(points: Points, side: int = 28) -> int:
    """How many of the images at `points`, `side` pixels high, `thumbnails` has room for."""
    return len(far_apart(_corners(points, side), APART))


def far_apart(places: Shaped[np.ndarray, "n 2"], distance: Pixels) -> Integer[np.ndarray, "m"]:
    """Indices of places, first come first served, that keep `distance` from each other."""
    shown: list[int] = []
    for index, place_ in enumerate(places):
        if not shown or np.square(places[shown] - place_).sum(axis=1).min() >= distance**2:
            shown.append(index)
    return np.array(shown)


def _canvas(
    corners: Integer[np.ndarray, "n 2"],
    images: UInt8[np.ndarray, "n h w *rgb"],
    colours: Colours,
) -> Float[np.ndarray, "height width 3"]:
    """Paint every image's ink, in its class's colour, over what is there; RGB as it is, in a frame of it."""
    canvas = np.ones((HEIGHT, BODY, 3), np.float32)
    for (row, column), image, colour in zip(corners, images, colours, strict=True):
        there = canvas[row : row + image.shape[0], column : column + image.shape[1]]
        if image.ndim == 3:
            there[...] = colour
            there[FRAME:-FRAME, FRAME:-FRAME] = image[FRAME:-FRAME, FRAME:-FRAME] / np.float32(255)
            continue
        ink = image[..., None].astype(np.float32) / 255
        there += ink * (colour.astype(np.float32) - there)
    return canvas


def _corners(points: Points, side: int) -> Integer[np.ndarray, "n 2"]:
    """Row and column of each image's upper left corner: one scale for both axes, the map in the middle."""
    room = np.array([BODY, HEIGHT]) - side
    extent = np.maximum(np.ptp(points, axis=0), 1e-12)
    scale = (room / extent).min()
    x, y = ((points - points.min(axis=0)) * scale + (room - extent * scale) / 2).T
    return np.stack([room[1] - y, x], axis=1).round().astype(int)
