using Takt.Graphs.Onnx;
using Takt.Graphs.Packages;
using Takt.Graphs.Tests.Packages;
using Takt.Protocols.OpenInference;
using Takt.Serving;
using Takt.Serving.Backends;
using Takt.Tensors;
using static Takt.Graphs.Onnx.TensorProto.Types;

namespace Takt.EndToEnd.Serving;

/// <summary>What a served model says it holds is what the process grew by.</summary>
[Collection(nameof(RetainedMemoryTests))]
public sealed class RetainedMemoryTests : IDisposable
{
    /// <summary>What pools and caches of the process may come to hold meanwhile; the networks hold twenty times as much.</summary>
    const long Others = 2 << 20;

    readonly string _folder = Directory.CreateTempSubdirectory("takt-memory-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("dense")]
    [InlineData("convolutions")]
    [InlineData("rows")]
    public async Task What_a_model_holds_is_what_the_process_grew_by(string kind)
    {
        string file = Path.Combine(_folder, "net.takt");
        Write(kind, file);
        var backend = new PackageBackend(TimeProvider.System);
        using (var warm = await backend.LoadAsync(file, CancellationToken.None)) Ask(warm);   // what the process keeps once and for all
        long before = GC.GetTotalMemory(forceFullCollection: true);
        using var model = await backend.LoadAsync(file, CancellationToken.None);
        Ask(model);
        long grown = GC.GetTotalMemory(forceFullCollection: true) - before, told = model.MemoryBytes;
        Assert.InRange(told, (grown * 0.93) - Others, (grown * 1.07) + Others);
        GC.KeepAlive(model);
    }

    static void Ask(IServedModel model)
    {
        var input = model.Description.Inputs[0];
        if (model.Description.Columns.Count > 0) model.Predict(new([new() { ["Torque"] = 51.5, ["Grade"] = "L", ["Cooled"] = true }]), CancellationToken.None);
        else
        {
            long[] shape = [8, .. input.Shape.Skip(1)];
            model.Infer([InferTensor.Of(input.Name, new float[shape.Aggregate((a, b) => a * b)], shape)], CancellationToken.None);
        }
    }

    void Write(string kind, string file)
    {
        if (kind == "rows")
        {
            PackageFile.Write(Samples.Classifier(), file);
            return;
        }

        var builder = new GraphBuilder("g");
        var random = new Generator(1);
        string at = "x";
        if (kind == "dense")
        {
            builder.Input("x", DataType.Float, ["batch", 1024]);
            for (int i = 0; i < 4; i++) at = builder.Node("Relu", [builder.Node("MatMul", [at, builder.Weights($"w{i}", Draw(1024 * 1024), 1024, 1024)])]);
        }
        else
        {
            builder.Input("x", DataType.Float, ["batch", 256, 8, 8]);
            for (int i = 0; i < 4; i++) at = builder.Node("Relu", [builder.Node("Conv", [at, builder.Weights($"w{i}", Draw(256 * 256 * 9), 256, 256, 3, 3)], null, ("pads", (long[])[1, 1, 1, 1]))]);
        }

        builder.Output(at, DataType.Float, ["batch", .. kind == "dense" ? (Dimension[])[1024] : [256, 8, 8]]);
        string onnx = Path.Combine(_folder, "net.onnx");
        ModelFile.Write(builder.Build(), onnx);
        PackageFile.Write(OnnxImport.Read(onnx, "net", DateTimeOffset.UnixEpoch), file);

        float[] Draw(int count) => [.. Enumerable.Range(0, count).Select(_ => (float)random.NextNormal() * 0.03f)];
    }
}

/// <summary>Nothing runs beside it, so that the memory of the process is its own.</summary>
[CollectionDefinition(nameof(RetainedMemoryTests), DisableParallelization = true)]
public class RetainedMemoryTestsAlone;
