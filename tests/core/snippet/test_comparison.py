"""Digests, ulps and tiers: what counts as the same gradient."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gradtape.snippet import Recorded, Tier, compare, current_pins, draft, ulp_distance, validate
from gradtape.snippet.results import decode_values

PINS = current_pins(0)


def tier_of(recorded, obtained, **tolerance):
    manifest = draft("", pins=PINS, results=[Recorded("g", recorded)])
    manifest["tolerance"].update(tolerance)
    validate(manifest)
    return compare(manifest, [Recorded("g", obtained)], PINS).results[0]


@pytest.mark.parametrize(
    "dtype",
    ["bool", "float16", "float32", "float64", "complex64", "complex128", "int8", "int64", "uint16"],
)
@pytest.mark.parametrize("shape", [(), (0,), (3,), (2, 0, 3), (4, 5)])
def test_equal_bits_are_exact_in_every_dtype_and_shape(dtype, shape):
    value = (np.random.default_rng(1).standard_normal(shape) * 3).astype(dtype)
    result = tier_of(value, value.copy())
    assert (result.tier, result.reason) == (Tier.EXACT, "identical bits")


def test_memory_order_byte_order_and_nan_payload_do_not_matter():
    value = np.float32([[1, 2], [np.nan, 4]])
    other = np.asfortranarray(value)
    other[1, 0] = np.uint32(0xFFC00001).view(np.float32)
    assert tier_of(value, other).tier is Tier.EXACT
    assert tier_of(value, value.astype(">f4")).tier is Tier.EXACT
    c = np.complex64([complex(np.nan, 1)])
    negated = np.negative(np.negative(c))
    assert tier_of(c, negated).tier is Tier.EXACT


def test_the_sign_of_zero_breaks_exact_but_not_close():
    result = tier_of(np.float32([0.0, 1.0]), np.float32([-0.0, 1.0]))
    assert result.tier is not Tier.EXACT


def test_one_ulp_is_close_and_is_shown():
    value = np.float32([1, 2, 3])
    other = value.copy()
    other[1] = np.nextafter(other[1], np.float32(9))
    result = tier_of(value, other)
    assert (result.tier, result.worst_ulp, result.worst_index) == (Tier.CLOSE, 1, (1,))
    assert (result.recorded, result.obtained) == ("2.0", repr(float(other[1])))


def test_the_rest_of_a_cancellation_is_judged_by_the_largest_element():
    value, other = np.float32([1000.0, 1e-6]), np.float32([1000.0, 3e-6])
    assert tier_of(value, other).tier is Tier.CLOSE
    assert tier_of(value, other, floor_ulp=0).tier is Tier.DIFFERS


@pytest.mark.parametrize(
    ("recorded", "obtained"),
    [
        (np.float32([1.0]), np.float32([1.001])),
        (np.float32([np.nan]), np.float32([1.0])),
        (np.float32([np.inf]), np.float32([np.finfo(np.float32).max])),
        (np.float32([np.inf, 1]), np.float32([-np.inf, 1])),
        (np.float32([1.0]), np.float64([1.0])),
        (np.float32([1.0]), np.float32(1.0)),
        (np.float32([1.0]), None),
        (None, np.float32([1.0])),
        (np.int32([5]), np.int32([6])),
        (np.complex64([1 + 1j]), np.complex64([1 + 2j])),
    ],
)
def test_differs(recorded, obtained):
    assert tier_of(recorded, obtained).tier is Tier.DIFFERS


def test_exact_covers_every_bit_of_a_large_result_and_close_says_what_it_compared():
    value = np.random.default_rng(2).standard_normal((100, 100))
    assert tier_of(value, value.copy()).compared == 10_000
    other = value.copy()
    other[99, 99] += 1.0  # not among the elements that are kept
    result = tier_of(value, other)
    assert result.tier is Tier.CLOSE
    assert result.reason == "within the tolerance, judged by 500 of 10000 elements"
    assert tier_of(value, value + 1.0).tier is Tier.DIFFERS
    near = np.nextafter(value, 9)
    assert tier_of(value, near).tier is Tier.CLOSE


@given(st.floats(width=32, allow_nan=False), st.integers(0, 300))
@settings(max_examples=300, deadline=None)
def test_ulp_distance_counts_steps_of_nextafter(start, steps):
    value = np.float32(start)
    bits = value.view(np.int32)
    walked = np.int64(bits) + steps if start > 0 else None
    if walked is None or walked > np.float32(np.inf).view(np.int32):
        return
    other = np.int32(walked).view(np.float32)
    assert ulp_distance(np.atleast_1d(value), np.atleast_1d(other)).tolist() == [steps]
    assert ulp_distance(np.atleast_1d(other), np.atleast_1d(value)).tolist() == [steps]


def test_ulp_distance_crosses_zero_and_does_not_overflow():
    tiny = np.float64([5e-324])
    assert ulp_distance(tiny, -tiny).tolist() == [2]
    huge = np.float64([np.inf])
    assert ulp_distance(huge, -huge)[0] == 2 * 0x7FF0000000000000
    assert ulp_distance(np.float64([np.nan]), huge)[0] == 2**63 - 1


def test_the_report_names_missing_and_surplus_results_and_pins():
    manifest = draft("", pins=PINS, results=[Recorded("a", None), Recorded("b", None)])
    manifest["engine"] = {**manifest["engine"], "source_sha256": "0" * 64, "version": "9.9"}
    verdict = compare(manifest, [Recorded("a", None), Recorded("c", None)], PINS)
    assert verdict.tier is Tier.DIFFERS
    assert [result.tier.value for result in verdict.results] == ["EXACT", "DIFFERS"]
    assert verdict.reasons == ["c: produced by the run, not in the record"]
    assert verdict.pins[0].startswith("engine.version: recorded 9.9, run ")
    assert verdict.pins[1].startswith("engine.source_sha256: recorded 0000000000000000…, run ")


def test_of_more_results_than_fit_the_first_and_the_last_are_kept():
    run = [Recorded(f"g {i}", np.float32([i])) for i in range(1000)]
    manifest = draft("", pins=PINS, results=run)
    validate(manifest)
    assert (len(manifest["results"]), manifest["produced"]) == (256, 1000)
    assert decode_values(manifest["results"][-1]) == 999
    assert compare(manifest, run, PINS).tier is Tier.EXACT
    shorter = compare(manifest, run[:-1], PINS)
    assert shorter.tier is Tier.DIFFERS
    assert shorter.reasons[0] == "recorded 1000 results, the run produced 999"


def test_many_large_results_still_fit_a_manifest():
    numbers = np.random.default_rng(3)
    run = [Recorded(f"g {i}", numbers.standard_normal((300, 7))) for i in range(256)]
    manifest = draft("x" * 60_000, pins=PINS, results=run)
    validate(manifest)
    assert compare(manifest, run, PINS).tier is Tier.EXACT


def test_a_dtype_that_cannot_travel_is_refused():
    with pytest.raises(ValueError, match="got dtype object; a snippet can hold none, bool"):
        draft("", results=[Recorded("g", np.array([object()]))])


def test_the_arithmetic_of_a_tab_is_a_pin_and_numpys_need_not_be_named():
    kernels = {**PINS, "runtime": {**PINS["runtime"], "arithmetic": "wasm fma"}}
    run = [Recorded("g", np.float32([1, 2]))]
    near = [Recorded("g", np.nextafter(run[0].value, np.float32(9)))]
    plain, made = (draft("", pins=pins, results=run) for pins in (PINS, kernels))
    validate(made)
    assert compare(made, run, kernels).pins == compare(plain, run, PINS).pins == []
    assert compare(made, near, PINS).tier is Tier.CLOSE
    told = compare(made, run, PINS)
    assert told.pins == ["runtime.arithmetic: recorded wasm fma, run numpy"]
    assert told.tier is Tier.EXACT
    assert compare(plain, run, kernels).pins == ["runtime.arithmetic: recorded numpy, run wasm fma"]
    unknown = draft("", results=run)
    assert compare(unknown, run, kernels).pins == []
    made["runtime"]["arithmetic"] = "other"
    with pytest.raises(ValueError, match="must be one of wasm, wasm fma"):
        validate(made)
