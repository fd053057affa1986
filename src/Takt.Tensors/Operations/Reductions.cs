using Takt.Tensors.Kernels;

namespace Takt.Tensors;

/// <summary>Many numbers to one.</summary>
public static class Reductions
{
    extension(Tensor x)
    {
        /// <summary>Sum of all elements, shape []; dx = dy everywhere.</summary>
        public Tensor Sum() => Reduce(x, "ReduceSum", 1);

        /// <summary>Mean of all elements, shape []; dx = dy / length everywhere.</summary>
        public Tensor Mean() => Reduce(x, "ReduceMean", 1f / x.Length);
    }

    static readonly OperationAttribute s_dropAxes = new("keepdims", 0L);

    static Tensor Reduce(Tensor x, string name, float scale)
    {
        var y = Tape.Allocate(Shape.Scalar);
        y.Values[0] = Sums.Of(x.Values) * scale;
        return Tape.Record(name, [x], y, dy =>
        {
            float share = dy.Values[0] * scale;
            foreach (ref float value in Gradients.Begin(x)) value += share;
        }, s_dropAxes);
    }
}
