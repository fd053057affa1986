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
        public Tensor Not()
        {
            var y = Tape.Allocate(x.Shape, ElementType.Bool);
            for (int i = 0; i < y.Length; i++) y.Mask[i] = !x.Mask[i];
            return Tape.Record("Not", [x], y, _ => { });
        }

        /// <summary>For a mask: y = then where it is true, otherwise where it is not; each gets the gradient where it was chosen.</summary>
        /// <param name="then">Numbers.</param>
        /// <param name="otherwise">Numbers.</param>
        /// <exception cref="ShapeException">The three do not broadcast.</exception>
        public Tensor Where(Tensor then, Tensor otherwise)
        {
            var shape = Join("Where", Join("Where", x.Shape, then.Shape), otherwise.Shape);
            Tensor mask = Stretch(x, shape), a = Stretch(then, shape), b = Stretch(otherwise, shape);
            var y = Tape.Allocate(shape);
            Choose(mask.Mask, a.Values, b.Values, y.Values);
            return Tape.Record("Where", [mask, a, b], y, dy =>
            {
                if (a.RequiresGradient) AddWhere(mask.Mask, chosen: true, dy.Values, Gradients.Begin(a));
                if (b.RequiresGradient) AddWhere(mask.Mask, chosen: false, dy.Values, Gradients.Begin(b));
            });
        }
    }

    static Tensor Compare(string name, Tensor x, Tensor y, Func<float, float, bool> holds)
    {
        var shape = Join(name, x.Shape, y.Shape);
        Tensor a = Stretch(x, shape), b = Stretch(y, shape), mask = Tape.Allocate(shape, ElementType.Bool);
        ReadOnlySpan<float> left = a.Values, right = b.Values;
        var result = mask.Mask;
        for (int i = 0; i < result.Length; i++) result[i] = holds(left[i], right[i]);
        return Tape.Record(name, [a, b], mask, _ => { });
    }

    static void Choose(ReadOnlySpan<bool> mask, ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<float> y)
    {
        for (int i = 0; i < y.Length; i++) y[i] = mask[i] ? a[i] : b[i];
    }

    static void AddWhere(ReadOnlySpan<bool> mask, bool chosen, ReadOnlySpan<float> dy, Span<float> target)
    {
        for (int i = 0; i < dy.Length; i++)
            if (mask[i] == chosen) target[i] += dy[i];
    }

    static Shape Join(string operation, Shape a, Shape b) => new Broadcasting(operation, a, b).Shape;

    static Tensor Stretch(Tensor x, Shape shape) => x.Shape == shape ? x : x.Expand(shape.Sizes);
}
