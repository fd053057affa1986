using Takt.Graphs.Plans.Compiling;

namespace Takt.Graphs.Plans.Operators;

/// <summary>A value of the given sizes, every element the same: the attribute <c>value</c>, else 0 in single precision.</summary>
sealed class ConstantOfShape(Node node) : Kernel
{
    const int MostAxes = 64;
    readonly Value _value = node.Tensor("value") is not { } given ? Value.Of<float>([0]) : given.Count == 1 ? given : throw node.Wrong($"a value of {given.Count} elements", "one");

    public override void Run(Call call)
    {
        var asked = WholeNumbers.Read(call.Input(), stackalloc long[MostAxes], call);
        Span<int> sizes = stackalloc int[asked.Length];
        for (int i = 0; i < sizes.Length; i++) sizes[i] = WholeNumbers.Size(asked[i], call);
        if (_value.Type == ElementType.String) call.Output.WriteTexts(sizes).Fill(_value.Texts[0]);
        else
            switch (_value.Type.Bytes())
            {
                case sizeof(byte): call.Output.WriteAs<byte>(_value.Type, sizes).Fill(_value.ReadAs<byte>()[0]); break;
                case sizeof(ushort): call.Output.WriteAs<ushort>(_value.Type, sizes).Fill(_value.ReadAs<ushort>()[0]); break;
                case sizeof(uint): call.Output.WriteAs<uint>(_value.Type, sizes).Fill(_value.ReadAs<uint>()[0]); break;
                default: call.Output.WriteAs<ulong>(_value.Type, sizes).Fill(_value.ReadAs<ulong>()[0]); break;
            }
    }
}
