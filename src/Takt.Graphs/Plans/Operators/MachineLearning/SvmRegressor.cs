using System.Numerics.Tensors;
using Takt.Graphs.Plans.Compiling;

namespace Takt.Graphs.Plans.Operators;

/// <summary>y = Σ coefficientᵢ·K(vectorᵢ, x) + ρ; without support vectors K(coefficients, x) + ρ. With one_class the answer is +1 inside and −1 outside.</summary>
sealed class SvmRegressor : Kernel
{
    readonly SupportVectors _vectors;
    readonly double[] _coefficients;
    readonly double _rho;
    readonly bool _oneClass;
    readonly PostTransform _transform;

    public SvmRegressor(Node node)
    {
        int count = (int)Math.Clamp(node.Int("n_supports", 0), 0, int.MaxValue);
        double[] coefficients = node.Numbers("coefficients");
        (_vectors, _coefficients) = count > 0 ? (new SupportVectors(node, node.Numbers("support_vectors"), count), coefficients) : (new SupportVectors(node, coefficients, 1), [1]);
        node.SameLength(_vectors.Count, ("coefficients", _coefficients.Length));
        double[] rho = node.Numbers("rho");
        node.SameLength(1, ("rho", rho.Length));
        (_rho, _oneClass, _transform) = (rho[0], node.Int("one_class", 0) != 0, node.ReadPostTransform());
    }

    public override void Run(Call call)
    {
        var x = call.Input();
        var (rows, columns) = Numbers.Table(x, call);
        if (columns != _vectors.Columns) throw call.Wrong($"{columns} features", $"{_vectors.Columns}");
        var room = call.Scratch.Take<double>((long)_vectors.Count + x.Count);
        var alike = room[.._vectors.Count];
        var from = Numbers.Read(x, room[alike.Length..], call);
        var y = call.Output.Write<float>([rows, 1]);
        for (int i = 0; i < rows; i++)
        {
            _vectors.Compare(from.Slice(i * columns, columns), alike);
            double score = TensorPrimitives.Dot(alike, _coefficients) + _rho;
            if (_oneClass) score = score > 0 ? 1 : -1;
            else _transform.Apply(new Span<double>(ref score));
            y[i] = (float)score;
        }
    }
}
