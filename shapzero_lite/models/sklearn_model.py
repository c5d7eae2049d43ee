"""A scikit-learn estimator as a model to explain."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from shapzero_lite._checks import whole
from shapzero_lite.letters import Alphabet, as_codes
from shapzero_lite.models.encodings import check_alphabet, check_encoding, encoded

METHODS = ("predict", "predict_proba", "decision_function")


class SklearnModel:
    """A callable from codes (N, n) to what a fitted estimator says, (N,) or (N, columns).

    ``estimator``: anything with ``predict`` as scikit-learn means it (pipelines and gradient
    boosting of other packages too), fitted to sequences in the form that ``encoding`` names:
    "one-hot-flat" (N, n·q), the q letters of position 1 first, or "indices" (N, n).
    ``method``: "predict" for a regressor; "predict_proba" or "decision_function" for a
    classifier, where ``output`` chooses the class, counted from 0 in the order of ``classes_``.
    Raises ``TypeError`` when there is no such method, ``ValueError`` when the number of features
    is another one, naming the encoding that has it.

    >>> from sklearn.linear_model import LinearRegression
    >>> from shapzero_lite import DNA
    >>> x = DNA.random(100, 5, seed=0)
    >>> fitted = LinearRegression().fit(encoded(x, 4, "one-hot-flat"), x.sum(axis=1))
    >>> SklearnModel(fitted, alphabet=DNA)(["ACGTT", "CCCCC"]).round(3).tolist()
    [9.0, 5.0]
    """

    def __init__(
        self,
        estimator: Any,
        *,
        alphabet: Alphabet,
        n: int | None = None,
        encoding: str = "one-hot-flat",
        method: str = "predict",
        output: int | None = None,
    ) -> None:
        check_alphabet(alphabet, n)
        check_encoding(encoding)
        if method not in METHODS:
            raise ValueError(f"method is one of {', '.join(METHODS)}, not {method!r}")
        if isinstance(estimator, type) or not callable(getattr(estimator, method, None)):
            have = [m for m in METHODS if callable(getattr(estimator, m, None))]
            what = "a class, not a fitted object" if isinstance(estimator, type) else "this one has"
            msg = f"an estimator with {method!r} is needed; {what} ({', '.join(have) or 'none'})"
            raise TypeError(msg)
        if output is not None:
            output = whole(output, "output", None, why=", a column counted from 0")
        self.estimator = estimator
        self.alphabet = alphabet
        self.n = n
        self.encoding = encoding
        self.method = method
        self.output = output

    def __call__(self, codes: Any) -> NDArray[np.float64]:
        """Return the estimator's answers (N,), or (N, columns) when none is chosen."""
        codes = as_codes(codes, self.alphabet, n=self.n)
        q, n = self.alphabet.q, codes.shape[1]
        features = encoded(codes, q, self.encoding, np.float64)
        if features.ndim == 2:
            self._check_features(features.shape[1], n)
            features = self._named(features)
        values = np.asarray(getattr(self.estimator, self.method)(features))
        if values.dtype.kind not in "biuf":
            raise ValueError(
                f"{self.method} returned {values.dtype} values, such as {values.flat[0]!r}: of a "
                "classifier take method='predict_proba' with output= the number of the class"
            )
        columns = values.shape[1] if values.ndim == 2 else 1
        if self.output is not None and not -columns <= self.output < columns:
            msg = f"output={self.output} was chosen, but {self.method} returns {columns} columns"
            raise ValueError(msg)
        if self.output is not None and values.ndim == 2:
            values = values[:, self.output]
        return values.astype(np.float64)

    def _check_features(self, have: int, n: int) -> None:
        need = getattr(self.estimator, "n_features_in_", have)
        if need == have:
            return
        sizes = {"one-hot-flat": n * self.alphabet.q, "indices": n}
        does = [name for name, size in sizes.items() if size == need]
        todo = (
            f"encoding={does[0]!r} would do"
            if does
            else "was it fitted to sequences of another length, or with one letter left out?"
        )
        raise ValueError(
            f"the estimator was fitted to {need} features; {self.encoding!r} of {n} positions and "
            f"{self.alphabet.q} letters gives {have}; {todo}"
        )

    def _named(self, features: NDArray[Any]) -> Any:
        # Fitted to a data frame: scikit-learn wants the names of its columns back.
        names = getattr(self.estimator, "feature_names_in_", None)
        if names is None:
            return features
        import pandas as pd

        return pd.DataFrame(features, columns=names)

    def __repr__(self) -> str:
        name = type(self.estimator).__name__
        return f"SklearnModel({name}, encoding={self.encoding!r}, method={self.method!r})"
