using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Google.Protobuf;
using Takt.Protocols.OpenInference.Grpc;

namespace Takt.Compare.Serving;

/// <summary>One request of a model in the three forms of the Open Inference Protocol, as files for the load generator.</summary>
sealed class Bodies
{
    /// <summary>Writes the files.</summary>
    /// <param name="folder">Where to.</param>
    /// <param name="model">The model's name.</param>
    /// <param name="shape">Its input's axes.</param>
    public Bodies(string folder, string model, params long[] shape)
    {
        Model = model;
        float[] values = [.. Enumerable.Range(0, (int)shape.Aggregate(1L, (a, b) => a * b)).Select(i => MathF.Round(MathF.Sin(i), 3))];
        byte[] raw = MemoryMarshal.AsBytes<float>(values).ToArray();
        string axes = string.Join(',', shape);
        string head = Invariant($$"""{"inputs":[{"name":"input","shape":[{{axes}}],"datatype":"FP32","parameters":{"binary_data_size":{{raw.Length}} } }],"outputs":[{"name":"output","parameters":{"binary_data":true} } ] }""");
        HeadLength = head.Length;
        var message = new ModelInferRequest { ModelName = model, RawInputContents = { ByteString.CopyFrom(raw) } };
        message.Inputs.Add(new ModelInferRequest.Types.InferInputTensor { Name = "input", Datatype = "FP32", Shape = { shape } });

        Json = Write("json", Encoding.UTF8.GetBytes(Invariant($$"""{"inputs":[{"name":"input","shape":[{{axes}}],"datatype":"FP32","data":[{{string.Join(',', values.Select(v => v.ToString(CultureInfo.InvariantCulture)))}}]}]}""")));
        Binary = Write("bin", [.. Encoding.UTF8.GetBytes(head), .. raw]);
        Message = Write("pb", message.ToByteArray());

        string Write(string kind, byte[] content)
        {
            string file = Path.Combine(folder, $"{model}.{kind}");
            File.WriteAllBytes(file, content);
            return file;
        }
    }

    /// <summary>The model that is asked.</summary>
    public string Model { get; }

    /// <summary>A JSON request.</summary>
    public string Json { get; }

    /// <summary>A request with its numbers as bytes after the JSON part.</summary>
    public string Binary { get; }

    /// <summary>Bytes of that JSON part.</summary>
    public int HeadLength { get; }

    /// <summary>A message of ModelInfer.</summary>
    public string Message { get; }

    static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
