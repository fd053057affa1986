using System.Diagnostics;
using System.Globalization;
using System.IO.Compression;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Takt.Protocols.OpenInference;

namespace Takt.EndToEnd.Doors;

/// <summary>Long answers are packed for whoever asks for it, short ones never; unpacked, they are the same to the last byte.</summary>
public class PackedAnswerTests(DoorsServer server) : IClassFixture<DoorsServer>
{
    const int Many = 4000;

    [Theory]
    [InlineData("/v2/models/press/infer", "gzip")]
    [InlineData("/v2/models/press/infer", "deflate")]
    [InlineData("/v1/models/press:predict", "gzip")]
    [InlineData("/invocations?model=press", "gzip")]
    [InlineData("/api/models/press/predict", "gzip")]
    public async Task What_was_packed_is_what_would_have_come(string path, string encoding)
    {
        string body = BodyFor(path, Many);
        var (plain, _) = await AskAsync(path, body, null);
        var (packed, told) = await AskAsync(path, body, encoding);
        Assert.Equal(encoding, told);
        Assert.True(packed.Length < plain.Length / 2, $"{packed.Length} of {plain.Length}");
        Assert.Equal(plain, Unpack(packed, encoding));
    }

    [Theory]
    [InlineData("gzip", 1, null)]
    [InlineData(null, Many, null)]
    [InlineData("identity", Many, null)]
    [InlineData("br", Many, null)]
    [InlineData("gzip;q=0, deflate;q=0", Many, null)]
    [InlineData("gzip;q=0.5, identity", Many, null)]
    [InlineData("gzip;q=0.5, deflate", Many, "deflate")]
    [InlineData("gzip, deflate, br, zstd", Many, "gzip")]
    [InlineData("*", Many, "gzip")]
    [InlineData("@=;", Many, null)]
    public async Task The_callers_liking_and_the_length_decide(string? accepted, int rows, string? expected) =>
        Assert.Equal(expected, (await AskAsync("/v2/models/press/infer", BodyFor("/v2/models/press/infer", rows), accepted)).Encoding);

    [Fact]
    public async Task The_header_of_a_binary_answer_tells_the_length_of_the_unpacked_head_and_numbers_that_do_not_pack_stay_as_they_are()
    {
        foreach (bool packs in (bool[])[true, false])
        {
            double[] values = [.. Enumerable.Range(0, Many).Select(i => packs ? 3 : Math.Sin(i * 12.9898) * 43758.5453)];
            string body = $$"""{"inputs":[{"name":"x","shape":[{{Many}},1],"datatype":"FP64","data":[{{string.Join(',', values.Select(v => v.ToString("R", CultureInfo.InvariantCulture)))}}]},{"name":"y","shape":[{{Many}},1],"datatype":"FP32","data":[{{Repeat("0", Many)}}]}],"outputs":[{"name":"length","parameters":{"binary_data":true} }]}""";
            using var request = new HttpRequestMessage(HttpMethod.Post, "/v2/models/press/infer") { Content = new StringContent(body, Encoding.UTF8, "application/json") };
            request.Headers.Add("Accept-Encoding", "gzip");
            using var response = await server.Http.SendAsync(request);
            Assert.Equal(packs ? ["gzip"] : [], response.Content.Headers.ContentEncoding);
            byte[] whole = await response.Content.ReadAsByteArrayAsync();
            if (packs) whole = Unpack(whole, "gzip");
            int head = int.Parse(response.Headers.GetValues(BinaryExtension.LengthHeader).Single(), CultureInfo.InvariantCulture);
            Assert.Equal(8 * Many, JsonNode.Parse(whole.AsSpan(0, head))!["outputs"]![0]!["parameters"]!["binary_data_size"]!.GetValue<int>());
            Assert.Equal(values.Select(v => 2 * v), Enumerable.Range(0, Many).Select(i => BitConverter.ToDouble(whole, head + (8 * i))));
        }
    }

