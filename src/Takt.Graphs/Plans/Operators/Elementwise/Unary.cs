namespace Takt.Graphs.Plans.Operators;

/// <summary>One function applied to every element.</summary>
sealed class Unary(Function function) : Kernel
{
    public override bool WorksInPlace => true;

    public override void Run(Call call)
    {
        var (x, y) = (call.Input(), call.Output);
        switch (x.Type)
        {
            case ElementType.Float32: function.Apply(x.Read<float>(), y.Write<float>(x.Sizes)); break;
            case ElementType.Float64: function.Apply(x.Read<double>(), y.Write<double>(x.Sizes)); break;
            case ElementType.Float16: function.Apply(x.Read<Half>(), y.Write<Half>(x.Sizes)); break;
            default: throw call.Wrong($"elements of {x.Type}", "Float32, Float64 or Float16");
        }
    }
}
