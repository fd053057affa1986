namespace Takt.Graphs.Plans.Operators;

/// <summary>A sequence of the given tensors.</summary>
sealed class SequenceConstruct : Kernel
{
    public override void Run(Call call)
    {
        var items = new Value[call.InputCount];
        for (int i = 0; i < items.Length; i++)
        {
            items[i] = call.Input(i).Clone();
            if (items[i].Type != items[0].Type || items[i].Items is not null) throw call.Wrong($"{items[0]} beside {items[i]}", "tensors of one type");
        }

        call.Output.WriteItems(items[0].Type, items);
    }
}
