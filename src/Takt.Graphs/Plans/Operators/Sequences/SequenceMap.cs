using Takt.Graphs.Plans.Compiling;

namespace Takt.Graphs.Plans.Operators;

/// <summary>Runs a graph on every tensor of a sequence. Further inputs are sequences of the same length, walked along, or tensors, given to every run.</summary>
sealed class SequenceMap(Node node) : Kernel
{
    readonly InnerGraph _body = new(node, "body");
    readonly int _inputs = node.OwnInputs;

    public override void Run(Call call)
    {
        var items = SequenceItems.Of(call);
        if (_body.Inputs.Count != _inputs) throw call.Wrong($"a body of {_body.Inputs.Count} inputs", $"{_inputs}");
        var made = new List<Value>[_body.Outputs.Count];
        for (int i = 0; i < made.Length; i++) made[i] = [];
        var frame = _body.Rent(call);
        try
        {
            for (int place = 0; place < items.Count; place++)
            {
                for (int i = 0; i < _inputs; i++) frame.Inputs[i].View(At(call, i, place, items.Count));
                _body.Run(frame);
                for (int i = 0; i < made.Length; i++) made[i].Add(frame.Outputs[i].Clone());
            }
        }
        finally
        {
            _body.Return(frame);
        }

        for (int i = 0; i < made.Length; i++) call.OptionalOutput(i)?.WriteItems(made[i].Count > 0 ? made[i][0].Type : _body.Outputs[i].Type, made[i]);
    }

    static Value At(Call call, int input, int place, int count) =>
        call.Input(input).Items is not { } others ? call.Input(input)
        : others.Count == count ? others[place]
        : throw call.Wrong($"sequences of {count} and {others.Count}", "one length");
}
