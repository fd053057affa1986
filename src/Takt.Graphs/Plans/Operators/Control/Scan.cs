using Takt.Graphs.Plans.Compiling;

namespace Takt.Graphs.Plans.Operators;

/// <summary>Runs a graph over slices of some inputs: from (states …, slices …) to (states …, slices …). The states are handed on, the slices stacked.</summary>
/// <remarks>In operator set 8 all values have a batch axis in front and the batch's members are run one after the other.</remarks>
sealed class Scan : Kernel
{
    const int LastOpsetWithBatch = 8;

    readonly InnerGraph _body;
    readonly bool _hasBatch;
    readonly int _firstInput, _states, _scanned;
    readonly long[]? _inputAxes, _outputAxes, _inputDirections, _outputDirections;

    public Scan(Node node)
    {
        _body = new(node, "body");
        _hasBatch = node.Opset <= LastOpsetWithBatch;
        _firstInput = _hasBatch ? 1 : 0;   // sequence_lens
        _scanned = (int)Math.Clamp(node.Int("num_scan_inputs", 0), 0, int.MaxValue);
        _states = node.OwnInputs - _firstInput - _scanned;
        if (_scanned == 0 || _states < 0 || _body.Inputs.Count != _states + _scanned || _body.Outputs.Count < _states)
            throw node.Wrong($"num_scan_inputs {_scanned}, {node.OwnInputs} inputs and a body from {_body.Inputs.Count} to {_body.Outputs.Count} values", "states and at least one scanned input, and a body of as many");
        if (_hasBatch && node.Has(0)) throw node.Wrong("sequence_lens", "sequences of one length");
        (_inputAxes, _outputAxes) = (node.Short("scan_input_axes"), node.Short("scan_output_axes"));
        (_inputDirections, _outputDirections) = (node.Short(_hasBatch ? "directions" : "scan_input_directions"), node.Short("scan_output_directions"));
    }

    public override void Run(Call call)
    {
        Value[] given = [.. Enumerable.Range(_firstInput, _states + _scanned).Select(call.Input)];
        if (!_hasBatch)
        {
            var made = RunOne(call, given);
            for (int i = 0; i < made.Length; i++) call.OptionalOutput(i)?.CopyFrom(made[i]);
            return;
        }

        int batch = given[0].Rank > 0 ? given[0].Sizes[0] : throw call.Wrong("a scalar", "a batch axis in front");
        Value[][] results = [.. Enumerable.Range(0, batch).Select(member => RunOne(call, Array.ConvertAll(given, value => Pieces.Take(value, 0, member, call))))];
        for (int i = 0; i < _body.Outputs.Count; i++)
            if (call.OptionalOutput(i) is { } output) Pieces.Join([.. results.Select(r => r[i])], 0, isNewAxis: true, output, _body.Outputs[i], call);
    }

    Value[] RunOne(Call call, Value[] given)
    {
        Value[] states = [.. given.Take(_states).Select(s => s.Clone())], next = [.. states.Select(_ => new Value(new Storage()))];
        Value[] scanned = given[_states..];
        int[] axes = [.. scanned.Select((value, i) => call.Axis(At(_inputAxes, i), value.Rank))];
        int length = scanned[0].Sizes[axes[0]];
        for (int i = 1; i < _scanned; i++)
            if (scanned[i].Sizes[axes[i]] != length) throw call.Wrong($"scanned inputs of {length} and {scanned[i].Sizes[axes[i]]} steps", "one number of steps");

        var stacks = new List<Value>[_body.Outputs.Count - _states];
        for (int i = 0; i < stacks.Length; i++) stacks[i] = [];
        var frame = _body.Rent(call);
        try
        {
            for (int step = 0; step < length; step++)
            {
                for (int i = 0; i < _states; i++) frame.Inputs[i].View(states[i]);
                for (int i = 0; i < _scanned; i++) frame.Inputs[_states + i].View(Pieces.Take(scanned[i], axes[i], At(_inputDirections, i) == 0 ? step : length - 1 - step, call));
                _body.Run(frame);
                for (int i = 0; i < _states; i++) next[i].CopyFrom(frame.Outputs[i]);
                (states, next) = (next, states);
                for (int i = 0; i < stacks.Length; i++) stacks[i].Add(frame.Outputs[_states + i].Clone());
            }
        }
        finally
        {
            _body.Return(frame);
        }

        return [.. states, .. stacks.Select((stack, i) => Stacked(stack, i, call))];
    }

    Value Stacked(List<Value> stack, int output, Call call)
    {
        if (At(_outputDirections, output) != 0) stack.Reverse();
        var joined = new Value(new Storage());
        Pieces.Join(stack, At(_outputAxes, output), isNewAxis: true, joined, _body.Outputs[_states + output], call);
        return joined;
    }

    static long At(long[]? numbers, int index) => numbers is not null && index < numbers.Length ? numbers[index] : 0;
}
