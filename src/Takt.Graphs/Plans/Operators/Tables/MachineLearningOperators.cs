namespace Takt.Graphs.Plans.Operators;

/// <summary>Classic models and their preparation, as scikit-learn's exporters write them.</summary>
static class MachineLearningOperators
{
    public static OperatorGroup All { get; } = new("ai.onnx.ml")
    {
        // trees
        ["TreeEnsemble"] = (1, node => new TreeEnsemble(node)),
        ["TreeEnsembleClassifier"] = (1, node => new TreeEnsembleClassifier(node)),
        ["TreeEnsembleRegressor"] = (1, node => new TreeEnsembleRegressor(node)),

        // sums and similarities
        ["LinearClassifier"] = (1, node => new LinearClassifier(node)),
        ["LinearRegressor"] = (1, node => new LinearRegressor(node)),
        ["SVMClassifier"] = (1, node => new SvmClassifier(node)),
        ["SVMRegressor"] = (1, node => new SvmRegressor(node)),

        // columns before a model
        ["ArrayFeatureExtractor"] = (2, _ => new ArrayFeatureExtractor()),
        ["Binarizer"] = (1, node => new Binarizer(node)),
        ["FeatureVectorizer"] = (1, node => new FeatureVectorizer(node)),
        ["Imputer"] = (1, node => new Imputer(node)),
        ["Normalizer"] = (1, node => new Normalizer(node)),
        ["Scaler"] = (1, node => new Scaler(node)),

        // names and numbers
        ["CategoryMapper"] = (1, node => new CategoryMapper(node)),
        ["LabelEncoder"] = (1, LabelEncoders.Make),
        ["OneHotEncoder"] = (1, node => new OneHotEncoder(node)),
        ["ZipMap"] = (1, _ => new ZipMap()),
    };
}
