"""gradtape: automatic differentiation with TensorFlow's `GradientTape` interface, in pure Python."""

from gradtape import operators
from gradtape.tape import GradientTape
from gradtape.variable import Variable
from gradtape.conversion import constant, convert_to_tensor
