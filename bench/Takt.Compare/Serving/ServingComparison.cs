using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Takt.Compare.Serving;

/// <summary>What one way into a server answered.</summary>
/// <param name="Server">Who.</param>
/// <param name="Door">By which protocol.</param>
/// <param name="PerSecond">Requests answered a second.</param>
/// <param name="P50">Milliseconds that half of them stayed within.</param>
/// <param name="P99">Ninety-nine of a hundred.</param>
/// <param name="Failed">Requests that were not answered well.</param>
sealed record Served(string Server, string Door, double PerSecond, double P50, double P99, long Failed);

/// <summary>Takt's doors beside servers that people write themselves, on the same model, asked by the same generator in turns.</summary>
sealed class ServingComparison : IDisposable
{
    const int TaktPort = 7381, TaktGrpcPort = 7382, FastApiPort = 7383, NodePort = 7384;

    readonly string _repository, _folder = Directory.CreateTempSubdirectory("takt-serving").FullName, _load;
    readonly Bodies _small, _large;
    readonly string _takt;
    readonly string[] _bench;
    readonly List<Server> _servers = [];

    /// <summary>Starts all servers that this machine can run.</summary>
    /// <param name="repository">The checkout.</param>
    /// <param name="sides">Finds the programs.</param>
    public ServingComparison(string repository, Sides sides)
    {
        (_repository, _takt) = (repository, sides.TaktProgram);
        _load = Path.Combine(repository, "bench", "Takt.Load", "bin", "Release", "net10.0", "Takt.Load.dll");
        string python = sides.Python() ?? throw new InvalidOperationException("No Python with torch, which writes the models: apt-get install python3-torch");
        string graphs = sides.Graphs(python)!, home = Path.Combine(_folder, "home"), scripts = Path.Combine(repository, "bench", "Takt.Compare", "Serving");
        (_small, _large) = (new Bodies(_folder, "mlp", 1, 14), new Bodies(_folder, "resnet18", 1, 3, 224, 224));
        _bench = ["bench", "--json", "--phase", "infer", "--only", "resnet18", "--models", graphs];
        foreach (string model in (string[])[_small.Model, _large.Model])
            Side.Demand("Takt", Side.Start("dotnet", [_takt, "models", "import", Path.Combine(graphs, model + ".onnx"), "--home", home], repository));
        string workers = Text(Environment.ProcessorCount);
        _servers.Add(new Server("Takt", TaktPort, "dotnet",
            [_takt, "serve", "--home", home, "--urls", $"http://127.0.0.1:{TaktPort}", "--grpc-urls", $"http://127.0.0.1:{TaktGrpcPort}"], _folder));
        if (Side.Start(python, ["-c", "import fastapi, uvicorn"], repository).Code == 0)
            _servers.Add(new Server("FastAPI", FastApiPort, python, [Path.Combine(scripts, "fastapi_peer.py"), sides.Scripts, Text(FastApiPort), workers], _folder));
        else
            Missing.Add("FastAPI: apt-get install python3-fastapi python3-uvicorn");
        string packages = Path.Combine(repository, "eng", "peers");
        if (Directory.Exists(Path.Combine(packages, "node_modules", "onnxruntime-node")))
            _servers.Add(new Server("Node", NodePort, "node", [Path.Combine(scripts, "node_peer.mjs"), Path.Combine(graphs, "mlp.onnx"), Text(NodePort), workers], packages));
        else
            Missing.Add("Node: npm ci --prefix eng/peers --ignore-scripts");
    }

    /// <summary>Peers that this machine lacks, and how to get them.</summary>
    public List<string> Missing { get; } = [];

    /// <summary>Asks every way in turn for the small model; of several rounds the one that answered most counts.</summary>
    public IReadOnlyList<Served> Small(int connections, double seconds, int rounds)
    {
        (Server Server, string Door, string[] Arguments)[] ways =
        [
            .. _servers.Select(server => (server, "JSON", Http(server.Port, _small.Model, _small.Json))),
            (_servers[0], "binary", Binary(_small)),
            (_servers[0], "gRPC", Grpc(_small)),
        ];
        // Long enough for every runtime to have compiled what is hot; not counted.
        foreach (var (_, _, arguments) in ways) Ask(arguments, connections, warm: 10, seconds: 1);
        return
        [
            .. Enumerable.Range(0, rounds)
                .SelectMany(_ => ways.Select(way => Ask(way.Arguments, connections, warm: 1, seconds) with { Server = way.Server.Name, Door = way.Door }))
                .GroupBy(served => (served.Server, served.Door))
                .Select(way => way.MaxBy(served => served.PerSecond)!),
        ];
    }

    /// <summary>ResNet-18 through two doors, one request at a time, and its plan called in a process of its own: medians in milliseconds, the best of several rounds.</summary>
    public (double Plan, double Binary, double Grpc) Large(double seconds, int rounds)
    {
        (double Plan, double Binary, double Grpc) best = (double.MaxValue, double.MaxValue, double.MaxValue);
        for (int round = 0; round < rounds; round++)
        {
            var (code, output, error) = Side.Start("dotnet", [_takt, .. _bench, "--threads", Text(Environment.ProcessorCount), "--seconds", Side.Text(seconds)], _repository);
            Side.Demand("Takt", (code, output, error));
            best.Plan = Math.Min(best.Plan, JsonNode.Parse(output)![0]!["ms"]!.GetValue<double>());
            best.Binary = Math.Min(best.Binary, Ask(Binary(_large), 1, warm: 2, seconds).P50);
            best.Grpc = Math.Min(best.Grpc, Ask(Grpc(_large), 1, warm: 2, seconds).P50);
        }

        return best;
    }

    public void Dispose()
    {
        foreach (var server in _servers) server.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    Served Ask(string[] arguments, int connections, double warm, double seconds)
    {
        var result = Side.Start("dotnet", [_load, .. arguments, "--rate", "0", "--connections", Text(connections), "--warm", Side.Text(warm), "--seconds", Side.Text(seconds), "--json"], _folder);
        Side.Demand("the load generator", result);
        var whole = JsonDocument.Parse(result.Output).RootElement.GetProperty("whole");
        double Number(string name) => whole.GetProperty(name).GetDouble();
        var served = new Served("", "", Number("answered"), Number("p50"), Number("p99"), (long)Number("failed"));
        return served.PerSecond > 0 ? served : throw new InvalidOperationException($"nothing was answered: {string.Join(' ', arguments)}");
    }

    static string[] Http(int port, string model, string body) => ["--url", $"http://127.0.0.1:{port}", "--path", $"/v2/models/{model}/infer", "--body", body];

    static string[] Binary(Bodies bodies) =>
        [.. Http(TaktPort, bodies.Model, bodies.Binary), "--type", "application/octet-stream", "--header", $"Inference-Header-Content-Length: {Text(bodies.HeadLength)}"];

    static string[] Grpc(Bodies bodies) => ["--url", $"http://127.0.0.1:{TaktGrpcPort}", "--path", "/inference.GRPCInferenceService/ModelInfer", "--body", bodies.Message, "--grpc"];

    static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
