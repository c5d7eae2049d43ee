"""Fit MAVE-NN to a table of sequence and value; print the share of variance left on its test rows.

    <python with mavenn> benchmarks/mavenn_peer.py rows.csv LETTERS

Runs in an environment of its own (pip install mavenn), so it imports nothing of ours. Additive
genotype-phenotype map, global-epistasis regression, Gaussian noise, early stopping on a tenth of
the rows; another tenth is the test.
"""

import csv
import sys

import keras
import mavenn
import numpy as np


def main() -> None:
    """Fit and print."""
    with open(sys.argv[1], newline="", encoding="utf-8") as file:  # noqa: PTH123
        rows = list(csv.reader(file))
    x, y = np.array([row[0] for row in rows]), np.array([float(row[1]) for row in rows])
    order = np.random.default_rng(0).permutation(len(y))
    test, fitted = order[: len(y) // 10], order[len(y) // 10 :]
    keras.utils.set_random_seed(0)
    model = mavenn.Model(
        regression_type="GE", L=len(x[0]), alphabet=np.array(list(sys.argv[2])),
        gpmap_type="additive", ge_nonlinearity_type="nonlinear", ge_nonlinearity_monotonic=True,
        ge_nonlinearity_hidden_nodes=50, ge_noise_model_type="Gaussian",
    )  # fmt: skip
    held = np.zeros(len(fitted), bool)
    held[: len(y) // 10] = True
    model.set_data(x=x[fitted], y=y[fitted], validation_flags=held)
    model.fit(
        learning_rate=0.01, epochs=200, batch_size=512, early_stopping=True,
        early_stopping_patience=20, verbose=False, linear_initialization=True,
    )  # fmt: skip
    predicted = model.x_to_yhat(x[test])
    print(((y[test] - predicted) ** 2).mean() / y[test].var())


if __name__ == "__main__":
    main()
