using Takt.Tensors.Kernels;

namespace Takt.Tensors;

/// <summary>Comparing and choosing element by element; shapes broadcast by NumPy's rule.</summary>
public static class Choices
{
    extension(Tensor x)
    {
        /// <summary>x &gt; y, a mask. Not a number is greater than nothing.</summary>
        public Tensor Greater(Tensor y) => Compare("Greater", x, y, static (a, b) => a > b);

        /// <summary>x &lt; y, a mask.</summary>
        public Tensor Less(Tensor y) => Compare("Less", x, y, static (a, b) => a < b);

        /// <summary>x = y, a mask.</summary>
        public Tensor EqualTo(Tensor y) => Compare("Equal", x, y, static (a, b) => a == b);

        /// <summary>The other way round, for a mask.</summary>
        public Tensor Not() => Tape.Run<Opposite>(x);

        /// <summary>For a mask: y = then where it is true, otherwise where it is not; each gets the gradient where it was chosen.</summary>
        /// <param name="then">Numbers.</param>
        /// <param name="otherwise">Numbers.</param>
        /// <exception cref="ShapeException">The three do not broadcast.</exception>
        public Tensor Where(Tensor then, Tensor otherwise)
        {
            var shape = Join("Where", Join("Where", x.Shape, then.Shape), otherwise.Shape);
            return Tape.Run<Chosen>(Stretch(x, shape), Stretch(then, shape), Stretch(otherwise, shape));
        }
    }

    static Tensor Compare(string name, Tensor x, Tensor y, Func<float, float, bool> holds)
    {
        var shape = Join(name, x.Shape, y.Shape);
        return Tape.Run<Compared, Comparing>(new(name, holds), Stretch(x, shape), Stretch(y, shape));
    }

    static Shape Join(string operation, Shape a, Shape b) => a == b ? a : new Broadcasting(operation, a, b).Shape;

    static Tensor Stretch(Tensor x, Shape shape) => x.Shape == shape ? x : x.Expand(shape.Sizes);

    readonly record struct Comparing(string Name, Func<float, float, bool> Holds);

    sealed class Compared : Record<Comparing>
    {
        public override string Name => Settings.Name;

        internal override Tensor Prepare() => Room(this[0].Shape, ElementType.Bool);

        internal override void Forward()
        {
            ReadOnlySpan<float> left = this[0].Values, right = this[1].Values;
            var result = Output.Mask;
            for (int i = 0; i < result.Length; i++) result[i] = Settings.Holds(left[i], right[i]);
        }
    }

    sealed class Opposite : Record<ValueTuple>
    {
        public override string Name => "Not";

        internal override Tensor Prepare() => Room(this[0].Shape, ElementType.Bool);

        internal override void Forward()
        {
            Span<bool> x = this[0].Mask, y = Output.Mask;
            for (int i = 0; i < y.Length; i++) y[i] = !x[i];
        }
    }

    sealed class Chosen : Record<ValueTuple>
    {
        public override string Name => "Where";

        internal override Tensor Prepare() => Room(this[0].Shape);

        internal override void Forward()
        {
            ReadOnlySpan<bool> mask = this[0].Mask;
            ReadOnlySpan<float> a = this[1].Values, b = this[2].Values;
            var y = Output.Values;
            for (int i = 0; i < y.Length; i++) y[i] = mask[i] ? a[i] : b[i];
        }

        internal override void Backward(Tensor dy)
        {
            ReadOnlySpan<bool> mask = this[0].Mask;
            ReadOnlySpan<float> gradient = dy.Values;
            for (int input = 1; input <= 2; input++)
            {
                if (!this[input].RequiresGradient) continue;
                var target = Gradients.Begin(this[input]);
                for (int i = 0; i < gradient.Length; i++)
                    if (mask[i] == (input == 1)) target[i] += gradient[i];
            }
        }

        internal override Tensor Derivative(int input, Tensor dy) => input == 1 ? this[0].Where(dy, Tensor.Constant(0)) : this[0].Where(Tensor.Constant(0), dy);
    }
}
