using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.Json;
using Takt.Graphs.Onnx;
using Takt.Graphs.Plans;
using Takt.Tensors;

namespace Takt.Graphs.Tests.Plans;

/// <summary>ONNX Runtime, run by Node as a peer: the models we write must load there and answer alike.</summary>
static class OnnxRuntime
{
    const string Script = """
        const ort = require(process.argv[1]), fs = require('fs');
        const arrays = { float32: Float32Array, int64: BigInt64Array, bool: Uint8Array, float64: Float64Array, int32: Int32Array };
        const read = t => { const b = Buffer.from(t.data, 'base64'); return new ort.Tensor(t.type, new arrays[t.type](b.buffer.slice(b.byteOffset, b.byteOffset + b.length)), t.sizes); };
        const write = (name, t) => ({ name, type: t.type, sizes: t.dims, data: Buffer.from(t.data.buffer, t.data.byteOffset, t.data.byteLength).toString('base64') });
        (async () => {
          const results = [];
          for (const job of JSON.parse(fs.readFileSync(process.argv[2]))) {
            try {
              const session = await ort.InferenceSession.create(job.model);
              const answers = await session.run(Object.fromEntries(job.inputs.map(t => [t.name, read(t)])));
              results.push({ outputs: session.outputNames.map(name => write(name, answers[name])) });
            } catch (error) { results.push({ error: String(error) }); }
          }
          fs.writeFileSync(process.argv[3], JSON.stringify(results));
        })();
        """;

    /// <summary>Where its package is, or null: install it with <c>npm ci --prefix eng/peers --ignore-scripts</c>.</summary>
    public static string? Package { get; } = Find();

    /// <summary>Runs a model of one float input and one float output.</summary>
    public static (float[] Values, int[] Sizes) Run(ModelProto model, ReadOnlySpan<float> values, int[] sizes)
    {
        var answer = Run([new(model, [NamedTensor.Of(model.Graph.Input[0].Name, values, sizes)])])[0];
        Assert.True(answer.Error is null, answer.Error);
        return (answer.Outputs[0].Elements<float>().ToArray(), [.. answer.Outputs[0].Sizes]);
    }

    /// <summary>Runs models one after the other in one process.</summary>
    public static Answer[] Run(IReadOnlyList<Job> jobs)
    {
        var folder = Directory.CreateTempSubdirectory("takt-ort");
        try
        {
            string input = Path.Combine(folder.FullName, "jobs.json"), output = Path.Combine(folder.FullName, "answers.json");
            File.WriteAllText(input, JsonSerializer.Serialize(jobs.Select((job, i) =>
            {
                string file = Path.Combine(folder.FullName, $"{i}.onnx");
                ModelFile.Write(job.Model, file, job.WeightsBeside);
                return new { model = file, inputs = job.Inputs.Select(t => new Wire(t.Name, NameOf(t.Type), [.. t.Sizes], Convert.ToBase64String(BytesOf(t)))) };
            }), JsonSerializerOptions.Web));
            using var node = Process.Start(new ProcessStartInfo("node") { ArgumentList = { "-e", Script, Package!, input, output }, RedirectStandardError = true, UseShellExecute = false })!;
            string errors = node.StandardError.ReadToEnd();
            node.WaitForExit();
            Assert.True(node.ExitCode == 0 && File.Exists(output), errors);
            return [.. JsonSerializer.Deserialize<WireAnswer[]>(File.ReadAllText(output), JsonSerializerOptions.Web)!.Select(a => new Answer([.. (a.Outputs ?? []).Select(Read)], a.Error))];
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    static byte[] BytesOf(NamedTensor tensor) => tensor.Type switch
    {
        ElementType.Float32 => MemoryMarshal.AsBytes(tensor.Elements<float>()).ToArray(),
        ElementType.Int64 => MemoryMarshal.AsBytes(tensor.Elements<long>()).ToArray(),
        ElementType.Bool => MemoryMarshal.AsBytes(tensor.Elements<bool>()).ToArray(),
        var type => throw new NotSupportedException($"{type}"),
    };

    static string NameOf(ElementType type) => type switch { ElementType.Float32 => "float32", ElementType.Int64 => "int64", ElementType.Bool => "bool", _ => throw new NotSupportedException($"{type}") };

    static NamedTensor Read(Wire wire)
    {
        byte[] bytes = Convert.FromBase64String(wire.Data);
        return wire.Type switch
        {
            "float32" => NamedTensor.Of(wire.Name, MemoryMarshal.Cast<byte, float>(bytes), wire.Sizes),
            "int64" => NamedTensor.Of(wire.Name, MemoryMarshal.Cast<byte, long>(bytes), wire.Sizes),
            "bool" => NamedTensor.Of(wire.Name, MemoryMarshal.Cast<byte, bool>(bytes), wire.Sizes),
            _ => throw new NotSupportedException(wire.Type),
        };
    }

    static string? Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (Path.Combine(folder.FullName, "eng", "peers", "node_modules", "onnxruntime-node") is var package && Directory.Exists(package)) return package;
        return null;
    }

    /// <summary>A model and what to give it; with its weights in a file beside it, if wanted.</summary>
    public sealed record Job(ModelProto Model, IReadOnlyList<NamedTensor> Inputs, bool WeightsBeside = false);

    /// <summary>What it gave, or why it did not.</summary>
    public sealed record Answer(IReadOnlyList<NamedTensor> Outputs, string? Error);

    sealed record Wire(string Name, string Type, int[] Sizes, string Data);

    sealed record WireAnswer(Wire[]? Outputs, string? Error);
}

[AttributeUsage(AttributeTargets.Method)]
sealed class OnnxRuntimeTheoryAttribute : TheoryAttribute
{
    public OnnxRuntimeTheoryAttribute()
    {
        if (OnnxRuntime.Package is null) Skip = "needs ONNX Runtime: npm ci --prefix eng/peers --ignore-scripts";
    }
}
