"""Activations, softmax, losses from logits, normalisation, embedding, blocks of pixels."""

from tests.core.ops.cases import case, distinct, exactly, integers, normal, positive, uniform

INF = float("inf")
NAN = float("nan")

# Kinks, ties and infinities: TensorFlow's convention decides, not finite differences.
_KINK = {"_numeric": False, "_id": "kink"}
# TensorFlow rounds this parameter (and the √½ of gelu) to float32 first, also for float64.
_ROUNDED = {"_tol": 1e-7}

CASES = [
    case("nn.relu", normal(3, 4)),
    case("nn.relu", exactly([0.0, -0.0, NAN, INF, -INF, 2.0]), **_KINK),
    case("nn.relu", integers(-5, 5, 6)),
    case("nn.relu", normal()),
    case("nn.relu", normal(0, 3)),
    case("nn.relu6", uniform(-3.0, 9.0, 3, 4)),
    case("nn.relu6", exactly([0.0, 6.0, 3.0, NAN]), **_KINK),
    case("nn.elu", normal(3, 4)),
    case("nn.elu", exactly([0.0, -INF, INF]), **_KINK),
    case("nn.selu", normal(3, 4)),
    case("nn.selu", exactly([0.0, -INF]), **_KINK),
    case("nn.softsign", normal(3, 4)),
    case("nn.softsign", exactly([0.0, 1e6, -1e6]), **_KINK),
    case("nn.leaky_relu", normal(3, 4), **_ROUNDED),
    case("nn.leaky_relu", normal(3, 4), alpha=0.5),
    case("nn.leaky_relu", normal(3, 4), 1.5),
    case("nn.leaky_relu", exactly([0.0, NAN]), **_KINK, **_ROUNDED),
    case("nn.leaky_relu", integers(-5, 5, 6)),
    case("nn.crelu", normal(2, 3)),
    case("nn.crelu", normal(2, 3), axis=0),
    case("nn.crelu", exactly([0.0]), **_KINK),
    case("nn.gelu", normal(3, 4), _tol32=1e-5, _tol=1e-6),
    case("nn.gelu", normal(3, 4), approximate=True),
    case("nn.gelu", exactly([0.0, -8.0, 8.0]), _tol32=1e-5, _tol=1e-6),
    case("nn.silu", normal(3, 4)),
    case("nn.silu", normal(3, 4), beta=1.7, **_ROUNDED),
    case("nn.silu", normal(3, 4), beta=positive()),
    case("nn.swish", normal(5)),
    case("nn.softplus", normal(3, 4)),
    case("nn.softplus", exactly([0.0, 40.0, -40.0])),
    case("nn.sigmoid", normal(3, 4)),
    case("nn.tanh", normal(3, 4)),
    case("nn.softmax", normal(3, 4)),
    case("nn.softmax", normal(3, 4), axis=0),
    case("nn.softmax", normal(2, 3, 4), axis=1),
    case("nn.softmax", normal(2, 3, 4), -3),
    case("nn.softmax", exactly([[0.0, -INF, 1.0], [1e4, 0.0, -1e4]]), **_KINK),
    case("nn.log_softmax", normal(3, 4)),
    case("nn.log_softmax", normal(2, 3, 4), axis=1),
    case("nn.log_softmax", exactly([[1e4, 0.0, -1e4]]), **_KINK),
    case(
        "nn.softmax_cross_entropy_with_logits",
        exactly([[0.2, 0.5, 0.3], [1.0, 0.0, 0.0]]),
        normal(2, 3),
        _at=(1,),
    ),
    # TensorFlow takes every label for a distribution: its gradient by the logits is softmax −
    # labels even where they sum to another number. Moving a label moves their sum.
    case(
        "nn.softmax_cross_entropy_with_logits",
        positive(2, 3),
        normal(2, 3),
        _differs="the gradient is that of labels with any sum",
    ),
    case(
        "nn.softmax_cross_entropy_with_logits", positive(2, 3), normal(2, 3), _at=(0,), _id="labels"
    ),
    case(
        "nn.softmax_cross_entropy_with_logits",
        exactly([[0.25, 0.5], [0.75, 0.5]]),
        normal(2, 2),
        axis=0,
        _at=(1,),
    ),
    case("nn.softmax_cross_entropy_with_logits", exactly([0.25, 0.75]), normal(3, 2), _at=(1,)),
    case(
        "nn.softmax_cross_entropy_with_logits", exactly([[0.25, 0.75]] * 3), normal(3, 2), _at=(0,)
    ),
    case(
        "nn.softmax_cross_entropy_with_logits",
        exactly([[[0.25, 0.75]], [[0.5, 0.5]]]),
        normal(2, 1, 2),
        _at=(1,),
    ),
    case("nn.sparse_softmax_cross_entropy_with_logits", integers(0, 4, 3), normal(3, 4)),
    case(
        "nn.sparse_softmax_cross_entropy_with_logits",
        integers(0, 4, 2, 3, dtype="int64"),
        normal(2, 3, 4),
    ),
    case("nn.sparse_softmax_cross_entropy_with_logits", exactly(1, "int32"), normal(3)),
    case(
        "nn.sparse_softmax_cross_entropy_with_logits",
        exactly([0, 1], "int32"),
        exactly([[900.0, 0.0], [900.0, 0.0]]),
    ),
    case("nn.sparse_softmax_cross_entropy_with_logits", exactly([5], "int32"), normal(1, 2)),
    case("nn.sigmoid_cross_entropy_with_logits", uniform(0.0, 1.0, 2, 3), normal(2, 3)),
    case(
        "nn.sigmoid_cross_entropy_with_logits",
        exactly([0.0, 1.0, 1.0, 0.5]),
        exactly([50.0, 50.0, -50.0, 0.0]),
    ),
    case("nn.weighted_cross_entropy_with_logits", uniform(0.0, 1.0, 2, 3), normal(2, 3), 2.5),
    case(
        "nn.weighted_cross_entropy_with_logits", uniform(0.0, 1.0, 2, 3), normal(2, 3), positive(3)
    ),
    case(
        "nn.weighted_cross_entropy_with_logits",
        exactly([0.5]),
        exactly([0.0]),
        3.0,
        _differs="the derivative at a logit of 0 has its second term",
    ),
    case("nn.log_poisson_loss", positive(2, 3), normal(2, 3)),
    case("nn.log_poisson_loss", uniform(1.1, 5.0, 2, 3), normal(2, 3), compute_full_loss=True),
    case(
        "nn.log_poisson_loss",
        exactly([0.0, 0.5, 1.0, 3.0]),
        normal(4),
        compute_full_loss=True,
        _at=(1,),
    ),
    case("nn.bias_add", normal(2, 3), normal(3)),
    case("nn.bias_add", normal(2, 4, 5, 3), normal(3)),
    case("nn.bias_add", normal(2, 3, 4, 5), normal(3), data_format="NCHW"),
    case("nn.bias_add", normal(2, 3), normal(3), "NHWC"),
    case("nn.l2_loss", normal(3, 4)),
    case("nn.l2_loss", normal()),
    case("nn.l2_loss", normal(0)),
    case("nn.embedding_lookup", normal(5, 3), integers(0, 5, 4)),
    case("nn.embedding_lookup", normal(5, 3), exactly([[1, 1], [4, 1]], "int32")),
    case("nn.embedding_lookup", normal(5, 3), integers(0, 5, 4), max_norm=1.0),
    case("nn.embedding_lookup", [normal(3, 2), normal(2, 2)], integers(0, 5, 6)),
    case("nn.embedding_lookup", normal(5, 3), exactly([5], "int32")),
    case(
        "nn.moments", normal(3, 4), [0], _second=False
    ),  # TensorFlow stops the gradient of the mean
    case("nn.moments", normal(2, 3, 4), [0, 2], keepdims=True),
    case("nn.moments", normal(2, 3), [-1]),
    case("nn.weighted_moments", normal(3, 4), [0], positive(3, 4)),
    case("nn.weighted_moments", normal(3, 4), [1], positive(4), keepdims=True),
    case(
        "nn.batch_normalization", normal(3, 4), normal(4), positive(4), normal(4), normal(4), 1e-3
    ),
    case("nn.batch_normalization", normal(3, 4), normal(4), positive(4), None, None, 1e-3),
    case("nn.batch_normalization", normal(3, 4), normal(4), positive(4), normal(4), None, 1e-3),
    case(
        "nn.batch_normalization", normal(3, 4), normal(3, 1), positive(3, 1), None, normal(4), 1e-3
    ),
    case("nn.l2_normalize", normal(3, 4), axis=1),
    case("nn.space_to_depth", normal(2, 4, 6, 3), 2),
    case("nn.space_to_depth", normal(1, 3, 3, 1), 3),
    case("nn.space_to_depth", normal(1, 3, 4, 1), 2),
    case("nn.depth_to_space", normal(2, 2, 3, 8), 2),
    case("nn.depth_to_space", normal(1, 2, 2, 3), 2),
    case("nn.dropout", distinct(3, 4), 0.0),
    case("nn.dropout", distinct(3, 4), 0),
]
