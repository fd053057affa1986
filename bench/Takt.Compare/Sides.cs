namespace Takt.Compare;

/// <summary>Finds Takt and its peers on this machine.</summary>
sealed class Sides(string repository, string shared)
{
    const string Export = "export_onnx.py";

    static readonly string[] s_pythons = ["python3", "/usr/bin/python3"], s_importsTorch = ["-c", "import torch"];

    readonly string _peers = Path.Combine(Path.GetFullPath(shared), "bench");

    /// <summary>What is missing, and how to get it.</summary>
    public List<string> Missing { get; } = [];

    /// <summary>The folder of the peers' scripts.</summary>
    public string Scripts => _peers;

    /// <summary>Takt as it was built.</summary>
    /// <exception cref="FileNotFoundException">It was not.</exception>
    public string TaktProgram
    {
        get
        {
            string program = Path.Combine(repository, "src", "Takt", "bin", "Release", "net10.0", "takt.dll");
            return File.Exists(program) ? program : throw new FileNotFoundException($"No {program}. Build it: dotnet build -c Release src/Takt");
        }
    }

    /// <summary>Takt first, then the peers that are there.</summary>
    public IReadOnlyList<Side> Find()
    {
        if (!Directory.Exists(_peers))
        {
            Missing.Add($"both peers: no scripts in {_peers}; set TAKT_SHARED to the folder that holds bench/torch_peer.py");
            return [Takt(null)];
        }

        string? python = Python(), graphs = Graphs(python);
        var sides = new List<Side> { Takt(graphs) };
        if (python is null) Missing.Add("PyTorch: no Python with torch; install it with 'apt-get install python3-torch'");
        else sides.Add(new("PyTorch", python, (threads, seconds, only) =>
            [Path.Combine(_peers, "torch_peer.py"), "--threads", $"{threads}", "--seconds", Side.Text(seconds), "--only", only], repository));
        if (OnnxRuntime(graphs) is { } peer) sides.Add(peer);
        return sides;
    }

    /// <summary>Takt answers the graphs that PyTorch writes, where there are any: the same files as the peer.</summary>
    Side Takt(string? graphs)
    {
        string program = TaktProgram;
        return new("Takt", "dotnet", (threads, seconds, only) =>
            [program, "bench", "--json", "--threads", $"{threads}", "--seconds", Side.Text(seconds), "--only", only, .. graphs is null ? Array.Empty<string>() : ["--models", graphs]], repository);
    }

    /// <summary>The first Python that has PyTorch: the one on the path, or Debian's.</summary>
    public string? Python() => s_pythons.FirstOrDefault(p => Side.Start(p, s_importsTorch, repository).Code == 0);

    /// <summary>The folder of the graphs that PyTorch writes: written once, and kept among the build's files.</summary>
    public string? Graphs(string? python)
    {
        string graphs = Path.Combine(AppContext.BaseDirectory, "graphs"), half = graphs + ".half";
        if (Directory.Exists(graphs)) return graphs;
        if (python is null) return null;
        var (code, _, error) = Side.Start(python, [Path.Combine(_peers, Export), half], repository);
        if (code != 0) throw new InvalidOperationException($"{Export} ended with {code}: {error}");
        Directory.Move(half, graphs);
        return graphs;
    }

    Side? OnnxRuntime(string? graphs)
    {
        string packages = Path.Combine(repository, "eng", "peers");
        if (graphs is null) Missing.Add("ONNX Runtime: PyTorch writes the graphs it answers, and there is none");
        else if (!Directory.Exists(Path.Combine(packages, "node_modules", "onnxruntime-node"))) Missing.Add("ONNX Runtime: install it with 'npm ci --prefix eng/peers --ignore-scripts'");
        else return new("ONNX Runtime", "node", (threads, seconds, only) => [Path.Combine(_peers, "ort_peer.mjs"), Only(graphs, only), $"{threads}", Side.Text(seconds)], packages);
        return null;
    }

    /// <summary>The peer runs every file of a folder: where only some are asked for, a folder of their own links to them.</summary>
    static string Only(string graphs, string only)
    {
        if (only.Length == 0) return graphs;
        string some = Directory.CreateTempSubdirectory("takt-graphs").FullName;
        foreach (string file in only.Split(',').SelectMany(name => new[] { $"{name.Trim()}.onnx", $"{name.Trim()}.json" }).Where(file => File.Exists(Path.Combine(graphs, file))))
            File.CreateSymbolicLink(Path.Combine(some, file), Path.Combine(graphs, file));
        return some;
    }
}
