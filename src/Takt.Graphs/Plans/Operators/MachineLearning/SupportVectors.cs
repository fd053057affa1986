using System.Numerics.Tensors;
using Takt.Graphs.Plans.Compiling;

namespace Takt.Graphs.Plans.Operators;

/// <summary>The kernel function of a support vector machine: how alike two rows are.</summary>
/// <remarks>LINEAR x·y, POLY (γ·x·y + c)ᵈ, RBF exp(−γ·|x − y|²), SIGMOID tanh(γ·x·y + c); kernel_params are γ, c, d.</remarks>
sealed class SupportVectors
{
    readonly double _gamma, _constant, _degree;
    readonly string _kind;
    readonly double[] _vectors;

    /// <summary>Takes the vectors, and reads the kernel function from the node.</summary>
    /// <param name="node">The node.</param>
    /// <param name="vectors">Row by row.</param>
    /// <param name="count">How many rows.</param>
    public SupportVectors(Node node, double[] vectors, int count)
    {
        if (count < 1 || vectors.Length == 0 || vectors.Length % count != 0) throw node.Wrong($"{vectors.Length} numbers for {count} vectors", "some, and as many for each");
        (_vectors, Count, Columns) = (vectors, count, vectors.Length / count);
        double[] parameters = node.Numbers("kernel_params");
        if (parameters.Length is not 0 and not 3) throw node.Wrong($"{parameters.Length} kernel_params", "3");
        (_gamma, _constant, _degree) = parameters.Length == 3 ? (parameters[0], parameters[1], parameters[2]) : (0, 0, 0);
        _kind = node.Text("kernel_type", "LINEAR");
        if (_kind is not ("LINEAR" or "POLY" or "RBF" or "SIGMOID")) throw node.Wrong($"kernel_type {_kind}", "LINEAR, POLY, RBF or SIGMOID");
    }

    /// <summary>How many vectors.</summary>
    public int Count { get; }

    /// <summary>Features of each.</summary>
    public int Columns { get; }

    /// <summary>How alike a row is to each vector.</summary>
    public void Compare(ReadOnlySpan<double> row, Span<double> alike)
    {
        for (int i = 0; i < alike.Length; i++)
        {
            var vector = _vectors.AsSpan(i * Columns, Columns);
            alike[i] = _kind switch
            {
                "LINEAR" => TensorPrimitives.Dot(row, vector),
                "POLY" => Math.Pow((_gamma * TensorPrimitives.Dot(row, vector)) + _constant, _degree),
                "RBF" => Math.Exp(-_gamma * SquaredDistance(row, vector)),
                _ => Math.Tanh((_gamma * TensorPrimitives.Dot(row, vector)) + _constant),
            };
        }
    }

    static double SquaredDistance(ReadOnlySpan<double> x, ReadOnlySpan<double> y)
    {
        double distance = TensorPrimitives.Distance(x, y);
        return distance * distance;
    }
}
