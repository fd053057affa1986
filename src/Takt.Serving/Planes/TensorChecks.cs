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
        // Every call comes by: nothing is allocated until something is wrong.
        List<Problem>? problems = null;
        bool all = given.Count == wanted.Count;
        (string Name, long Size)? batch = null;
        for (int i = 0; i < wanted.Count; i++)
        {
            var want = wanted[i];
            if (Named(given, want.Name) is not { } tensor)
            {
                all = false;
                Add(new Problem($"no input '{want.Name}'", $"{want.Type.WireName()} of shape {Show(want.Shape)}"));
                continue;
            }

            if (tensor.IsElsewhere) Add(new Problem("binary_data_size", "the bytes after the JSON part", "The header Inference-Header-Content-Length tells where they begin", Where(want)));
            if (!Takes(want.Type, tensor.Type)) Add(new Problem($"datatype {tensor.Type.WireName()}", want.Type.WireName(), Where: Where(want)));
            if (!Fits(want.Shape, tensor.Shape))
                Add(new Problem($"shape {Show(tensor.Shape)}", Show(want.Shape), want.Shape.Contains(-1) ? "-1 stands for any size" : null, Where(want)));
            else if (shareRows && want.Shape is [-1, ..])
            {
                batch ??= (want.Name, tensor.Shape[0]);
                if (tensor.Shape[0] != batch.Value.Size) Add(new Problem($"{tensor.Shape[0]} rows", $"{batch.Value.Size} as in input '{batch.Value.Name}'", Where: Where(want)));
            }
        }

        if (!all) problems = [.. Superfluous(wanted, given), .. problems ?? []];
        if (problems is { Count: > 0 }) throw new InputException(problems);

        void Add(Problem problem) => (problems ??= []).Add(problem);
    }

    public static void CheckOutputs(IReadOnlyList<TensorMetadata> given, IReadOnlyList<string>? wanted)
    {
        if (wanted is null) return;
        string[] names = [.. given.Select(g => g.Name)];
        var unknown = wanted.Where(w => !names.Contains(w))
            .Select(w => new Problem($"output '{w}', which this model does not give", WayOut: NearestName.Suggest(w, names))).ToArray();
        if (unknown.Length > 0) throw new InputException(unknown);
    }

    /// <summary>What came twice, or is not wanted.</summary>
    static IEnumerable<Problem> Superfluous(IReadOnlyList<TensorMetadata> wanted, IReadOnlyList<InferTensor> given)
    {
        string[] names = [.. wanted.Select(w => w.Name)];
        return [
            .. from twice in given.CountBy(t => t.Name) where twice.Value > 1 select new Problem($"input '{twice.Key}' {twice.Value} times", "once"),
            .. from tensor in given where !names.Contains(tensor.Name) select new Problem($"input '{tensor.Name}', which this model does not take", WayOut: NearestName.Suggest(tensor.Name, names))];
    }

    /// <summary>The first tensor of a name; null = there is none.</summary>
    public static InferTensor? Named(IReadOnlyList<InferTensor> tensors, string name)
    {
        for (int i = 0; i < tensors.Count; i++)
            if (tensors[i].Name == name)
                return tensors[i];
        return null;
    }

    /// <summary>The outputs that were wanted, in that order.</summary>
    public static IReadOnlyList<InferTensor> Pick(IReadOnlyList<InferTensor> given, IReadOnlyList<string>? wanted) =>
        wanted is null or [] ? given : [.. wanted.Select(name => Named(given, name)!)];

    /// <summary>A float input takes any number, and true as 1: no client should have to care how wide our floats are. Everything else must match.</summary>
    static bool Takes(TensorType wanted, TensorType given) =>
        wanted == given || (wanted is TensorType.Fp16 or TensorType.Bf16 or TensorType.Fp32 or TensorType.Fp64 && given is not TensorType.Bytes);

    /// <summary>A column may come as a list [n] or as a matrix [n, 1], as clients that know tables send it.</summary>
    static bool Fits(IReadOnlyList<long> wanted, IReadOnlyList<long> given)
    {
        if ((wanted, given) is ([-1], [_, 1]) or ([-1, 1], [_])) return true;
        if (given.Count != wanted.Count) return false;
        for (int i = 0; i < wanted.Count; i++)
            if (wanted[i] != -1 && wanted[i] != given[i])
                return false;
        return true;
    }

    static string Where(TensorMetadata input) => $"input '{input.Name}'";

    static string Show(IReadOnlyList<long> shape) => $"[{string.Join(", ", shape)}]";
}
