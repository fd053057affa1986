using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;

namespace Takt.Compare.Serving;

/// <summary>A Takt server of its own with models that PyTorch wrote, and the generator that asks it.</summary>
sealed class TaktServer : IDisposable
{
    const int Port = 7381, GrpcPort = 7382;
    const string Address = "http://127.0.0.1:7381";

    readonly string _folder = Directory.CreateTempSubdirectory("takt-serving").FullName, _load;
    readonly HttpClient _http = new() { BaseAddress = new Uri(Address) };

    /// <summary>Imports the models and starts the server.</summary>
    /// <param name="repository">The checkout.</param>
    /// <param name="sides">Finds the programs.</param>
    /// <param name="models">Names of graphs, each as often as it is to have versions.</param>
    public TaktServer(string repository, Sides sides, params string[] models)
    {
        _load = Path.Combine(repository, "bench", "Takt.Load", "bin", "Release", "net10.0", "Takt.Load.dll");
        string graphs = sides.Graphs(sides.Python()) ?? throw new InvalidOperationException("No Python with torch, which writes the models: apt-get install python3-torch");
        string home = Path.Combine(_folder, "home");
        foreach (string model in models)
            Side.Demand("takt models import", Side.Start("dotnet", [sides.TaktProgram, "models", "import", Path.Combine(graphs, model + ".onnx"), "--home", home], repository));
        Server = new Server("Takt", Port, "dotnet", [sides.TaktProgram, "serve", "--home", home, "--urls", Address, "--grpc-urls", $"http://127.0.0.1:{Text(GrpcPort)}"], _folder);
    }

    /// <summary>Its process.</summary>
    public Server Server { get; }

    /// <summary>Where bodies of requests may be written.</summary>
    public string Folder => _folder;

    /// <summary>The generator's arguments for a model over JSON.</summary>
    public static string[] Json(Bodies bodies) => Http(Port, bodies);

    /// <summary>The same with numbers as bytes.</summary>
    public static string[] Binary(Bodies bodies) =>
        [.. Ask(Port), "--path", $"/v2/models/{bodies.Model}/infer", "--body", bodies.Binary, "--type", "application/octet-stream", "--header", $"Inference-Header-Content-Length: {Text(bodies.HeadLength)}"];

    /// <summary>The same over gRPC.</summary>
    public static string[] Grpc(Bodies bodies) => [.. Ask(GrpcPort), "--path", "/inference.GRPCInferenceService/ModelInfer", "--body", bodies.Message, "--grpc"];

    /// <summary>The same with so many calls at once on each connection, as clients of gRPC do it.</summary>
    public static string[] Grpc(Bodies bodies, int calls) => [.. Grpc(bodies), "--calls", Text(calls)];

    /// <summary>The generator's arguments for something that is read.</summary>
    public static string[] Get(string path) => [.. Ask(Port), "--path", path];

    /// <summary>The generator's arguments for a server that answers JSON as Takt does.</summary>
    public static string[] Http(int port, Bodies bodies) => [.. Ask(port), "--path", $"/v2/models/{bodies.Model}/infer", "--body", bodies.Json];

    /// <summary>Runs the generator.</summary>
    /// <param name="request">What it asks.</param>
    /// <param name="rate">Requests a second, whatever comes back; 0 = each connection asks again when it is answered.</param>
    /// <param name="connections">Requests under way at once at most.</param>
    /// <param name="warm">Seconds that are not counted.</param>
    /// <param name="seconds">Seconds that are.</param>
    /// <param name="windows">Parts to tell apart.</param>
    /// <exception cref="InvalidOperationException">Nothing was answered.</exception>
    public Load Run(string[] request, double rate, int connections, double warm, double seconds, params string[] windows)
    {
        string[] arguments =
        [
            _load, .. request, "--rate", Side.Text(rate), "--connections", Text(connections), "--warm", Side.Text(warm), "--seconds", Side.Text(seconds), "--json",
            .. windows.SelectMany(window => new[] { "--window", window }),
        ];
        var result = Side.Start("dotnet", arguments, _folder);
        Side.Demand("the load generator", result);
        var load = JsonSerializer.Deserialize<Load>(result.Output, JsonSerializerOptions.Web)!;
        return load.Whole.Answered > 0 ? load : throw new InvalidOperationException($"nothing was answered: {string.Join(' ', request)}");
    }

    /// <summary>Makes a call that changes something.</summary>
    /// <exception cref="HttpRequestException">It was refused.</exception>
    public void Change(HttpMethod method, string path, object body)
    {
        using var request = new HttpRequestMessage(method, path) { Content = JsonContent.Create(body) };
        using var response = _http.Send(request);
        response.EnsureSuccessStatusCode();
    }

    /// <summary>Asks once over JSON.</summary>
    /// <exception cref="HttpRequestException">It was refused.</exception>
    public void AskOnce(Bodies bodies)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/v2/models/{bodies.Model}/infer") { Content = new ByteArrayContent(File.ReadAllBytes(bodies.Json)) { Headers = { { "Content-Type", "application/json" } } } };
        using var response = _http.Send(request);
        response.EnsureSuccessStatusCode();
    }

    public void Dispose()
    {
        _http.Dispose();
        Server.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    static string[] Ask(int port) => ["--url", $"http://127.0.0.1:{Text(port)}"];

    static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}

/// <summary>What the generator tells, as its own report names it.</summary>
sealed record Load(LoadWindow Whole, IReadOnlyList<LoadWindow> Windows, IReadOnlyList<LoadWindow> Seconds);

/// <summary>One part of a run.</summary>
sealed record LoadWindow(double Answered, double Refused, long Failed, double P50, double P99, double RefusalP99);
