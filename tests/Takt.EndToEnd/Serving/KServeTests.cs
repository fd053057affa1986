using System.Net;
using System.Text.Json.Nodes;
using Takt.EndToEnd.Program;
using Takt.Graphs.Onnx;
using YamlDotNet.RepresentationModel;
using static Takt.Graphs.Onnx.TensorProto.Types;

namespace Takt.EndToEnd.Serving;

/// <summary>The manifest of the serving runtime, done as KServe does it but without the cluster: a model is put into a folder, the container's command is run, its probes are asked, and then the protocols that it names.</summary>
public sealed class KServeTests : IDisposable
{
    readonly TemporaryFolder _folder = new();

    [ShellFact]
    public async Task The_runtime_serves_the_model_that_it_finds()
    {
        Directory.CreateDirectory(_folder["models"]);
        var graph = new GraphBuilder("press");
        graph.Input("x", DataType.Float, ["batch", 2]);
        graph.Output(graph.Node("MatMul", ["x", graph.Weights("w", [2, 3], 2, 1)]), DataType.Float, ["batch", 1]);
        ModelFile.Write(graph.Build(), _folder["models/model.onnx"]);
        var container = Runtime()["spec"]["containers"][0];
        string Said(string text) => text.Replace("{{.Name}}", "press-failure", StringComparison.Ordinal);
        string script = Said(container["args"][0].ToString())
            .Replace("/tmp/takt", _folder["home"], StringComparison.Ordinal).Replace("/mnt/models", _folder["models"], StringComparison.Ordinal)
            .Replace("takt.dll", TaktProgram.File, StringComparison.Ordinal)
            .Replace("0.0.0.0:8080", "127.0.0.1:0", StringComparison.Ordinal).Replace("0.0.0.0:8081", "127.0.0.1:0", StringComparison.Ordinal);

        using var server = await TaktServer.StartScriptAsync(_folder.Path, script);
        using var http = new HttpClient { BaseAddress = server.Address };
        foreach (string probe in (string[])["readinessProbe", "livenessProbe"])
            Assert.Equal(HttpStatusCode.OK, (await http.GetAsync(new Uri(Said(container[probe]["httpGet"]["path"].ToString()), UriKind.Relative))).StatusCode);

        var (status, answer) = await Curl.PostAsync(new Uri(server.Address, "v2/models/press-failure/infer"), """{"inputs":[{"name":"x","shape":[1,2],"datatype":"FP32","data":[10,1]}]}""");
        Assert.Equal((200, 23), (status, answer!["outputs"]![0]!["data"]![0]!.GetValue<double>()));
        (status, answer) = await Curl.PostAsync(new Uri(server.Address, "v1/models/press-failure:predict"), """{"instances":[[10,1]]}""");
        Assert.Equal((200, 23), (status, answer!["predictions"]![0]![0]!.GetValue<double>()));
    }

    public void Dispose() => _folder.Dispose();

    static YamlNode Runtime()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Takt.slnx"))) folder = folder.Parent!;
        var yaml = new YamlStream();
        using var text = File.OpenText(Path.Combine(folder.FullName, "deploy", "kserve", "runtime.yaml"));
        yaml.Load(text);
        return yaml.Documents[0].RootNode;
    }

    sealed class ShellFactAttribute : FactAttribute
    {
        public ShellFactAttribute()
        {
            if (OperatingSystem.IsWindows()) Skip = "containers of KServe start with /bin/sh";
        }
    }
}
