namespace Takt.Graphs.Plans.Operators;

/// <summary>An operator that only moves elements: it need not know what they mean, only how wide they are. Texts are moved like numbers.</summary>
abstract class MovingKernel : Kernel
{
    /// <summary>The input whose elements are moved.</summary>
    protected virtual int Moved => 0;

    public sealed override void Run(Call call)
    {
        var type = call.Input(Moved).Type;
        if (type == ElementType.String) Run<string>(call);
        else
            switch (type.Bytes())
            {
                case sizeof(byte): Run<byte>(call); break;
                case sizeof(ushort): Run<ushort>(call); break;
                case sizeof(uint): Run<uint>(call); break;
                default: Run<ulong>(call); break;
            }
    }

    /// <summary>Runs on elements that <typeparamref name="T"/> stands for, by <see cref="Value.ReadAs"/> and <see cref="Value.WriteAs"/>.</summary>
    protected abstract void Run<T>(Call call);
}
