using System.Globalization;
using System.Text.Json;
using Spectre.Console;
using Takt.Data.Files;
using Takt.Graphs.Packages;
using Takt.Protocols.OpenInference;
using Takt.Protocols.Problems;
using Takt.Registry.Models;
using Takt.Terminal;

namespace Takt.Commands;

/// <summary><c>takt predict</c> for a model that takes tensors: one request of the Open Inference Protocol in, its answer out.</summary>
static class TensorPrediction
{
    /// <summary>Elements that a person is shown of a tensor.</summary>
    const int MostShown = 8;

    public static Answer Run(ModelVersion version, Package package, string data, string? file)
    {
        var request = Read(data);
        var model = new TensorModel(package.Model);
        var response = new InferResponse(version.Name, version.Number.ToString(CultureInfo.InvariantCulture), model.Infer(request.Inputs), request.Id);
        if (file is not null) AtomicFile.Write(file, stream => JsonSerializer.Serialize(stream, response, OpenInferenceJson.Default.InferResponse));
        return new Answer(JsonSerializer.SerializeToNode(response, OpenInferenceJson.Default.InferResponse)!, console => Show(console, response, file));
    }

    /// <summary>A request from a file.</summary>
    /// <exception cref="InputException">There is none, or it is another kind of file.</exception>
    public static InferRequest Read(string path)
    {
        if (!File.Exists(path)) throw new InputException($"no file '{path}'", "a request of tensors (.json)");
        try
        {
            var request = JsonSerializer.Deserialize(File.ReadAllBytes(path), OpenInferenceJson.Default.InferRequest);
            if (request?.Inputs is { } inputs && inputs.All(t => t is not null)) return request;
        }
        catch (JsonException error)
        {
            throw Wrong(path, error.Message);
        }

        throw Wrong(path, "no 'inputs'");
    }

    static InputException Wrong(string path, string why) => new(
        $"'{path}', which is no request of tensors ({why})", "{\"inputs\": [{\"name\", \"shape\", \"datatype\", \"data\"}, …]}",
        "This model takes tensors and not rows; 'takt models show NAME --sample > request.json' writes a request");

    static void Show(IAnsiConsole console, InferResponse response, string? file)
    {
        foreach (var output in response.Outputs)
        {
            using var whole = JsonDocument.Parse(JsonSerializer.Serialize(output, OpenInferenceJson.Default.InferTensor));
            var data = whole.RootElement.GetProperty("data");
            int count = data.GetArrayLength();
            console.Line($"{output.Name}  {output.Type.WireName()} [{string.Join(", ", output.Shape)}]  {string.Join(", ", data.EnumerateArray().Take(MostShown).Select(e => e.GetRawText()))}{(count > MostShown ? $", … {count - MostShown:N0} more" : "")}");
        }

        if (file is not null) console.Line($"The whole answer is in {file}.");
    }
}
