"""Spectra and functions that several tests of explanations draw."""

import functools

import brute_force
import numpy as np

import shapzero_lite as sz


def sparse(q, n, seed=0, terms=12, max_order=None):
    k, F = brute_force.random_spectrum(q, n, terms, seed, max_order)
    return sz.Spectrum(k, F, alphabet=sz.Alphabet.of_size(q))


@functools.cache
def dense(q, n, seed=0):
    values = np.random.default_rng(seed).normal(size=(q,) * n)
    return sz.Spectrum.from_values(values, sz.Alphabet.of_size(q))


@functools.cache
def function(spectrum):
    """The spectrum's function, looked up: the definitions ask about every sequence many times."""
    every = spectrum.alphabet.all_sequences(spectrum.n)
    values = spectrum.evaluate(every).reshape((spectrum.q,) * spectrum.n)
    return lambda codes: values[tuple(codes.T)]


def drawn_letters(q, n, seed):
    """Random probabilities, with impossible letters and one fixed position."""
    rng = np.random.default_rng(seed)
    p = rng.dirichlet(np.ones(q), size=n)
    if q > 2:
        p[rng.random((n, q)) < 0.3] = 0
    p[0] = np.eye(q)[rng.integers(q)]
    p[p.sum(axis=1) == 0] = 1
    return sz.Letters(p / p.sum(axis=1, keepdims=True), sz.Alphabet.of_size(q))
