"""`tf.keras.layers`: functions with weights."""

from gradtape.keras.layers.activation import ELU, Activation, LeakyReLU, ReLU, Softmax
from gradtape.keras.layers.cells import GRUCell, LSTMCell, SimpleRNNCell
from gradtape.keras.layers.combining import (
    Add,
    Average,
    Concatenate,
    Identity,
    Lambda,
    Maximum,
    Multiply,
    Rescaling,
    Subtract,
)
from gradtape.keras.layers.convolution import Conv1D, Conv2D
from gradtape.keras.layers.dense import Dense
from gradtape.keras.layers.dropout import Dropout, GaussianNoise
from gradtape.keras.layers.embedding import Embedding
from gradtape.keras.layers.input_layer import Input, InputLayer
from gradtape.keras.layers.input_spec import InputSpec
from gradtape.keras.layers.layer import Layer
from gradtape.keras.layers.normalization import BatchNormalization, LayerNormalization
from gradtape.keras.layers.pooling import (
    AveragePooling1D,
    AveragePooling2D,
    GlobalAveragePooling1D,
    GlobalAveragePooling2D,
    GlobalMaxPooling1D,
    GlobalMaxPooling2D,
    MaxPooling1D,
    MaxPooling2D,
)
from gradtape.keras.layers.recurrent import GRU, LSTM, RNN, Bidirectional, SimpleRNN
from gradtape.keras.layers.reshaping import (
    Flatten,
    Permute,
    RepeatVector,
    Reshape,
    UpSampling2D,
    ZeroPadding2D,
)
from gradtape.keras.layers.stacked_cells import StackedRNNCells
from gradtape.names.absence import absent_from

Convolution1D, Convolution2D = Conv1D, Conv2D
MaxPool1D, MaxPool2D = MaxPooling1D, MaxPooling2D
AvgPool1D, AvgPool2D = AveragePooling1D, AveragePooling2D

__all__ = [
    "ELU", "GRU", "LSTM", "RNN", "Activation", "Add", "Average", "AveragePooling1D",
    "AveragePooling2D", "AvgPool1D", "AvgPool2D", "BatchNormalization", "Bidirectional",
    "Concatenate", "Conv1D", "Conv2D", "Convolution1D", "Convolution2D", "Dense", "Dropout",
    "Embedding", "Flatten", "GRUCell", "GaussianNoise", "GlobalAveragePooling1D",
    "GlobalAveragePooling2D", "GlobalMaxPooling1D", "GlobalMaxPooling2D", "Identity", "Input",
    "InputLayer", "InputSpec", "LSTMCell", "Lambda", "Layer", "LayerNormalization", "LeakyReLU",
    "MaxPool1D", "MaxPool2D", "MaxPooling1D", "MaxPooling2D", "Maximum", "Multiply", "Permute",
    "ReLU", "RepeatVector", "Rescaling", "Reshape", "SimpleRNN", "SimpleRNNCell", "Softmax",
    "StackedRNNCells",
    "Subtract", "UpSampling2D", "ZeroPadding2D",
]  # fmt: skip

__getattr__ = absent_from(__name__)
