from stages.analyses import judging
from stages.models import classifier
from stages.training.judge import train_judge
from tests.small import CPU, NETWORK, small_digits

SETTINGS = classifier.Settings(**NETWORK | {"dense": {"hidden": (60,)}, "conv": None, "epochs": 20})


def test_the_judge_learns_to_tell_digits_from_a_few_hundred_and_is_the_same_for_the_same_seed():
    digits = small_digits()
    judges = [train_judge(SETTINGS, 20, digits, CPU, seed=0) for _ in range(2)]
    first, again = (judging.judge(judge, digits.test.clean, CPU) for judge in judges)
    assert (first == again).all()
    assert judging.error(first, digits.test.labels) < 0.25
    assert not judges[0].training
