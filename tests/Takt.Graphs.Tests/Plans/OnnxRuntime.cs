using System.Diagnostics;
using System.Text.Json;
using Takt.Graphs.Onnx;

namespace Takt.Graphs.Tests.Plans;

/// <summary>ONNX Runtime, run by Node as a peer: the models we write must load there and answer alike.</summary>
static class OnnxRuntime
{
    const string Script = """
        const ort = require(process.argv[1]), fs = require('fs');
        (async () => {
          const job = JSON.parse(fs.readFileSync(process.argv[2]));
          const session = await ort.InferenceSession.create(job.model);
          const answers = await session.run({ [session.inputNames[0]]: new ort.Tensor('float32', Float32Array.from(job.values), job.sizes) });
          const answer = answers[session.outputNames[0]];
          process.stdout.write(JSON.stringify({ values: Array.from(answer.data), sizes: answer.dims }));
        })();
        """;

    /// <summary>Where its package is, or null: install it with <c>npm ci --prefix eng/peers --ignore-scripts</c>.</summary>
    public static string? Package { get; } = Find();

    public static (float[] Values, int[] Sizes) Run(ModelProto model, ReadOnlySpan<float> values, int[] sizes)
    {
        var folder = Directory.CreateTempSubdirectory("takt-ort");
        try
        {
            string file = Path.Combine(folder.FullName, "model.onnx"), job = Path.Combine(folder.FullName, "job.json");
            ModelFile.Write(model, file);
            File.WriteAllText(job, JsonSerializer.Serialize(new { model = file, values = values.ToArray(), sizes }));
            using var node = Process.Start(new ProcessStartInfo("node") { ArgumentList = { "-e", Script, Package!, job }, RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false })!;
            string answer = node.StandardOutput.ReadToEnd(), errors = node.StandardError.ReadToEnd();
            node.WaitForExit();
            Assert.True(node.ExitCode == 0 && answer.Length > 0, errors);
            var found = JsonDocument.Parse(answer).RootElement;
            return ([.. found.GetProperty("values").EnumerateArray().Select(v => v.GetSingle())], [.. found.GetProperty("sizes").EnumerateArray().Select(v => v.GetInt32())]);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    static string? Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (Path.Combine(folder.FullName, "eng", "peers", "node_modules", "onnxruntime-node") is var package && Directory.Exists(package)) return package;
        return null;
    }
}

[AttributeUsage(AttributeTargets.Method)]
sealed class OnnxRuntimeTheoryAttribute : TheoryAttribute
{
    public OnnxRuntimeTheoryAttribute()
    {
        if (OnnxRuntime.Package is null) Skip = "needs ONNX Runtime: npm ci --prefix eng/peers --ignore-scripts";
    }
}
