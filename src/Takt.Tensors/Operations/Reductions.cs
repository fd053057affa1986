using Takt.Tensors.Kernels;

namespace Takt.Tensors;

/// <summary>Many numbers to fewer.</summary>
public static class Reductions
{
    extension(Tensor x)
    {
        /// <summary>Sum of all elements, shape []; dx = dy everywhere.</summary>
        public Tensor Sum() => All(x, "ReduceSum", 1);

        /// <summary>Mean of all elements, shape []; dx = dy / length everywhere.</summary>
        public Tensor Mean() => All(x, "ReduceMean", 1f / x.Length);

        /// <summary>Sum over some axes; dx = dy along them.</summary>
        /// <param name="axes">Which; −1 is the innermost.</param>
        /// <param name="keep">Keep each of them with size 1, so that the result broadcasts against x.</param>
        /// <exception cref="ShapeException">An axis is not there, or named twice.</exception>
        public Tensor Sum(ReadOnlySpan<int> axes, bool keep = false) => Along(x, "ReduceSum", axes, keep, isMean: false);

        /// <summary>Mean over some axes; dx = dy / count along them.</summary>
        /// <inheritdoc cref="Sum(Tensor, ReadOnlySpan{int}, bool)"/>
        public Tensor Mean(ReadOnlySpan<int> axes, bool keep = false) => Along(x, "ReduceMean", axes, keep, isMean: true);

        /// <summary>Largest over one axis; the gradient goes to the first place that is so large. Not a number is larger than all.</summary>
        /// <param name="axis">Which; −1 is the innermost.</param>
        /// <param name="keep">Keep it with size 1.</param>
        /// <exception cref="ShapeException">The axis is not there, or empty.</exception>
        public Tensor Max(int axis, bool keep = false) => Extreme(x, "ReduceMax", axis, keep, 1);

        /// <summary>Smallest over one axis; the gradient goes to the first place that is so small. Not a number is smaller than all.</summary>
        /// <inheritdoc cref="Max(Tensor, int, bool)"/>
        public Tensor Min(int axis, bool keep = false) => Extreme(x, "ReduceMin", axis, keep, -1);

        /// <summary>Where the largest stands along an axis, the first of equals: Int64.</summary>
        /// <inheritdoc cref="Max(Tensor, int, bool)"/>
        public Tensor ArgMax(int axis, bool keep = false)
        {
            int along = Axis.Of("ArgMax", x.Shape, axis);
            var places = Tape.Allocate(Without(x.Shape, along, keep), ElementType.Int64);
            Search("ArgMax", x, along, 1, places.Indices);
            return Tape.Record("ArgMax", [x], places, _ => { }, new("axis", (long)along), new("keepdims", keep ? 1L : 0L));
        }
    }

    static readonly OperationAttribute s_dropAxes = new("keepdims", 0L);

    static Tensor All(Tensor x, string name, float scale)
    {
        var y = Tape.Allocate(Shape.Scalar);
        y.Values[0] = Sums.Of(x.Values) * scale;
        return Tape.Record(name, [x], y, dy =>
        {
            float share = dy.Values[0] * scale;
            foreach (ref float value in Gradients.Begin(x)) value += share;
        }, s_dropAxes);
    }

    static Tensor Along(Tensor x, string name, ReadOnlySpan<int> axes, bool keep, bool isMean)
    {
        bool[] named = Axis.Named(name, x.Shape, axes);
        int[] sizes = x.Shape.ToArray();
        var left = new List<int>();
        var gone = new List<long>();
        for (int axis = 0; axis < sizes.Length; axis++)
            if (named[axis])
            {
                sizes[axis] = 1;
                gone.Add(axis);
            }
            else
            {
                left.Add(sizes[axis]);
            }

        // A sum is a stretched operand's share of a gradient of ones, and its derivative is stretching.
        var shapes = new Broadcasting(name, sizes, x.Shape);
        var y = Tape.Allocate(keep ? sizes : [.. left]);
        float scale = isMean ? y.Length / (float)x.Length : 1;
        y.Values.Clear();
        Maps2.AddSlope(default(Plus), shapes, toB: false, y.Values, x.Values, x.Values, y.Values);
        if (isMean) Updates.Scale(scale, y.Values);
        return Tape.Record(name, [x], y, dy =>
        {
            using var share = Storage.Rent(dy.Length);
            share.Values.Clear();
            Updates.AddScaled(scale, dy.Values, share.Values);
            var dx = Gradients.Begin(x);
            Maps2.Apply(default(Plus), shapes, share.Values, dx, dx);
        }, new("axes", gone.ToArray()), new("keepdims", keep ? 1L : 0L));
    }

    static Tensor Extreme(Tensor x, string name, int axis, bool keep, int sign)
    {
        int along = Axis.Of(name, x.Shape, axis);
        var (_, inner) = Axis.Around(x.Shape, along);
        int size = x.Shape[along];
        var y = Tape.Allocate(Without(x.Shape, along, keep));
        var places = Tape.Allocate(y.Shape, ElementType.Int64);
        Search(name, x, along, sign, places.Indices);
        for (int i = 0; i < y.Length; i++) y.Values[i] = x.Values[At(i)];
        return Tape.Record(name, [x], y, dy =>
        {
            var dx = Gradients.Begin(x);
            for (int i = 0; i < dy.Length; i++) dx[At(i)] += dy.Values[i];
        }, new("axes", new long[] { along }), new("keepdims", keep ? 1L : 0L));

        int At(int i) => (((i / inner * size) + (int)places.Indices[i]) * inner) + (i % inner);
    }

    /// <summary>Finds the place of the largest (or with sign −1 the smallest) along an axis, for every row of it.</summary>
    static void Search(string name, Tensor x, int axis, int sign, Span<long> places)
    {
        if (x.Shape[axis] == 0) throw new ShapeException(name, $"{x.Shape} along axis {axis}", "at least one element", "There is no largest of nothing.");
        var (outer, inner) = Axis.Around(x.Shape, axis);
        int size = x.Shape[axis];
        var values = x.Values;
        for (int i = 0; i < outer; i++)
            for (int j = 0; j < inner; j++)
            {
                int first = (i * size * inner) + j, best = 0;
                float found = values[first];
                for (int k = 1; k < size && !float.IsNaN(found); k++)
                {
                    float candidate = values[first + (k * inner)];
                    if (sign * candidate > sign * found || float.IsNaN(candidate)) (best, found) = (k, candidate);
                }

                places[(i * inner) + j] = best;
            }
    }

    static Shape Without(Shape shape, int axis, bool keep) => keep ? Axis.Resize(shape, axis, 1) : [.. shape.Sizes[..axis], .. shape.Sizes[(axis + 1)..]];
}
