using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Takt.Data.Schemas;
using Takt.Graphs.Onnx;
using Takt.Protocols.OpenInference;
using Takt.Protocols.Problems;
using Takt.Tensors;

namespace Takt.Graphs.Packages;

/// <summary>Makes a package of any ONNX file: its signature read, golden cases drawn and answered, the file kept byte for byte.</summary>
public static class OnnxImport
{
    /// <summary>What such a model does, in the words of the registry.</summary>
    public const string Task = "tensors";

    /// <summary>Seed of the golden cases.</summary>
    const ulong Seed = 1;

    /// <summary>Golden cases are stored with the package; a case of large images is told by one question alone.</summary>
    const long MostStoredBytes = 8 << 20;

    /// <summary>Reads a file and makes a package of it.</summary>
    /// <param name="path">The <c>.onnx</c> file.</param>
    /// <param name="name">The model's name.</param>
    /// <param name="now">When it is imported; from the caller's <see cref="TimeProvider"/>.</param>
    /// <param name="columns">Columns that the graph's inputs stand for, in their order; null = it is asked with tensors alone.</param>
    /// <exception cref="InputException">The file is no ONNX model, damaged, or uses what Takt does not compute, or the columns do not fit its inputs; all of it is reported.</exception>
    public static Package Read(string path, string name, DateTimeOffset now, IReadOnlyList<ColumnSchema>? columns = null)
    {
        var source = OnnxSource.Read(path);
        var proto = source.Parse(path);
        var model = new TensorModel(proto);
        var rows = columns is null ? null : new TabularModel(model, TabularSchema.Bind(model, columns));
        var cases = MakeCases(model, proto);
        string sha256 = Convert.ToHexStringLower(SHA256.HashData(source.Bytes));
        long parameters = ModelWalk.Tensors(proto).Sum(t => TensorSizes.CountOf(t.Tensor.Dims) ?? 0);
        int nodes = ModelWalk.Nodes(proto).Count();
        var graph = new GraphCard(
            Path.GetFileName(path), sha256, Producer(proto), proto.IrVersion,
            [.. proto.OpsetImport.Select(o => $"{(o.Domain.Length == 0 ? "ai.onnx" : o.Domain)} {o.Version}")],
            nodes, parameters, model.Inputs, model.Outputs, model.Labels, cases.Cases is [var first, ..] ? SampleRequest.Short(first) : null);
        return new Package
        {
            Name = name, Task = rows?.Task ?? Task, Created = now, Model = proto, Source = source, Schema = rows?.Schema, Samples = cases, Metrics = new JsonObject(),
            Card = new ModelCard
            {
                Name = name, Task = rows?.Task ?? Task, Target = rows?.Target ?? string.Join(", ", model.Outputs.Select(o => o.Name)), Date = now,
                Network = $"ONNX graph of {nodes:N0} nodes and {parameters:N0} parameters",
                IntendedUse = $"Imported from {Path.GetFileName(path)}. What it was trained on and how good it is are not in an ONNX file: ask whoever made it.",
                Inputs = [.. rows?.Schema.Columns.Select(CardColumn.Of) ?? []], Metrics = [], Graph = graph, Seed = Seed,
                Limits = cases.Cases.Count > 0 ? [] : ["No golden cases: no inputs were found that this graph answers, so that 'takt models verify' checks its hash alone."],
            },
        };
    }

    /// <summary>Two cases of one row and of three, where the batch is open and both fit; fewer where they are large.</summary>
    static TensorCases MakeCases(TensorModel model, ModelProto proto)
    {
        var random = new Generator(Seed);
        var cases = new List<TensorCase>();
        long bytes = 0;
        foreach (int batch in (int[])[1, 3])
            if (SampleMaker.Make(model, proto, batch, random) is var (inputs, outputs) && (bytes += inputs.Concat(outputs).Sum(t => (long)t.Bytes.Length)) <= MostStoredBytes)
                cases.Add(new TensorCase([.. inputs.Select(StoredTensor.Of)], [.. outputs.Select(StoredTensor.Of)]));
        bool half = model.Inputs.Concat(model.Outputs).Any(t => t.Type is TensorType.Fp16 or TensorType.Bf16);
        return new TensorCases(cases, half ? TensorCases.HalfTolerance : TensorCases.DefaultTolerance);
    }

    static string? Producer(ModelProto proto) => $"{proto.ProducerName} {proto.ProducerVersion}".Trim() is { Length: > 0 } producer ? producer : null;
}
