using System.Text.Json;
using Takt.Graphs.Onnx;
using Takt.Graphs.Plans;
using Takt.Protocols.Problems;
using Takt.Tensors;

namespace Takt.Learning.Benchmarks;

/// <summary>The graph of a workload as another program wrote it, so that both sides run the same file: <c>NAME.onnx</c> of one input and one output, and beside it, if there is one, <c>NAME.json</c> with an input and the output it should have.</summary>
sealed class StoredGraph
{
    /// <summary>Outputs may differ from the given ones by so much: as the peer's script has it.</summary>
    const double Tolerance = 1e-3;

    readonly Plan _plan;

    StoredGraph(string path)
    {
        _plan = Plan.Compile(ModelFile.Read(path));
        string golden = Path.ChangeExtension(path, ".json");
        if (File.Exists(golden)) Check(golden);
    }

    /// <summary>Whether a folder has the graph of a workload.</summary>
    public static bool IsIn(string? folder, string name) => folder is not null && File.Exists(PathOf(folder, name));

    /// <summary>Compiles the graph of a workload.</summary>
    /// <exception cref="InputException">Its output is not the one that stands beside it, or it cannot be run.</exception>
    public static StoredGraph Read(string folder, string name) => new(PathOf(folder, name));

    /// <summary>A call with such numbers; whole ones where the graph takes them.</summary>
    public Action Call(float[] inputs, int[] sizes)
    {
        if (_plan.Inputs[0].Type == ElementType.Int64)
        {
            var tokens = NamedTensor.Of<long>(_plan.Inputs[0].Name, [.. inputs.Select(i => (long)i)], sizes);
            return () => _plan.Run(tokens);
        }

        float[] outputs = _plan.Run(inputs, sizes);
        return () => _plan.Run(inputs, sizes, outputs);
    }

    static string PathOf(string folder, string name) => Path.Combine(folder, name + ".onnx");

    void Check(string path)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(path));
        JsonElement input = document.RootElement.GetProperty("input"), data = input.GetProperty("data");
        int[] sizes = [.. input.GetProperty("shape").EnumerateArray().Select(s => s.GetInt32())];
        var given = _plan.Inputs[0].Type == ElementType.Int64
            ? NamedTensor.Of<long>(_plan.Inputs[0].Name, [.. data.EnumerateArray().Select(v => v.GetInt64())], sizes)
            : NamedTensor.Of<float>(_plan.Inputs[0].Name, [.. data.EnumerateArray().Select(v => v.GetSingle())], sizes);
        var found = _plan.Run(given)[0].Elements<float>();
        double worst = 0;
        int at = 0;
        foreach (var expected in document.RootElement.GetProperty("output").GetProperty("data").EnumerateArray())
            worst = Math.Max(worst, Math.Abs(expected.GetDouble() - (at < found.Length ? found[at++] : double.NaN)));
        if (!(worst <= Tolerance)) throw new InputException($"an output that differs by {worst:G3} from the one in {Path.GetFileName(path)}", $"at most {Tolerance}", where: path);
    }
}
