namespace Takt.Graphs.Plans.Operators;

/// <summary>y = a ∘ b, element by element, sizes of 1 stretched to the other's (numpy's broadcasting).</summary>
sealed class Binary<TOperation> : NumberKernel where TOperation : IBinaryOperation
{
    protected override void Run<T>(Call call)
    {
        var (first, second) = (call.Input(0), call.Input(1));
        if (first.Type != second.Type) throw call.Wrong($"inputs of {first.Type} and {second.Type}", "one element type");
        if (typeof(TOperation) == typeof(Divide) && default(T) is not (float or double or Half) && second.Read<T>().Contains(T.Zero))
            throw call.Wrong("a whole number divided by 0", "divisors other than 0");
        Pairs.Run<T, T, T, Arithmetic<TOperation, T>>(call, first, second, first.Type, default);
    }
}
