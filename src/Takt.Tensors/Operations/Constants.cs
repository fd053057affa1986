namespace Takt.Tensors;

/// <summary>Numbers that nobody learns.</summary>
public static class Constants
{
    extension(Tensor x)
    {
        /// <summary>A single number, shape []. On a tape it is an operation without inputs.</summary>
        internal static Tensor Constant(float value) => Tape.Run<Number, float>(value);

        /// <summary>The same numbers as a constant: no gradient flows back through it. It shares their memory and ends with them.</summary>
        public Tensor Detach() => Tape.Run<Detached>(x);
    }

    sealed class Number : Record<float>
    {
        public override string Name => "Constant";

        public override IReadOnlyList<OperationAttribute> Attributes => [new("value_float", Settings)];

        internal override bool IsDifferentiable => false;

        internal override Tensor Prepare() => Room(Shape.Scalar);

        internal override void Forward() => Output.Values[0] = Settings;
    }

    sealed class Detached : Record<ValueTuple>, IReadsViews
    {
        public override string Name => "Identity";

        internal override bool IsDifferentiable => false;

        internal override Tensor Prepare() => this[0].View(this[0].Shape, this[0].Strides.ToArray(), this[0].Start);

        internal override void Forward() { }   // a view
    }
}
