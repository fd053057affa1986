using Takt.Tensors.Kernels;

namespace Takt.Tensors;

/// <summary>Many numbers to fewer.</summary>
public static class Reductions
{
    extension(Tensor x)
    {
        /// <summary>Sum of all elements, shape []; dx = dy everywhere.</summary>
        public Tensor Sum() => Tape.Run<Total, bool>(false, x);

        /// <summary>Mean of all elements, shape []; dx = dy / length everywhere.</summary>
        public Tensor Mean() => Tape.Run<Total, bool>(true, x);

        /// <summary>Sum over some axes; dx = dy along them.</summary>
        /// <param name="axes">Which; −1 is the innermost.</param>
        /// <param name="keep">Keep each of them with size 1, so that the result broadcasts against x.</param>
        /// <exception cref="ShapeException">An axis is not there, or named twice.</exception>
        public Tensor Sum(ReadOnlySpan<int> axes, bool keep = false) => Tape.Run<AlongAxes, (Sizes, bool, bool)>((new("ReduceSum", axes), keep, false), x);

        /// <summary>Mean over some axes; dx = dy / count along them.</summary>
        /// <inheritdoc cref="Sum(Tensor, ReadOnlySpan{int}, bool)"/>
        public Tensor Mean(ReadOnlySpan<int> axes, bool keep = false) => Tape.Run<AlongAxes, (Sizes, bool, bool)>((new("ReduceMean", axes), keep, true), x);

        /// <summary>Length of the rows along some axes, √(Σ x² + ε): the Euclidean norm.</summary>
        /// <param name="axes">Which; −1 is the innermost.</param>
        /// <param name="keep">Keep each of them with size 1.</param>
        /// <param name="epsilon">ε, which keeps the derivative of a row of zeros finite.</param>
        public Tensor Norm(ReadOnlySpan<int> axes, bool keep = false, float epsilon = 0)
        {
            var squares = (x * x).Sum(axes, keep);
            return epsilon == 0 ? squares.Sqrt() : (squares + epsilon).Sqrt();
        }
    }

    /// <summary>Sum or mean of everything.</summary>
    sealed class Total : Record<bool>
    {
        bool IsMean => Settings;

        float Scale => IsMean ? 1f / this[0].Length : 1;

        public override string Name => IsMean ? "ReduceMean" : "ReduceSum";

        public override IReadOnlyList<OperationAttribute> Attributes => [new("keepdims", 0L)];

        internal override Tensor Prepare() => Room(Shape.Scalar);

        internal override void Forward() => Output.Values[0] = Sums.Of(this[0].Values) * Scale;

        internal override void Backward(Tensor dy) => Gradients.AddEverywhere(this[0], dy.Values[0] * Scale);

        internal override Tensor Derivative(int input, Tensor dy)
        {
            Span<int> ones = stackalloc int[this[0].Shape.Rank];
            ones.Fill(1);
            return (IsMean ? dy * Scale : dy).Reshape(ones).Expand(this[0].Shape.Sizes);
        }
    }

    /// <summary>Sum or mean over axes. A sum is a stretched operand's share of a gradient of ones, and its derivative is stretching.</summary>
    sealed class AlongAxes : Record<(Sizes Axes, bool Keep, bool IsMean)>
    {
        Shape _kept = Shape.Scalar;
        long[] _gone = [];
        Broadcasting _shapes;

        float Scale => Settings.IsMean ? Output.Length / (float)this[0].Length : 1;

        public override string Name => Settings.IsMean ? "ReduceMean" : "ReduceSum";

        public override IReadOnlyList<OperationAttribute> Attributes => [new("axes", _gone), new("keepdims", Settings.Keep ? 1L : 0L)];

        internal override Tensor Prepare()
        {
            var shape = this[0].Shape;
            bool[] named = Axis.Named(Name, shape, Settings.Axes.ToArray());
            _kept = Shape.Of([.. shape.Select((size, axis) => named[axis] ? 1 : size)]);
            _gone = [.. Enumerable.Range(0, shape.Rank).Where(axis => named[axis]).Select(axis => (long)axis)];
            _shapes = new Broadcasting(Name, _kept, shape);
            return Room(Settings.Keep ? _kept : Shape.Of([.. shape.Where((_, axis) => !named[axis])]));
        }

        internal override void Forward()
        {
            var y = Output.Values;
            y.Clear();
            Maps2.AddSlope(default(Plus), _shapes, toB: false, y, this[0].Values, this[0].Values, y);
            if (Settings.IsMean) Updates.Scale(Scale, y);
        }

        internal override void Backward(Tensor dy)
        {
            using var share = new Scratch(dy.Length);
            dy.Values.CopyTo(share.Values);
            if (Settings.IsMean) Updates.Scale(Scale, share.Values);
            var dx = Gradients.Of(this[0], out bool accumulate);
            if (accumulate) Maps2.Apply(default(Plus), _shapes, share.Values, dx, dx);
            else Maps2.Apply(default(First), _shapes, share.Values, dx, dx);
        }

        internal override Tensor Derivative(int input, Tensor dy) => (Settings.IsMean ? dy * Scale : dy).Reshape(_kept.Sizes).Expand(this[0].Shape.Sizes);
    }
}
