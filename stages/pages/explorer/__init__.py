"""The explorer: one page, without a network, in which the models of a run can be played with."""
