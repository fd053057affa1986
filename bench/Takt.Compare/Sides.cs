namespace Takt.Compare;

/// <summary>Finds Takt and its peers on this machine.</summary>
sealed class Sides(string repository, string shared)
{
    const string Export = "export_onnx.py";

    static readonly string[] s_pythons = ["python3", "/usr/bin/python3"], s_importsTorch = ["-c", "import torch"];

    readonly string _peers = Path.Combine(Path.GetFullPath(shared), "bench");

    /// <summary>What is missing, and how to get it.</summary>
    public List<string> Missing { get; } = [];

    /// <summary>Takt first, then the peers that are there.</summary>
    public IReadOnlyList<Side> Find()
    {
        var sides = new List<Side> { Takt() };
        if (!Directory.Exists(_peers))
        {
            Missing.Add($"both peers: no scripts in {_peers}; set TAKT_SHARED to the folder that holds bench/torch_peer.py");
            return sides;
        }

        string? python = Python();
        if (python is null) Missing.Add("PyTorch: no Python with torch; install it with 'apt-get install python3-torch'");
        else sides.Add(new("PyTorch", python, (threads, seconds, only) =>
            [Path.Combine(_peers, "torch_peer.py"), "--threads", $"{threads}", "--seconds", Side.Text(seconds), "--only", only], repository));
        if (OnnxRuntime(python) is { } peer) sides.Add(peer);
        return sides;
    }

    Side Takt()
    {
        string program = Path.Combine(repository, "src", "Takt", "bin", "Release", "net10.0", "takt.dll");
        if (!File.Exists(program)) throw new FileNotFoundException($"No {program}. Build it: dotnet build -c Release src/Takt");
        return new("Takt", "dotnet", (threads, seconds, only) =>
            [program, "bench", "--json", "--threads", $"{threads}", "--seconds", Side.Text(seconds), "--only", only], repository);
    }

    /// <summary>The first Python that has PyTorch: the one on the path, or Debian's.</summary>
    string? Python() => s_pythons.FirstOrDefault(p => Side.Start(p, s_importsTorch, repository).Code == 0);

    /// <summary>ONNX Runtime answers the graphs that PyTorch writes; they are written once and kept among the build's files.</summary>
    Side? OnnxRuntime(string? python)
    {
        string packages = Path.Combine(repository, "eng", "peers"), graphs = Path.Combine(AppContext.BaseDirectory, "graphs");
        if (!Directory.Exists(Path.Combine(packages, "node_modules", "onnxruntime-node")))
        {
            Missing.Add("ONNX Runtime: install it with 'npm ci --prefix eng/peers --ignore-scripts'");
            return null;
        }

        if (!Directory.Exists(graphs))
        {
            if (python is null)
            {
                Missing.Add("ONNX Runtime: PyTorch writes the graphs it answers, and there is none");
                return null;
            }

            string half = graphs + ".half";
            var (code, _, error) = Side.Start(python, [Path.Combine(_peers, Export), half], repository);
            if (code != 0) throw new InvalidOperationException($"{Export} ended with {code}: {error}");
            Directory.Move(half, graphs);
        }

        return new("ONNX Runtime", "node", (threads, seconds, _) => [Path.Combine(_peers, "ort_peer.mjs"), graphs, $"{threads}", Side.Text(seconds)], packages);
    }
}
