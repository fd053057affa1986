using Takt.Tensors.Kernels;

namespace Takt.Tensors;

/// <summary>Elements of a tensor seen in another order or some of them only; dx adds each dy to the place it was seen at.</summary>
abstract class StridedView<TSettings> : Record<TSettings>, IReadsViews where TSettings : IEquatable<TSettings>
{
    StridedOrder _order = null!;   // made by Prepare

    internal override Tensor Prepare()
    {
        var x = this[0];
        var (sizes, strides, start) = See(x.Shape, x.Strides);
        var (_, straight, first) = See(x.Shape, x.Shape.Strides);
        _order = new(new Strided(Name, sizes, straight, first), x.Shape);
        var shape = Shape.Of(sizes);
        return x.View(shape, strides, shape.Length == 0 ? 0 : x.Start + start);
    }

    internal override void Forward() { }   // a view

    internal override void Backward(Tensor dy) => StridedMoves.Add(_order.Places, dy.Values, Gradients.Begin(this[0]));

    internal override Tensor Derivative(int input, Tensor dy) => Tape.Run<PutBack, StridedOrder>(_order, dy);

    /// <summary>What is seen of a tensor of a shape whose places lie so far apart: sizes, strides and the first place.</summary>
    private protected abstract (int[] Sizes, int[] Strides, int Start) See(Shape shape, ReadOnlySpan<int> strides);
}

/// <summary>Which places of a tensor without gaps a view sees. Equal only to itself.</summary>
sealed class StridedOrder(Strided places, Shape seen) : IEquatable<StridedOrder>
{
    public Strided Places => places;

    /// <summary>The shape that the view is of.</summary>
    public Shape Seen => seen;

    public bool Equals(StridedOrder? other) => ReferenceEquals(this, other);

    public override bool Equals(object? obj) => ReferenceEquals(this, obj);

    public override int GetHashCode() => System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(this);
}

/// <summary>The way back of a view: each element added to the place it was seen at, zeros elsewhere; dx = what the view sees of dy.</summary>
sealed class PutBack : Record<StridedOrder>
{
    public override string Name => "PutBack";

    internal override Tensor Prepare() => Room(Settings.Seen);

    internal override void Forward()
    {
        Output.Values.Clear();
        StridedMoves.Add(Settings.Places, this[0].Values, Output.Values);
    }

    internal override void Backward(Tensor dy)
    {
        using var seen = new Scratch(this[0].Length);
        StridedMoves.Copy<float>(Settings.Places, dy.Values, seen.Values);
        Gradients.Add(this[0], seen.Values);
    }
}
