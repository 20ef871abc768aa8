import numpy as np
import pytest
from PIL import Image

from stages.figures import progress
from stages.figures.page import page
from stages.figures.saving import pixels, save_gif, save_png
from stages.studies.colours import MODEL_COLOURS
from tests.figures.pictures import SUBJECTS, images


def strip():
    return progress.draw(images(10), images(3, 10), images(10), SUBJECTS["ae"])


def frames(epochs):
    return progress.frames(images(4), images(epochs, 4), images(4), SUBJECTS["ae"])


def test_the_same_figure_gives_the_same_bytes(tmp_path):
    for name in ("one", "two"):
        save_png(strip(), tmp_path / f"{name}.png")
        save_gif(frames(3), tmp_path / f"{name}.gif")
    assert (tmp_path / "one.png").read_bytes() == (tmp_path / "two.png").read_bytes()
    assert (tmp_path / "one.gif").read_bytes() == (tmp_path / "two.gif").read_bytes()


def test_a_png_has_the_figures_size_its_colours_and_no_metadata(tmp_path):
    figure = strip()
    save_png(figure, tmp_path / "figure.png")
    with Image.open(tmp_path / "figure.png") as image:
        assert image.info == {}
        saved = np.asarray(image.convert("RGB")).astype(int)
    drawn = pixels(figure).astype(int)
    assert saved.shape == drawn.shape
    assert np.abs(saved - drawn).mean() < 2, "of 255"


def test_the_mark_in_the_models_colour_survives_the_palette(tmp_path):
    figure = page(100, "title", MODEL_COLOURS["wta"])
    save_png(figure, tmp_path / "figure.png")
    with Image.open(tmp_path / "figure.png") as image:
        mark = np.array(image.convert("RGB").getpixel((17, 30)))
    assert np.abs(mark - [0x5B, 0x1A, 0x7A]).max() <= 4


def test_a_gif_has_a_frame_an_epoch_and_rests_on_the_last(tmp_path):
    save_gif(frames(5), tmp_path / "figure.gif", milliseconds=300, rest=2000)
    with Image.open(tmp_path / "figure.gif") as image:
        durations = []
        for frame in range(image.n_frames):
            image.seek(frame)
            durations.append(image.info["duration"])
    assert durations == [300] * 4 + [2000]


def test_a_failure_leaves_the_old_file_as_it_was(tmp_path, monkeypatch):
    path = tmp_path / "figure.gif"
    path.write_bytes(b"old")

    def full(image, file, **options):
        file.write_bytes(b"half")
        raise OSError("no space left on device")

    monkeypatch.setattr(Image.Image, "save", full)
    with pytest.raises(OSError, match="no space left"):
        save_gif(frames(2), path)
    assert path.read_bytes() == b"old"
    assert [file.name for file in tmp_path.iterdir()] == ["figure.gif"]
