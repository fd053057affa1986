using Takt.Graphs.Plans.Compiling;

namespace Takt.Graphs.Plans.Operators;

/// <summary>Runs a graph again and again: from (iteration, condition, carried …) to (condition, carried …, collected …), until the condition is false or the trips are made.</summary>
/// <remarks>Carried values may change their sizes. What is collected is stacked along a new first axis; no trip at all gives the starting values and empty stacks.</remarks>
sealed class Loop(Node node) : Kernel
{
    const int FirstCarried = 2;
    readonly InnerGraph _body = new(node, "body");
    readonly int _carried = node.OwnInputs - FirstCarried;

    public override void Run(Call call)
    {
        int collected = _body.Outputs.Count - 1 - _carried;
        if (_body.Inputs.Count != FirstCarried + _carried || collected < 0)
            throw call.Wrong($"a body of {_body.Inputs.Count} inputs and {_body.Outputs.Count} outputs", $"{FirstCarried + _carried} inputs and at least {1 + _carried} outputs for {_carried} carried values");
        long trips = call.OptionalInput(0) is { } most ? WholeNumbers.Single(most, call) : long.MaxValue;
        bool goOn = call.OptionalInput(1) is not { } first || Conditions.Read(first, call);
        Value[] carried = Values(_carried), next = Values(_carried);
        for (int i = 0; i < _carried; i++) carried[i].CopyFrom(call.Input(FirstCarried + i));
        var stacks = new List<Value>[collected];
        for (int i = 0; i < collected; i++) stacks[i] = [];

        var frame = _body.Rent(call);
        try
        {
            for (long trip = 0; trip < trips && goOn; trip++)
            {
                frame.Inputs[0].Write<long>([])[0] = trip;
                frame.Inputs[1].Write<bool>([])[0] = true;
                for (int i = 0; i < _carried; i++) frame.Inputs[FirstCarried + i].View(carried[i]);
                _body.Run(frame);
                goOn = Conditions.Read(frame.Outputs[0], call);
                for (int i = 0; i < _carried; i++) next[i].CopyFrom(frame.Outputs[1 + i]);   // all before any is replaced: they may have changed places
                (carried, next) = (next, carried);
                for (int i = 0; i < collected; i++) stacks[i].Add(frame.Outputs[1 + _carried + i].Clone());
            }
        }
        finally
        {
            _body.Return(frame);
        }

        for (int i = 0; i < _carried; i++) call.OptionalOutput(i)?.CopyFrom(carried[i]);
        for (int i = 0; i < collected; i++)
            if (call.OptionalOutput(_carried + i) is { } stack) Pieces.Join(stacks[i], 0, isNewAxis: true, stack, _body.Outputs[1 + _carried + i], call);
    }

    static Value[] Values(int count) => [.. Enumerable.Range(0, count).Select(_ => new Value(new Storage()))];
}
