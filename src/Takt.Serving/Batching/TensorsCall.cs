using System.Buffers;
using Takt.Protocols.OpenInference;
using Takt.Serving.Backends;
using Takt.Serving.Calls;
using Takt.Serving.Planes;
using Takt.Serving.Requests;
using Takt.Serving.Shadows;

namespace Takt.Serving.Batching;

/// <summary>A call with tensors.</summary>
class TensorsCall(CallContext context, IReadOnlyList<InferTensor> inputs, IReadOnlyList<string>? outputs) : Call(context)
{
    InferTensor[] _inputs = [];
    bool _standAlone;

    /// <summary>The inputs as they came.</summary>
    public IReadOnlyList<InferTensor> Given => inputs;

    /// <summary>The inputs in the model's order; known after <see cref="Prepare"/>.</summary>
    public IReadOnlyList<InferTensor> Inputs => _inputs;

    /// <summary>The model's answer, once the call is over.</summary>
    public TensorsAnswer? Answer { get; protected set; }

    public override BackendTimes Inside => Answer?.Times ?? default;

    public override long Bytes => inputs.Sum(t => t.Bytes.Length + (64L * t.Texts.Length));

    public override int Rows => TensorChecks.BatchSize(inputs);

    public override void Prepare(ModelDescription model)
    {
        Model = model;
        TensorChecks.CheckInputs(model.Inputs, inputs, shareRows: model.Columns.Count > 0);
        TensorChecks.CheckOutputs(model.Outputs, outputs);
        _inputs = new InferTensor[model.Inputs.Count];
        _standAlone = model.RowsStandAlone;
        for (int i = 0; i < _inputs.Length; i++)
        {
            var wanted = model.Inputs[i];
            _inputs[i] = TensorChecks.Named(inputs, wanted.Name)!.WithRank(wanted.Shape.Count);
            _standAlone &= _inputs[i].Shape is [var rows, ..] && rows == _inputs[0].Shape[0];
        }

        Work = Math.Max(1, Rows);
    }

    public override Call Repeat(CallContext context) => new TensorsCall(context, [.. inputs.Select(t => t.Copy())], outputs);

    public override Comparison CompareWith(Call repeat) => Comparison.Of(Answer!.Outputs, ((TensorsCall)repeat).Answer!.Outputs);

    public override (string Form, byte[] Input, byte[]? Output) Capture(Redaction redaction) =>
        (TensorsPayload.Form, TensorsPayload.WriteInput(this, redaction), TensorsPayload.WriteOutput(this, redaction));

    /// <summary>The outputs that were wanted, in that order.</summary>
    public IReadOnlyList<InferTensor> Wanted() => TensorChecks.Pick(Answer!.Outputs, outputs);

    public override bool Joins(Call other)
    {
        if (other is not TensorsCall tensors || !_standAlone || !tensors._standAlone) return false;
        for (int i = 0; i < _inputs.Length; i++)
        {
            var (mine, theirs) = (_inputs[i], tensors._inputs[i]);
            if (mine.Type != theirs.Type || mine.Shape.Count != theirs.Shape.Count) return false;
            for (int axis = 1; axis < mine.Shape.Count; axis++)
                if (mine.Shape[axis] != theirs.Shape[axis])
                    return false;
        }

        return true;
    }

    public override void Compute(IServedModel model, IReadOnlyList<Call> together, CancellationToken stop)
    {
        if (together.Count == 1)
        {
            Answer = model.Infer(_inputs, stop);
            return;
        }

        var rented = new List<byte[]>();
        try
        {
            var joined = new InferTensor[_inputs.Length];
            for (int i = 0; i < joined.Length; i++) joined[i] = Join(i, together, rented);
            Split(model.Infer(joined, stop), together, rented);
        }
        finally
        {
            foreach (byte[] buffer in rented) ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>One input of all calls, one below the other.</summary>
    InferTensor Join(int input, IReadOnlyList<Call> together, List<byte[]> rented)
    {
        var first = _inputs[input];
        long rows = 0;
        int size = 0;
        foreach (var call in together)
        {
            var tensor = ((TensorsCall)call)._inputs[input];
            rows += tensor.Shape[0];
            size += first.Type == TensorType.Bytes ? tensor.Texts.Length : tensor.Bytes.Length;
        }

        long[] shape = [rows, .. first.Shape.Skip(1)];
        int at = 0;
        if (first.Type == TensorType.Bytes)
        {
            string?[] texts = new string?[size];
            foreach (var call in together)
            {
                var part = ((TensorsCall)call)._inputs[input].Texts;
                part.CopyTo(texts.AsMemory(at));
                at += part.Length;
            }

            return new InferTensor(first.Name, shape, texts);
        }

        byte[] bytes = ArrayPool<byte>.Shared.Rent(size);
        rented.Add(bytes);
        foreach (var call in together)
        {
            var part = ((TensorsCall)call)._inputs[input].Bytes;
            part.CopyTo(bytes.AsMemory(at));
            at += part.Length;
        }

        return new InferTensor(first.Name, first.Type, shape, bytes.AsMemory(0, size));
    }

    static void Split(TensorsAnswer answer, IReadOnlyList<Call> together, List<byte[]> rented)
    {
        long rows = together.Sum(c => (long)c.Rows);
        if (answer.Outputs.FirstOrDefault(o => o.Shape is not [var count, ..] || count != rows) is { } odd)
            throw new InvalidOperationException($"{rows} rows that stand alone were answered by '{odd.Name}' [{string.Join(", ", odd.Shape)}]");
        var outputs = answer.Outputs.Select(o => rented.Exists(r => o.Bytes.Span.Overlaps(r)) ? o.Copy() : o).ToArray(); // a model may hand its input on
        long first = 0;
        foreach (var call in together)
        {
            ((TensorsCall)call).Answer = answer with { Outputs = [.. outputs.Select(o => o.Rows(first, call.Rows))] };
            first += call.Rows;
        }
    }
}
