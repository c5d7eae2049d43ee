"""Fit SQUID's additive surrogate to mutants of single sequences; write what it learnt.

    <python with squid-nn, mavenn and tensorflow> benchmarks/squid_peer.py MUTANTS.npz LEARNT.npz

Runs in an environment of its own (pip install squid-nn mavenn tensorflow), so it imports nothing
of ours. MUTANTS holds ``codes`` (W, M, n) over ACGT and the model's answers ``y`` (W, M); LEARNT
gets ``effects`` (W, n, 4) of letters on the latent scale, and the curve above it: ``latent`` and
``answer`` (W, 1000). All options are SQUID's own defaults.
"""

import sys

import keras
import numpy as np
import squid


def main() -> None:
    """Fit one surrogate a sequence."""
    with np.load(sys.argv[1], allow_pickle=False) as file:
        codes, y = file["codes"], file["y"]
    effects, latent, answer = [], [], []
    for row, (x, values) in enumerate(zip(np.eye(4)[codes], y, strict=True)):
        keras.utils.set_random_seed(row)
        surrogate = squid.surrogate_zoo.SurrogateMAVENN(x.shape, 1, gpu=False)
        model, _ = surrogate.train(x, values[:, None], verbose=0)
        theta = model.get_theta(gauge="none")
        linear = np.asarray(theta["theta_lc"], float)
        low = float(theta["theta_0"]) + linear.min(axis=1).sum()
        high = float(theta["theta_0"]) + linear.max(axis=1).sum()
        grid = np.linspace(low, high, 1000)
        # The effects carry the constant, shared by all positions, so that they add up to it.
        effects.append(linear + float(theta["theta_0"]) / len(linear))
        latent.append(grid)
        answer.append(np.ravel(model.phi_to_yhat(grid)))
    np.savez(sys.argv[2], effects=effects, latent=latent, answer=answer)


if __name__ == "__main__":
    main()
