using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Takt.Protocols.OpenInference;
using Takt.Protocols.Problems;
using Takt.Protocols.Rows;
using Takt.Serving.Backends;

namespace Takt.Tests.Serving;

/// <summary>Serves "packages" whose path is a factor: length = factor · x + y. Small enough to check by hand, strict enough to notice a call on a disposed model.</summary>
sealed class ArithmeticBackend : IModelBackend
{
    int _loads;

    public int Loads => _loads;

    public ConcurrentBag<ArithmeticModel> Models { get; } = [];

    /// <summary>Rows of each call that reached a model, in that order.</summary>
    public ConcurrentQueue<int> Calls { get; } = new();

    /// <summary>Paths that do not load, with the reason.</summary>
    public ConcurrentDictionary<string, Exception> Broken { get; } = new();

    /// <summary>Loads wait for this.</summary>
    public Task Gate { get; set; } = Task.CompletedTask;

    /// <summary>Loads of single paths wait for these.</summary>
    public ConcurrentDictionary<string, Task> Gates { get; } = new();

    /// <summary>Predictions call this first.</summary>
    public Action<CancellationToken> Working { get; set; } = _ => { };

    /// <summary>The same, told which model.</summary>
    public Action<ArithmeticModel, CancellationToken> WorkingOn { get; set; } = (_, _) => { };

    /// <summary>Predictions with reasons call this, too.</summary>
    public Action<CancellationToken> Explaining { get; set; } = _ => { };

    public async Task<IServedModel> LoadAsync(string packagePath, CancellationToken stop)
    {
        Interlocked.Increment(ref _loads);
        await Gate.WaitAsync(stop);
        if (Gates.TryGetValue(packagePath, out var gate)) await gate.WaitAsync(stop);
        if (Broken.TryGetValue(packagePath, out var error)) throw error;
        var model = new ArithmeticModel(this, double.Parse(packagePath, CultureInfo.InvariantCulture));
        Models.Add(model);
        return model;
    }
}

sealed class ArithmeticModel(ArithmeticBackend backend, double factor) : IParallelModel
{
    int _disposed;

    public double Factor => factor;

    public bool IsDisposed => _disposed > 0;

    public ModelDescription Description { get; } = new(
        "regression", "length", "mm",
        [new InputColumn("x", InputKind.Number, "m") { Minimum = 0, Maximum = 10, Typical = "5" }, new InputColumn("y", InputKind.Number)],
        [new TensorMetadata("x", TensorType.Fp64, [-1, 1]), new TensorMetadata("y", TensorType.Fp32, [-1, 1])],
        [new TensorMetadata("length", TensorType.Fp64, [-1, 1]), new TensorMetadata("longer", TensorType.Bool, [-1, 1])]) { RowsStandAlone = true };

    public long MemoryBytes => 1000;

    public int Threads { get; set; }

    public RowsAnswer Predict(RowsRequest request, CancellationToken stop)
    {
        backend.Calls.Enqueue(request.Rows.Count);
        backend.Working(stop);
        backend.WorkingOn(this, stop);
        if (request.Explain) backend.Explaining(stop);
        var predictions = new List<RowPrediction>();
        var errors = new List<RowProblem>();
        for (int row = 0; row < request.Rows.Count; row++)
        {
            if (Number(request.Rows[row], "x") is { } x && Number(request.Rows[row], "y") is { } y)
            {
                var why = request.Explain ? new Explanation("occlusion", factor * 5, [new Contribution("x", "m", JsonValue.Create(x), JsonValue.Create(5), factor * (x - 5))]) : null;
                predictions.Add(new RowPrediction(row, JsonValue.Create(factor * x + y), Explanation: why));
            }
            else
            {
                errors.Add(new RowProblem(row, new Problem("no number", "a number", Where: "x or y")));
            }
        }

        ObjectDisposedException.ThrowIf(IsDisposed, this);
        return new RowsAnswer(predictions, errors);
    }

    public TensorsAnswer Infer(IReadOnlyList<InferTensor> inputs, CancellationToken stop)
    {
        backend.Calls.Enqueue((int)inputs[0].Shape[0]);
        backend.Working(stop);
        backend.WorkingOn(this, stop);
        double[] x = inputs.First(t => t.Name == "x").AsDoubles()!, y = inputs.First(t => t.Name == "y").AsDoubles()!;
        double[] length = [.. x.Zip(y, (a, b) => factor * a + b)];
        ObjectDisposedException.ThrowIf(IsDisposed, this);
        return new([InferTensor.Of("length", length, length.Length, 1), InferTensor.Of("longer", Array.ConvertAll(length, l => l > 10), length.Length, 1)]);
    }

    public void Dispose()
    {
        if (Interlocked.Increment(ref _disposed) > 1) throw new InvalidOperationException("disposed twice");
    }

    static double? Number(JsonObject row, string name) => row[name] is { } v && v.GetValueKind() == JsonValueKind.Number ? double.Parse(v.ToJsonString()) : null;
}
