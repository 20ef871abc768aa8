"""Several watchers as one."""

from torch import nn

from stages.training.watching import all_of

MODEL = nn.Identity()


def test_every_watcher_sees_the_model_in_order():
    seen = []
    all_of(lambda model: seen.append(("first", model)), lambda model: seen.append(("second", model)))(MODEL)
    assert seen == [("first", MODEL), ("second", MODEL)]


def test_nobody_need_watch():
    assert all_of()(MODEL) is None
