using Takt.Protocols.OpenInference;
using Takt.Protocols.Problems;

namespace Takt.Serving.Planes;

/// <summary>Compares the tensors of a request with those that a model takes and gives. Everything wrong is found at once.</summary>
static class TensorChecks
{
    /// <summary>The rows of a request: the first size of its first tensor.</summary>
    public static int BatchSize(IReadOnlyList<InferTensor> inputs) =>
        inputs is [{ Shape: [var batch, ..] }, ..] ? (int)Math.Min(batch, int.MaxValue) : 1;

    /// <summary>Checks what a call brings.</summary>
    /// <param name="wanted">What the model takes.</param>
    /// <param name="given">What came.</param>
    /// <param name="shareRows">Whether open first axes are the rows of one table. The inputs of a graph alone may each have their own.</param>
    public static void CheckInputs(IReadOnlyList<TensorMetadata> wanted, IReadOnlyList<InferTensor> given, bool shareRows = true)
    {
        var problems = new List<Problem>();
        string[] names = [.. wanted.Select(w => w.Name)];
        foreach (var twice in given.CountBy(t => t.Name).Where(g => g.Value > 1))
            problems.Add(new Problem($"input '{twice.Key}' {twice.Value} times", "once"));
        foreach (var tensor in given.Where(t => !names.Contains(t.Name)))
            problems.Add(new Problem($"input '{tensor.Name}', which this model does not take", WayOut: NearestName.Suggest(tensor.Name, names)));

        (string Name, long Size)? batch = null;
        foreach (var want in wanted)
        {
            if (given.FirstOrDefault(t => t.Name == want.Name) is not { } tensor)
            {
                problems.Add(new Problem($"no input '{want.Name}'", $"{want.Type.WireName()} of shape {Show(want.Shape)}"));
                continue;
            }

            string where = $"input '{want.Name}'";
            if (tensor.IsElsewhere) problems.Add(new Problem("binary_data_size", "the bytes after the JSON part", "The header Inference-Header-Content-Length tells where they begin", where));
            if (!Takes(want.Type, tensor.Type))
                problems.Add(new Problem($"datatype {tensor.Type.WireName()}", want.Type.WireName(), Where: where));
            if (!Fits(want.Shape, tensor.Shape))
                problems.Add(new Problem($"shape {Show(tensor.Shape)}", Show(want.Shape), want.Shape.Contains(-1) ? "-1 stands for any size" : null, where));
            else if (shareRows && want.Shape is [-1, ..])
            {
                batch ??= (want.Name, tensor.Shape[0]);
                if (tensor.Shape[0] != batch.Value.Size)
                    problems.Add(new Problem($"{tensor.Shape[0]} rows", $"{batch.Value.Size} as in input '{batch.Value.Name}'", Where: where));
            }
        }

        if (problems.Count > 0) throw new InputException(problems);
    }

    public static void CheckOutputs(IReadOnlyList<TensorMetadata> given, IReadOnlyList<string>? wanted)
    {
        if (wanted is null) return;
        string[] names = [.. given.Select(g => g.Name)];
        var unknown = wanted.Where(w => !names.Contains(w))
            .Select(w => new Problem($"output '{w}', which this model does not give", WayOut: NearestName.Suggest(w, names))).ToArray();
        if (unknown.Length > 0) throw new InputException(unknown);
    }

    /// <summary>The outputs that were wanted, in that order.</summary>
    public static IReadOnlyList<InferTensor> Pick(IReadOnlyList<InferTensor> given, IReadOnlyList<string>? wanted) =>
        wanted is null or [] ? given : [.. wanted.Select(name => given.First(t => t.Name == name))];

    /// <summary>A float input takes any number, and true as 1: no client should have to care how wide our floats are. Everything else must match.</summary>
    static bool Takes(TensorType wanted, TensorType given) =>
        wanted == given || (wanted is TensorType.Fp16 or TensorType.Bf16 or TensorType.Fp32 or TensorType.Fp64 && given is not TensorType.Bytes);

    /// <summary>A column may come as a list [n] or as a matrix [n, 1], as clients that know tables send it.</summary>
    static bool Fits(IReadOnlyList<long> wanted, IReadOnlyList<long> given)
    {
        if (wanted is [-1] && given is [_, 1]) given = [given[0]];
        if (wanted is [-1, 1] && given is [_]) given = [given[0], 1];
        return given.Count == wanted.Count && wanted.Zip(given).All(d => d.First == -1 || d.First == d.Second);
    }

    static string Show(IReadOnlyList<long> shape) => $"[{string.Join(", ", shape)}]";
}
