using Takt.Graphs.Onnx;
using Takt.Graphs.Packages;
using Takt.Protocols.OpenInference;
using Takt.Serving;
using static Takt.Graphs.Onnx.AttributeProto.Types;
using static Takt.Graphs.Onnx.TensorProto.Types;

namespace Takt.EndToEnd.Serving;

/// <summary>Work on a real graph ends when its caller leaves.</summary>
public sealed class LeavingTests : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("takt-leaving-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_graph_that_would_run_for_minutes_ends_when_its_caller_leaves_and_answers_the_next()
    {
        using var model = await new PackageBackend(TimeProvider.System).LoadAsync(Turns(), CancellationToken.None);
        Assert.Equal(3f, Ask(3, CancellationToken.None));
        using var caller = new CancellationTokenSource();
        var asked = Task.Run(() => Ask(90_000_000, caller.Token), CancellationToken.None); // within the steps that a run may take, and minutes of them
        await Task.Delay(200);
        Assert.False(asked.IsCompleted);
        await caller.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asked.WaitAsync(TimeSpan.FromSeconds(20)));
        Assert.Equal(5f, Ask(5, CancellationToken.None));

        float Ask(long turns, CancellationToken stop) => model.Infer([InferTensor.Of("turns", [turns], 1)], stop).Outputs[0].Elements<float>()[0];
    }

    /// <summary>Adds 1 as often as it is told.</summary>
    string Turns()
    {
        var body = new GraphProto { Name = "body" };
        foreach (var (name, type) in new[] { ("i", DataType.Int64), ("go", DataType.Bool), ("a", DataType.Float) }) body.Input.Add(Value(name, type));
        body.Node.Add(new NodeProto { OpType = "Identity", Input = { "go" }, Output = { "on" } });
        body.Node.Add(new NodeProto { OpType = "Add", Input = { "a", "one" }, Output = { "b" } });
        body.Output.Add(Value("on", DataType.Bool));
        body.Output.Add(Value("b", DataType.Float));

        var builder = new GraphBuilder("turns");
        builder.Input("turns", DataType.Int64, [1]);
        builder.Weights("one", [1f], 1);
        builder.Weights("zero", [0f], 1);
        var graph = builder.Build();
        graph.Graph.Node.Add(new NodeProto
        {
            OpType = "Loop", Input = { "turns", "", "zero" }, Output = { "sum" },
            Attribute = { new AttributeProto { Name = "body", Type = AttributeType.Graph, G = body } },
        });
        graph.Graph.Output.Add(Value("sum", DataType.Float, 1));
        string onnx = Path.Combine(_folder, "turns.onnx"), file = Path.Combine(_folder, "turns.takt");
        ModelFile.Write(graph, onnx);
        PackageFile.Write(OnnxImport.Read(onnx, "turns", DateTimeOffset.UnixEpoch), file);
        return file;
    }

    static ValueInfoProto Value(string name, DataType type, params long[] sizes)
    {
        var tensor = new TypeProto.Types.Tensor { ElemType = (int)type, Shape = new TensorShapeProto() };
        foreach (long size in sizes) tensor.Shape.Dim.Add(new TensorShapeProto.Types.Dimension { DimValue = size });
        return new ValueInfoProto { Name = name, Type = new TypeProto { TensorType = tensor } };
    }
}
