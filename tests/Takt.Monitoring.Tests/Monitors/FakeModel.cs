using System.Diagnostics.Metrics;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Takt.Protocols.Deployments;
using Takt.Protocols.OpenInference;
using Takt.Protocols.Problems;
using Takt.Protocols.Rows;
using Takt.Serving.Backends;
using Takt.Serving.Catalogs;
using Takt.Serving.Planes;
using Takt.Serving.Requests;
using Takt.Serving.Statistics;

namespace Takt.Monitoring.Tests.Monitors;

/// <summary>One model version "press" whose answers a test decides, behind the real data plane.</summary>
sealed class FakeModel : IModelBackend, IModelCatalog, IServedModel
{
    public static readonly IMeterFactory Meters = new ServiceCollection().AddMetrics().BuildServiceProvider().GetRequiredService<IMeterFactory>();

    public double Probability { get; set; }
    public long MemoryBytes => 1000;
    public Exception? Failure { get; set; }
    public RowsRequest? Asked { get; private set; }

    public ModelDescription Description { get; set; } = new("classification", "Fault", null,
        [new("Press pressure", InputKind.Number, "bar") { Typical = "180" }, new("Product", InputKind.Text), new("Time", InputKind.Time) { Role = InputRole.Time }], [], [])
        { Classes = ["0", "1"], PositiveClass = "1", Threshold = 0.4 };

    /// <param name="catalog">Where models are found; null = there is "press" in its version 3.</param>
    public DataPlane Plane(IModelCatalog? catalog = null, RequestLog? requests = null) => new(catalog ?? this, this, new ServingStatistics(Meters), new ServingOptions { Default = new DeploymentSpec { WarmUp = new WarmUpSpec { Requests = 0 } } }, TimeProvider.System, NullLogger<DataPlane>.Instance, requests);

    public RowsAnswer Predict(RowsRequest request, CancellationToken stop)
    {
        Asked = request;
        if (Failure is not null) throw Failure;
        var why = new Explanation("occlusion", 0.1, [new Contribution("Press pressure", "bar", request.Rows[^1]["Press pressure"]?.AsValue().DeepClone().AsValue(), null, 0.3)]);
        return new RowsAnswer([new RowPrediction(request.Rows.Count - 1, JsonValue.Create(Probability >= 0.4 ? "1" : "0"), Probability, Explanation: why)], []);
    }

    public TensorsAnswer Infer(IReadOnlyList<InferTensor> inputs, CancellationToken stop) => throw new InputException("tensors are not asked for here");
    public Task<IServedModel> LoadAsync(string packagePath, CancellationToken stop) => Task.FromResult<IServedModel>(this);
    public Task<string> StampAsync(CancellationToken stop) => Task.FromResult("1");
    public Task<CatalogState> ReadAsync(CancellationToken stop) => Task.FromResult(
        new CatalogState("1", [new CatalogModel("press", [new CatalogVersion(3, "press.takt")], new Dictionary<string, int> { ["champion"] = 3 })]));

    public void Dispose() { }
}
