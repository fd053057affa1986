using System.Numerics.Tensors;
using Takt.Graphs.Plans.Compiling;

namespace Takt.Graphs.Plans.Operators;

/// <summary>Every row divided by its greatest magnitude (MAX), the sum of its magnitudes (L1) or its length (L2); rows of zeros stay. The result is float32.</summary>
sealed class Normalizer : Kernel
{
    readonly string _norm;

    public Normalizer(Node node)
    {
        _norm = node.Text("norm", "MAX");
        if (_norm is not ("MAX" or "L1" or "L2")) throw node.Wrong($"norm {_norm}", "MAX, L1 or L2");
    }

    public override void Run(Call call)
    {
        var x = call.Input();
        int columns = x.Rank == 0 ? 1 : x.Sizes[^1];
        var from = Numbers.Read(x, call.Scratch.Take<double>(x.Count), call);
        var y = call.Output.Write<float>(x.Sizes);
        for (int start = 0; start < y.Length; start += columns)
        {
            var row = from.Slice(start, columns);
            double norm = _norm switch
            {
                "MAX" => Math.Abs(TensorPrimitives.MaxMagnitude(row)),
                "L1" => TensorPrimitives.SumOfMagnitudes(row),
                _ => TensorPrimitives.Norm(row),
            };
            if (norm == 0) norm = 1;
            for (int i = 0; i < columns; i++) y[start + i] = (float)(row[i] / norm);
        }
    }
}
