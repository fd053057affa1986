using MathNet.Numerics;
using Takt.Graphs.Plans.Compiling;

namespace Takt.Graphs.Plans.Operators;

/// <summary>What becomes of a row of scores at the end of a classic model; the numbers are those of ONNX's TreeEnsemble.</summary>
enum PostTransform
{
    None,
    Softmax,
    Logistic,
    SoftmaxZero,
    Probit,
}

static class PostTransforms
{
    public static PostTransform ReadPostTransform(this Node node) => node.Text("post_transform", "NONE") switch
    {
        "NONE" or "" => PostTransform.None,
        "SOFTMAX" => PostTransform.Softmax,
        "LOGISTIC" => PostTransform.Logistic,
        "SOFTMAX_ZERO" => PostTransform.SoftmaxZero,
        "PROBIT" => PostTransform.Probit,
        var other => throw node.Wrong($"post_transform {other}", "NONE, SOFTMAX, LOGISTIC, SOFTMAX_ZERO or PROBIT"),
    };

    /// <summary>1 / (1 + e⁻ˣ).</summary>
    public static double Logistic(double x) => 1 / (1 + Math.Exp(-x));

    /// <summary>Transforms one row where it stands.</summary>
    public static void Apply(this PostTransform transform, Span<double> row)
    {
        switch (transform)
        {
            case PostTransform.Softmax: Softmax(row, zerosStay: false); break;
            case PostTransform.SoftmaxZero: Softmax(row, zerosStay: true); break;
            case PostTransform.Logistic:
                foreach (ref double score in row) score = Logistic(score);
                break;
            case PostTransform.Probit:
                foreach (ref double score in row) score = Math.Sqrt(2) * SpecialFunctions.ErfInv((2 * score) - 1);
                break;
            default: break;
        }
    }

    static void Softmax(Span<double> row, bool zerosStay)
    {
        double greatest = double.NegativeInfinity, sum = 0;
        foreach (double score in row) greatest = Math.Max(greatest, score);
        foreach (ref double score in row)
            if (!zerosStay || score != 0) sum += score = Math.Exp(score - greatest);
        if (sum == 0) return;
        foreach (ref double score in row) score /= sum;
    }
}
