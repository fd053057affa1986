using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Google.Protobuf;
using Takt.Protocols.OpenInference.Grpc;

namespace Takt.Compare.Serving;

/// <summary>One request of a model in the three forms of the Open Inference Protocol, as files for the load generator.</summary>
sealed class Bodies
{
    Bodies(string folder, string model, string datatype, long[] shape, IEnumerable<string> values, byte[] raw)
    {
        Model = model;
        string about = string.Create(CultureInfo.InvariantCulture, $"\"name\":\"input\",\"shape\":[{string.Join(',', shape)}],\"datatype\":\"{datatype}\"");
        string head = string.Create(CultureInfo.InvariantCulture,
            $"{{\"inputs\":[{{{about},\"parameters\":{{\"binary_data_size\":{raw.Length}}}}}],\"outputs\":[{{\"name\":\"output\",\"parameters\":{{\"binary_data\":true}}}}]}}");
        HeadLength = head.Length;
        var message = new ModelInferRequest { ModelName = model, RawInputContents = { ByteString.CopyFrom(raw) } };
        message.Inputs.Add(new ModelInferRequest.Types.InferInputTensor { Name = "input", Datatype = datatype, Shape = { shape } });

        Json = Write("json", Encoding.ASCII.GetBytes($"{{\"inputs\":[{{{about},\"data\":[{string.Join(',', values)}]}}]}}"));
        Binary = Write("bin", [.. Encoding.ASCII.GetBytes(head), .. raw]);
        Message = Write("pb", message.ToByteArray());

        string Write(string kind, byte[] content)
        {
            string file = Path.Combine(folder, $"{model}-{string.Join('x', shape)}.{kind}");
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

    /// <summary>Asks a model that takes numbers.</summary>
    /// <param name="folder">Where the files are written.</param>
    /// <param name="model">The model's name.</param>
    /// <param name="shape">Its input's axes.</param>
    public static Bodies OfNumbers(string folder, string model, params long[] shape)
    {
        float[] values = [.. Count(shape).Select(i => MathF.Round(MathF.Sin(i), 3))];
        return new Bodies(folder, model, "FP32", shape, values.Select(v => v.ToString(CultureInfo.InvariantCulture)), MemoryMarshal.AsBytes<float>(values).ToArray());
    }

    /// <summary>Asks a model that takes words of a vocabulary.</summary>
    /// <param name="folder">Where the files are written.</param>
    /// <param name="model">The model's name.</param>
    /// <param name="vocabulary">How many words there are.</param>
    /// <param name="shape">Its input's axes.</param>
    public static Bodies OfTokens(string folder, string model, int vocabulary, params long[] shape)
    {
        long[] values = [.. Count(shape).Select(i => i * 7919L % vocabulary)];
        return new Bodies(folder, model, "INT64", shape, values.Select(v => v.ToString(CultureInfo.InvariantCulture)), MemoryMarshal.AsBytes<long>(values).ToArray());
    }

    static IEnumerable<int> Count(long[] shape) => Enumerable.Range(0, (int)shape.Aggregate(1L, (a, b) => a * b));
}
