"""`tf.test.TestCase`: Python's test case, with comparisons of tensors."""

from __future__ import annotations

import random
import tempfile
import unittest
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import numpy as np

from gradtape.random.seeds import set_seed
from gradtape.tensors.conversion import convert

_SEED = 87654321  # of each test, as in TensorFlow


class TestCase(unittest.TestCase):
    """`unittest.TestCase` with comparisons of tensors; each test begins with the same seeds.

    Structures (lists, tuples, dictionaries) are compared part by part.

    >>> import gradtape as tf
    >>> class Doubling(tf.test.TestCase):
    ...     def test_it(self):
    ...         self.assertAllClose(tf.constant([1.0, 2.0]) * 2, [2.0, 4.0])
    >>> Doubling("test_it").run().wasSuccessful()
    True
    """

    def setUp(self) -> None:
        """Set the seeds of Python, NumPy and gradtape."""
        random.seed(_SEED)
        np.random.seed(_SEED % 2**32)
        set_seed(_SEED)

    def evaluate(self, tensors: Any) -> Any:
        """The values as arrays, in their structure."""
        if isinstance(tensors, Mapping):
            return {key: self.evaluate(part) for key, part in tensors.items()}
        if isinstance(tensors, (list, tuple)):
            return type(tensors)(self.evaluate(part) for part in tensors)
        return tensors.numpy() if hasattr(tensors, "numpy") else tensors

    def get_temp_dir(self) -> str:
        """A folder for this test, deleted after it."""
        if not hasattr(self, "_folder"):
            self._folder = tempfile.TemporaryDirectory()
            self.addCleanup(self._folder.cleanup)
        return self._folder.name

    def create_tempdir(self) -> str:
        """A folder for this test, deleted after it."""
        return self.get_temp_dir()

    @contextmanager
    def session(self, *args: Any, **kwargs: Any) -> Iterator[None]:
        """Nothing to do: values are there at once."""
        yield

    cached_session = session

    def _array(self, value: Any) -> Any:
        if hasattr(value, "numpy"):
            value = value.numpy()
        return value if isinstance(value, np.ndarray) else np.asarray(convert(value)._value)

    def _pairs(self, a: Any, b: Any, msg: Any) -> Iterator[tuple[Any, Any]]:
        """The parts of two structures, side by side."""
        if isinstance(a, Mapping) or isinstance(b, Mapping):
            self.assertIsInstance(a, Mapping, msg)
            self.assertIsInstance(b, Mapping, msg)
            self.assertCountEqual(a.keys(), b.keys(), msg)
            for key in a:
                yield from self._pairs(a[key], b[key], msg)
            return
        both = isinstance(a, (list, tuple)) and isinstance(b, (list, tuple))
        if both and any(
            isinstance(part, (list, tuple, Mapping)) or hasattr(part, "numpy") for part in a
        ):
            self.assertEqual(len(a), len(b), msg)
            for x, y in zip(a, b, strict=True):
                yield from self._pairs(x, y, msg)
            return
        yield self._array(a), self._array(b)

    def assertAllClose(  # noqa: N802
        self, a: Any, b: Any, rtol: float = 1e-6, atol: float = 1e-6, msg: Any = None
    ) -> None:
        """Shapes are equal, and values up to atol + rtol·|b|; nan equals nan."""
        for x, y in self._pairs(a, b, msg):
            self.assertEqual(x.shape, y.shape, msg)
            np.testing.assert_allclose(x, y, rtol, atol, err_msg=str(msg or ""))

    def assertAllCloseAccordingToType(  # noqa: N802
        self,
        a: Any,
        b: Any,
        rtol: float = 1e-6,
        atol: float = 1e-6,
        float_rtol: float = 1e-6,
        float_atol: float = 1e-6,
        half_rtol: float = 1e-3,
        half_atol: float = 1e-3,
        bfloat16_rtol: float = 1e-2,
        bfloat16_atol: float = 1e-2,
        msg: Any = None,
    ) -> None:
        """As `assertAllClose`, with more room for the narrower types."""
        for x, y in self._pairs(a, b, msg):
            kinds = {str(x.dtype), str(y.dtype)}
            near, off = rtol, atol
            if kinds & {"float32", "complex64"}:
                near, off = max(near, float_rtol), max(off, float_atol)
            if "float16" in kinds:
                near, off = max(near, half_rtol), max(off, half_atol)
            self.assertAllClose(x, y, near, off, msg)

    def assertNotAllClose(  # noqa: N802
        self, a: Any, b: Any, rtol: float = 1e-6, atol: float = 1e-6, msg: Any = None
    ) -> None:
        """Not what `assertAllClose` asks for."""
        try:
            self.assertAllClose(a, b, rtol, atol, msg)
        except AssertionError:
            return
        raise AssertionError(f"The two values are close at all elements. {msg or ''}")

    def assertAllEqual(self, a: Any, b: Any, msg: Any = None) -> None:  # noqa: N802
        """Shapes and values are equal; nan equals nan."""
        for x, y in self._pairs(a, b, msg):
            self.assertEqual(x.shape, y.shape, msg)
            np.testing.assert_array_equal(x, y, err_msg=str(msg or ""))

    def assertNotAllEqual(self, a: Any, b: Any, msg: Any = None) -> None:  # noqa: N802
        """Not what `assertAllEqual` asks for."""
        try:
            self.assertAllEqual(a, b, msg)
        except AssertionError:
            return
        raise AssertionError(f"The two values are equal at all elements. {msg or ''}")

    def _all(self, what: str, holds: Any, a: Any) -> None:
        if not np.all(holds):
            raise AssertionError(f"not all elements are {what}: {self._array(a)}")

    def assertAllGreater(self, a: Any, comparison_target: Any) -> None:  # noqa: N802
        """Every element is greater."""
        self._all(f"> {comparison_target}", self._array(a) > comparison_target, a)

    def assertAllGreaterEqual(self, a: Any, comparison_target: Any) -> None:  # noqa: N802
        """Every element is greater or equal."""
        self._all(f">= {comparison_target}", self._array(a) >= comparison_target, a)

    def assertAllLess(self, a: Any, comparison_target: Any) -> None:  # noqa: N802
        """Every element is less."""
        self._all(f"< {comparison_target}", self._array(a) < comparison_target, a)

    def assertAllLessEqual(self, a: Any, comparison_target: Any) -> None:  # noqa: N802
        """Every element is less or equal."""
        self._all(f"<= {comparison_target}", self._array(a) <= comparison_target, a)

    def assertAllInRange(  # noqa: N802
        self,
        target: Any,
        lower_bound: Any,
        upper_bound: Any,
        open_lower_bound: bool = False,
        open_upper_bound: bool = False,
    ) -> None:
        """Every element lies between two bounds."""
        x = self._array(target)
        low = x > lower_bound if open_lower_bound else x >= lower_bound
        high = x < upper_bound if open_upper_bound else x <= upper_bound
        self._all(f"in [{lower_bound}, {upper_bound}]", low & high, target)

    def assertAllInSet(self, target: Any, expected_set: Any) -> None:  # noqa: N802
        """Every element is one of a set."""
        flat = self._array(target).reshape(-1).tolist()
        self._all(f"in {expected_set}", [x in expected_set for x in flat], target)

    def assertShapeEqual(self, input_a: Any, input_b: Any, msg: Any = None) -> None:  # noqa: N802
        """The shapes are equal."""
        self.assertEqual(list(input_a.shape), list(input_b.shape), msg)

    def assertDTypeEqual(self, target: Any, expected_dtype: Any) -> None:  # noqa: N802
        """The dtype is this one."""
        found = convert(target).dtype
        if found != expected_dtype:
            raise AssertionError(f"the dtype is {found}, not {expected_dtype}")

    def assertNear(self, f1: Any, f2: Any, err: Any, msg: Any = None) -> None:  # noqa: N802
        """Two numbers differ by at most `err`."""
        close = f1 == f2 or abs(f1 - f2) <= err
        self.assertTrue(close, msg or f"{f1} != {f2} +/- {err}")

    def assertArrayNear(self, farray1: Any, farray2: Any, err: Any, msg: Any = None) -> None:  # noqa: N802
        """Two rows of numbers differ by at most `err`."""
        self.assertEqual(len(farray1), len(farray2), msg)
        for a, b in zip(farray1, farray2, strict=True):
            self.assertNear(float(a), float(b), err, msg)
