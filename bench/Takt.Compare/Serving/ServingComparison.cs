using System.Globalization;
using System.Text.Json.Nodes;

namespace Takt.Compare.Serving;

/// <summary>What one way into a server answered.</summary>
/// <param name="Server">Who.</param>
/// <param name="Door">By which protocol.</param>
/// <param name="Rows">Rows of a request.</param>
/// <param name="PerSecond">Requests answered a second.</param>
/// <param name="P50">Milliseconds that half of them stayed within.</param>
/// <param name="P99">Ninety-nine of a hundred.</param>
/// <param name="Failed">Requests that were not answered well.</param>
sealed record Served(string Server, string Door, int Rows, double PerSecond, double P50, double P99, long Failed);

/// <summary>Takt's doors beside servers that people write themselves, on the same model, asked by the same generator in turns.</summary>
sealed class ServingComparison : IDisposable
{
    const int Rows = 32, CallsTogether = 16, FastApiPort = 7383, NodePort = 7384;

    readonly string _repository;
    readonly TaktServer _takt;
    readonly Bodies _small, _rows, _large;
    readonly string[] _bench;
    readonly List<Server> _peers = [];

    /// <summary>Starts all servers that this machine can run.</summary>
    /// <param name="repository">The checkout.</param>
    /// <param name="sides">Finds the programs.</param>
    public ServingComparison(string repository, Sides sides)
    {
        _repository = repository;
        _takt = new TaktServer(repository, sides, "mlp", "resnet18");
        (_small, _rows, _large) = (Bodies.OfNumbers(_takt.Folder, "mlp", 1, 14), Bodies.OfNumbers(_takt.Folder, "mlp", Rows, 14), Bodies.OfNumbers(_takt.Folder, "resnet18", 1, 3, 224, 224));
        string python = sides.Python()!, graphs = sides.Graphs(python)!, scripts = Path.Combine(repository, "bench", "Takt.Compare", "Serving"), workers = Text(Environment.ProcessorCount);
        _bench = [sides.TaktProgram, "bench", "--json", "--phase", "infer", "--only", "resnet18", "--models", graphs, "--threads", workers];
        if (Side.Start(python, ["-c", "import fastapi, uvicorn"], repository).Code == 0)
            _peers.Add(new Server("FastAPI", FastApiPort, python, [Path.Combine(scripts, "fastapi_peer.py"), sides.Scripts, Text(FastApiPort), workers], _takt.Folder));
        else
            Missing.Add("FastAPI: apt-get install python3-fastapi python3-uvicorn");
        string packages = Path.Combine(repository, "eng", "peers");
        if (Directory.Exists(Path.Combine(packages, "node_modules", "onnxruntime-node")))
            _peers.Add(new Server("Node", NodePort, "node", [Path.Combine(scripts, "node_peer.mjs"), Path.Combine(graphs, "mlp.onnx"), Text(NodePort), workers], packages));
        else
            Missing.Add("Node: npm ci --prefix eng/peers --ignore-scripts");
    }

    /// <summary>Peers that this machine lacks, and how to get them.</summary>
    public List<string> Missing { get; } = [];

    /// <summary>Asks for the small model by every door of every server in turn; of several rounds the one that answered most counts.</summary>
    public IReadOnlyList<Served> Doors(int connections, double seconds, int rounds)
    {
        Way[] ways = [.. Ways(_small, 1, connections), .. Ways(_rows, Rows, connections)];
        // Long enough for every runtime to have compiled what is hot; not counted.
        foreach (var way in ways) Ask(way, warm: 8, seconds: 1);
        return
        [
            .. Enumerable.Range(0, rounds)
                .SelectMany(_ => ways.Select(way => Of(way, Ask(way, warm: 1, seconds))))
                .GroupBy(served => (served.Server, served.Door, served.Rows))
                .Select(way => way.MaxBy(served => served.PerSecond)!),
        ];
    }

    /// <summary>Every way to ask for so many rows, the same number of requests under way in each.</summary>
    IEnumerable<Way> Ways(Bodies bodies, int rows, int underWay) =>
    [
        new("Takt", "JSON", rows, TaktServer.Json(bodies), underWay),
        new("Takt", "binary", rows, TaktServer.Binary(bodies), underWay),
        new("Takt", "gRPC, one call a connection", rows, TaktServer.Grpc(bodies), underWay),
        new("Takt", $"gRPC, {CallsTogether} calls a connection", rows, TaktServer.Grpc(bodies, CallsTogether), Math.Max(1, underWay / CallsTogether)),
        .. _peers.Select(peer => new Way(peer.Name, "JSON", rows, TaktServer.Http(peer.Port, bodies), underWay)),
    ];

    LoadWindow Ask(Way way, double warm, double seconds) => _takt.Run(way.Request, rate: 0, way.Connections, warm, seconds).Whole;

    /// <summary>ResNet-18 through two doors, one request at a time, and its plan called in a process of its own: medians in milliseconds, the best of several rounds.</summary>
    public (double Plan, double Binary, double Grpc) Large(double seconds, int rounds)
    {
        (double Plan, double Binary, double Grpc) best = (double.MaxValue, double.MaxValue, double.MaxValue);
        for (int round = 0; round < rounds; round++)
        {
            var plan = Side.Start("dotnet", [.. _bench, "--seconds", Side.Text(seconds)], _repository);
            Side.Demand("takt bench", plan);
            best.Plan = Math.Min(best.Plan, JsonNode.Parse(plan.Output)![0]!["ms"]!.GetValue<double>());
            best.Binary = Math.Min(best.Binary, _takt.Run(TaktServer.Binary(_large), rate: 0, connections: 1, warm: 2, seconds).Whole.P50);
            best.Grpc = Math.Min(best.Grpc, _takt.Run(TaktServer.Grpc(_large), rate: 0, connections: 1, warm: 2, seconds).Whole.P50);
        }

        return best;
    }

    public void Dispose()
    {
        foreach (var peer in _peers) peer.Dispose();
        _takt.Dispose();
    }

    static Served Of(Way way, LoadWindow window) => new(way.Server, way.Door, way.Rows, window.Answered, window.P50, window.P99, window.Failed);

    static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    /// <summary>One way to ask.</summary>
    sealed record Way(string Server, string Door, int Rows, string[] Request, int Connections);
}
