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
        float sum = 0;
        foreach (float value in x.Values) sum += value;
        y.Values[0] = sum * scale;
        return Tape.Record(name, [x], y, dy =>
        {
            var target = Tape.GradientOf(x, out bool accumulate).Values;
            if (!accumulate) target.Clear();
            float share = dy.Values[0] * scale;
            foreach (ref float value in target) value += share;
        }, s_dropAxes);
    }
}
