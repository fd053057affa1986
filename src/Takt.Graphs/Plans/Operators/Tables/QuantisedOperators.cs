namespace Takt.Graphs.Plans.Operators;

/// <summary>Whole numbers that stand for numbers.</summary>
static class QuantisedOperators
{
    public static OperatorGroup All { get; } = new()
    {
        // there and back
        ["QuantizeLinear"] = (2, node => new QuantizeLinear(node)),
        ["DequantizeLinear"] = (2, node => new DequantizeLinear(node)),
        ["DynamicQuantizeLinear"] = (1, _ => new DynamicQuantizeLinear()),

        // exact sums
        ["MatMulInteger"] = (2, node => new MatMulInteger(node)),
        ["ConvInteger"] = (2, node => new ConvInteger(node)),

        // and quantised again
        ["QLinearMatMul"] = (8, node => new QLinearMatMul(node)),
        ["QLinearConv"] = (8, node => new QLinearConv(node)),
    };

    /// <summary>Those of ONNX Runtime's own set that plans compute, and make themselves.</summary>
    public static OperatorGroup OfMicrosoft { get; } = new("com.microsoft")
    {
        ["QGemm"] = (6, node => new QGemm(node)),
    };
}
