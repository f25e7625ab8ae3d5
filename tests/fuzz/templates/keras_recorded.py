"""Keras's parts that the fuzzer does not draw: what they give was recorded from Keras itself."""

from tests.fuzz.templates import NOT_CALLED

#: namespace → names
RECORDED = {
    "keras.layers": """
        Masking
        CategoryEncoding CenterCrop Discretization Hashing IntegerLookup Normalization
        RandomBrightness RandomContrast RandomCrop RandomFlip RandomRotation RandomTranslation
        RandomZoom Resizing StringLookup TextVectorization
        ActivityRegularization AdaptiveAveragePooling1D AdaptiveAveragePooling2D
        AdaptiveAveragePooling3D AdaptiveMaxPooling1D AdaptiveMaxPooling2D
        AdaptiveMaxPooling3D AdditiveAttention AlphaDropout Attention AveragePooling3D
        AvgPool3D Conv1DTranspose Conv2DTranspose Conv3D Conv3DTranspose
        Convolution1DTranspose Convolution2DTranspose Convolution3D
        Convolution3DTranspose Cropping1D Cropping2D Cropping3D DepthwiseConv1D
        DepthwiseConv2D Dot EinsumDense GaussianDropout GlobalAveragePooling3D
        GlobalAvgPool3D GlobalMaxPool3D GlobalMaxPooling3D GroupNormalization
        GroupQueryAttention MaxPool3D MaxPooling3D Minimum MultiHeadAttention PReLU
        RMSNormalization SeparableConv1D SeparableConv2D SeparableConvolution1D
        SeparableConvolution2D SpatialDropout1D SpatialDropout2D SpatialDropout3D
        SpectralNormalization TimeDistributed UnitNormalization UpSampling1D
        UpSampling3D Wrapper ZeroPadding1D ZeroPadding3D add average concatenate dot
        maximum minimum multiply subtract
    """,
    "keras.activations": """
        glu hard_shrink soft_shrink sparse_plus sparse_sigmoid sparsemax squareplus threshold
    """,
    "keras.losses": """
        BinaryFocalCrossentropy CTC CategoricalFocalCrossentropy
        CategoricalGeneralizedCrossEntropy Circle Dice Reduction Tversky
        binary_focal_crossentropy categorical_focal_crossentropy
        categorical_generalized_cross_entropy circle ctc dice tversky
    """,
    "keras.metrics": """
        AUC BinaryIoU CategoricalHinge ConcordanceCorrelation CosineSimilarity F1Score
        FBetaScore FalseNegatives FalsePositives Hinge IoU KLDivergence LogCoshError
        MeanAbsolutePercentageError MeanIoU MeanSquaredLogarithmicError OneHotIoU
        OneHotMeanIoU PearsonCorrelation Poisson Precision PrecisionAtRecall R2Score
        Recall RecallAtPrecision SensitivityAtSpecificity SpecificityAtSensitivity
        SquaredHinge TrueNegatives TruePositives binary_focal_crossentropy
        categorical_focal_crossentropy concordance_correlation pearson_correlation
    """,
    "keras.optimizers": """
        Adadelta Adafactor Adamax Ftrl Lamb Lion LossScaleOptimizer Muon Nadam
        ScheduleFreeAdamW
    """,
}
NOT_CALLED.update(
    {
        f"{namespace}.{name}": "compared with values recorded from Keras: tests/core/keras"
        for namespace, names in RECORDED.items()
        for name in names.split()
    }
)
