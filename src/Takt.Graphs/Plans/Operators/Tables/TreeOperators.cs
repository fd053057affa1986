namespace Takt.Graphs.Plans.Operators;

/// <summary>Classical models, as scikit-learn's exporters write them.</summary>
static class TreeOperators
{
    public static OperatorGroup All { get; } = new("ai.onnx.ml")
    {

    };
}
