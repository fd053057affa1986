using System.Text.Json.Nodes;
using Takt.Protocols.Explanations;
using Takt.Protocols.Rows;
using Takt.Serving.Backends;
using Takt.Serving.Calls;
using Takt.Serving.Requests;
using Takt.Serving.Shadows;

namespace Takt.Serving.Batching;

/// <summary>A call with rows.</summary>
sealed class RowsCall(CallContext context, RowsRequest request) : Call(context)
{
    /// <summary>What a row costs that is explained by gradients, in plain predictions: 32 points, forth, back, and slower than a plan.</summary>
    public const int ByGradients = 128;

    public RowsRequest Request => request;

    /// <summary>The model's answer, once the call is over.</summary>
    public RowsAnswer? Answer { get; private set; }

    public override BackendTimes Inside => Answer?.Times ?? default;

    /// <summary>A hundred bytes a value of parsed JSON, measured roughly.</summary>
    public override long Bytes => 100L * request.Rows.Sum(r => r.Count);

    public override bool IsExplained => request.Explain;

    public override int Rows => request.Rows.Count;

    public override void Prepare(ModelDescription model)
    {
        Model = model;
        // Explaining sets each input to its typical value in turn, and all of them once; or goes back through the graph at each point of a way.
        int explained = request.Method == ExplanationMethod.Occlusion ? model.Columns.Count + 2 : ByGradients;
        Work = Math.Max(1, request.Rows.Count * (request.Explain ? explained : 1));
    }

    /// <summary>Parsed rows belong to nobody and never change: they need no copy.</summary>
    public override Call Repeat(CallContext context) => new RowsCall(context, request with { OnError = OnError.Skip });

    public override Comparison CompareWith(Call repeat) => Comparison.Of(Answer!.Predictions, ((RowsCall)repeat).Answer!.Predictions);

    public override (string Form, byte[] Input, byte[]? Output) Capture(Redaction redaction) =>
        (RowsPayload.Form, RowsPayload.WriteInput(this, redaction), RowsPayload.WriteOutput(this, redaction));

    public override void ThrowIfRejected()
    {
        if (request.OnError == OnError.Fail && Answer!.Errors.Count > 0) throw new RowsRejectedException(Answer.Errors);
    }

    public override bool Joins(Call other) => other is RowsCall rows && Model!.RowsStandAlone && request.Explain == rows.Request.Explain && request.Method == rows.Request.Method;

    public override void Compute(IServedModel model, IReadOnlyList<Call> together, CancellationToken stop)
    {
        if (together.Count == 1)
        {
            Answer = model.Predict(request, stop);
            return;
        }

        var rows = new List<JsonObject>(together.Sum(c => c.Rows));
        foreach (var call in together) rows.AddRange(((RowsCall)call).Request.Rows);
        var answer = model.Predict(request with { Rows = rows }, stop);
        int first = 0, prediction = 0, error = 0;
        foreach (var call in together)
        {
            int end = first + call.Rows;
            ((RowsCall)call).Answer = new RowsAnswer(
                Part(answer.Predictions, ref prediction, p => p.Row < end, p => p with { Row = p.Row - first }),
                Part(answer.Errors, ref error, e => e.Row < end, e => e with { Row = e.Row - first }),
                answer.Times);
            first = end;
        }
    }

    /// <summary>The next items that belong to a call, counted from its own first row; items come in row order.</summary>
    static List<T> Part<T>(IReadOnlyList<T> all, ref int next, Func<T, bool> belongs, Func<T, T> counted)
    {
        var part = new List<T>();
        for (; next < all.Count && belongs(all[next]); next++) part.Add(counted(all[next]));
        return part;
    }
}