    [Fact]
    public async Task Curl_unpacks_what_it_asked_for()
    {
        string file = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(file, BodyFor("/v2/models/press/infer", Many));
            var start = new ProcessStartInfo("curl", ["-sS", "--compressed", "-H", "Content-Type: application/json", "--data-binary", $"@{file}", "-w", "\n%{size_download} %{header_json}", new Uri(server.Http.BaseAddress!, "/v2/models/press/infer").ToString()])
            {
                RedirectStandardOutput = true, UseShellExecute = false,
            };
            using var curl = Process.Start(start)!;
            string[] output = (await curl.StandardOutput.ReadToEndAsync()).Split('\n', 2);
            await curl.WaitForExitAsync();
            Assert.Equal(Many, JsonNode.Parse(output[0])!["outputs"]![0]!["data"]!.AsArray().Count(v => v!.GetValue<double>() == 7));
            Assert.Contains("gzip", output[1]);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public async Task Over_gRPC_a_long_answer_is_packed_as_the_request_was()
    {
        string call = $$"""{"method":"ModelInfer","request":{"model_name":"press","inputs":[{"name":"x","datatype":"FP64","shape":[{{Many}},1],"contents":{"fp64_contents":[{{Repeat("3", Many)}}]} },{"name":"y","datatype":"FP32","shape":[{{Many}},1],"contents":{"fp32_contents":[{{Repeat("1", Many)}}]} }]}""";
        var answers = await GrpcClient.CallAsync(server.GrpcAddress.Authority, $$"""[{{call}} },{{call}},"compression":2},{{call}},"compression":1}]""");
        Assert.All(answers, a => Assert.Equal(Many, a!["answer"]!["outputs"]![0]!["contents"]!["fp64_contents"]!.AsArray().Count(v => v!.GetValue<double>() == 7)));

        foreach (var (packing, accepted, flag) in new[] { ("gzip", "identity,gzip", 1), ("deflate", "deflate", 1), ("gzip", "identity", 0), ("identity", "gzip", 0) })
        {
            var message = new Protocols.OpenInference.Grpc.ModelInferRequest { ModelName = "press" };
            message.Inputs.Add(new Protocols.OpenInference.Grpc.ModelInferRequest.Types.InferInputTensor { Name = "x", Datatype = "FP64", Shape = { Many, 1 } });
            message.Inputs.Add(new Protocols.OpenInference.Grpc.ModelInferRequest.Types.InferInputTensor { Name = "y", Datatype = "FP32", Shape = { Many, 1 } });
            message.RawInputContents.Add(Google.Protobuf.ByteString.CopyFrom(new byte[8 * Many]));
            message.RawInputContents.Add(Google.Protobuf.ByteString.CopyFrom(new byte[4 * Many]));
            byte[] bytes = Google.Protobuf.MessageExtensions.ToByteArray(message), framed = [0, 0, 0, 0, 0, .. bytes]; // not packed itself: the header says how messages are that are
            System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(framed.AsSpan(1), bytes.Length);
            using var http = new HttpClient { BaseAddress = server.GrpcAddress };
            using var request = new HttpRequestMessage(HttpMethod.Post, "/inference.GRPCInferenceService/ModelInfer") { Version = new Version(2, 0), VersionPolicy = HttpVersionPolicy.RequestVersionExact, Content = new ByteArrayContent(framed) };
            request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse("application/grpc");
            request.Headers.Add("grpc-encoding", packing);
            request.Headers.Add("grpc-accept-encoding", accepted);
            using var response = await http.SendAsync(request);
            byte[] answer = await response.Content.ReadAsByteArrayAsync();
            Assert.Equal((flag, flag == 1), (answer[0], response.Headers.TryGetValues("grpc-encoding", out var told)));
            if (flag == 1) Assert.Equal(packing, told!.Single());
            byte[] plain = flag == 1 ? Unpack(answer[5..], packing) : answer[5..];
            Assert.Equal(8 * Many, Protocols.OpenInference.Grpc.ModelInferResponse.Parser.ParseFrom(plain).RawOutputContents[0].Length);
        }
    }

    async Task<(byte[] Body, string? Encoding)> AskAsync(string path, string body, string? accepted)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        if (accepted is not null) request.Headers.TryAddWithoutValidation("Accept-Encoding", accepted);
        using var response = await server.Http.SendAsync(request);
        byte[] answer = await response.Content.ReadAsByteArrayAsync();
        Assert.Equal((200, answer.Length), ((int)response.StatusCode, response.Content.Headers.ContentLength));
        return (answer, response.Content.Headers.ContentEncoding.SingleOrDefault());
    }

    static string BodyFor(string path, int rows) => path[..4] switch
    {
        "/v2/" => $$"""{"inputs":[{"name":"x","shape":[{{rows}},1],"datatype":"FP64","data":[{{Repeat("3", rows)}}]},{"name":"y","shape":[{{rows}},1],"datatype":"FP32","data":[{{Repeat("1", rows)}}]}]}""",
        "/api" => $$"""{"rows":[{{Repeat("""{"x":3,"y":1}""", rows)}}]}""",
        _ => $$"""{"instances":[{{Repeat("""{"x":3,"y":1}""", rows)}}]}""",
    };

    static string Repeat(string one, int times) => string.Join(',', Enumerable.Repeat(one, times));

    static byte[] Unpack(byte[] packed, string encoding)
    {
        using var from = new MemoryStream(packed);
        using Stream unpacking = encoding == "gzip" ? new GZipStream(from, CompressionMode.Decompress) : new ZLibStream(from, CompressionMode.Decompress);
        using var plain = new MemoryStream();
        unpacking.CopyTo(plain);
        return plain.ToArray();
    }
}
