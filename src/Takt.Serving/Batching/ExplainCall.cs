using Takt.Protocols.Explanations;
using Takt.Protocols.OpenInference;
using Takt.Protocols.Problems;
using Takt.Serving.Backends;
using Takt.Serving.Calls;

namespace Takt.Serving.Batching;

/// <summary>A call with tensors whose answer is explained. It is computed alone; repeated, captured or compared it is a plain call.</summary>
sealed class ExplainCall(CallContext context, IReadOnlyList<InferTensor> inputs, TensorQuestion question) : TensorsCall(context, inputs, null)
{
    /// <summary>What was found, once the call is over.</summary>
    public TensorAttribution? Attribution { get; private set; }

    public override bool IsExplained => true;

    public override void Prepare(ModelDescription model)
    {
        base.Prepare(model);
        Work *= question.Method == ExplanationMethod.Occlusion ? (int)Math.Clamp(Inputs.Sum(i => i.Count) / Math.Max(1, Rows), 1, 4096) : RowsCall.ByGradients;
    }

    public override bool Joins(Call other) => false;

    public override void Compute(IServedModel model, IReadOnlyList<Call> together, CancellationToken stop)
    {
        if (model is not IExplainingModel explaining)
            throw new InputException("tensors to explain for a model that takes rows", "rows: {\"rows\": [{…}]}", $"Its columns: {string.Join(", ", model.Description.Columns.Select(c => c.Name))}");
        Attribution = explaining.Explain(Inputs, question, stop);
        Answer = new TensorsAnswer(Attribution.Outputs);
    }
}
