using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;

namespace Takt.EndToEnd.Doors;

/// <summary>The binary tensor extension, which Triton's own clients speak by default, and what else the protocol's extensions add.</summary>
public class BinaryTensorTests(DoorsServer server) : IClassFixture<DoorsServer>
{
    const string Described = """{"name":"x","shape":[2,1],"datatype":"FP64","parameters":{"binary_data_size":16}},{"name":"y","shape":[2,1],"datatype":"FP32","parameters":{"binary_data_size":8}}""";

    static readonly byte[] Values = [.. BitConverter.GetBytes(3.0), .. BitConverter.GetBytes(4.5), .. BitConverter.GetBytes(1f), .. BitConverter.GetBytes(2f)];

    [Fact]
    public async Task Inputs_come_as_bytes_and_the_answer_as_json()
    {
        var (status, json, _, header) = await PostAsync($$"""{"inputs":[{{Described}}]}""", Values);
        Assert.Equal((200, (string?)null), (status, header));
        Assert.Equal("[7,11]", json!["outputs"]![0]!["data"]!.ToJsonString());
    }

    [Fact]
    public async Task One_input_may_be_json_and_one_output_bytes()
    {
        var (status, json, bytes, header) = await PostAsync("""
            {"id":"r","inputs":[{"name":"x","shape":[2,1],"datatype":"FP64","data":[3,4.5]},{"name":"y","shape":[2,1],"datatype":"FP32","parameters":{"binary_data_size":8}}],
             "outputs":[{"name":"length","parameters":{"binary_data":true}},{"name":"longer"}]}
            """, Values[16..]);
        Assert.Equal(200, status);
        Assert.NotNull(header);
        Assert.Equal("""[{"name":"length","shape":[2,1],"datatype":"FP64","parameters":{"binary_data_size":16}},{"name":"longer","shape":[2,1],"datatype":"BOOL","data":[false,true]}]""", json!["outputs"]!.ToJsonString());
        Assert.Equal([7.0, 11.0], [BitConverter.ToDouble(bytes), BitConverter.ToDouble(bytes, 8)]);
        Assert.Equal("r", json["id"]!.GetValue<string>());
    }

    [Fact]
    public async Task All_outputs_come_as_bytes_but_those_that_say_otherwise()
    {
        var (_, json, bytes, _) = await PostAsync($$"""{"parameters":{"binary_data_output":true},"inputs":[{{Described}}],"outputs":[{"name":"length"},{"name":"longer","parameters":{"binary_data":false} }]}""", Values);
        Assert.Equal(16, bytes.Length);
        Assert.Equal("[false,true]", json!["outputs"]![1]!["data"]!.ToJsonString());
        (_, _, bytes, _) = await PostAsync($$"""{"parameters":{"binary_data_output":true},"inputs":[{{Described}}]}""", Values);
        Assert.Equal([0, 1], bytes[16..]);
    }

    /// <summary>What such requests say beside their bytes is kept for the next; the bytes, the version and the rows are each one's own.</summary>
    [Fact]
    public async Task Requests_that_say_the_same_are_each_answered_from_their_own_bytes()
    {
        const string Shorter = """{"name":"x","shape":[1,1],"datatype":"FP64","parameters":{"binary_data_size":8}},{"name":"y","shape":[1,1],"datatype":"FP32","parameters":{"binary_data_size":4}}""";
        static string Asking(string inputs) => $$"""{"parameters":{"binary_data_output":true},"inputs":[{{inputs}}],"outputs":[{"name":"length"}]}""";
        foreach (var (version, factor) in new[] { ("1", 2.0), ("2", 10.0), ("1", 2.0) })
            for (double x = 0; x < 3; x++)
            {
                var (_, json, bytes, _) = await PostAsync(Asking(Described), [.. BitConverter.GetBytes(x), .. BitConverter.GetBytes(x + 0.5), .. Values[16..]], path: $"/v2/models/press/versions/{version}/infer");
                Assert.Equal(version, json!["model_version"]!.GetValue<string>());
                Assert.Equal([(factor * x) + 1, (factor * (x + 0.5)) + 2], [BitConverter.ToDouble(bytes), BitConverter.ToDouble(bytes, 8)]);
            }

        var (_, shorter, one, _) = await PostAsync(Asking(Shorter), [.. BitConverter.GetBytes(3.0), .. BitConverter.GetBytes(1f)]);
        Assert.Equal("[1,1]", shorter!["outputs"]![0]!["shape"]!.ToJsonString());
        Assert.Equal(7.0, BitConverter.ToDouble(one));
    }

    [Theory]
    [InlineData("-1", "Inference-Header-Content-Length '-1'")]
    [InlineData("many", "Inference-Header-Content-Length 'many'")]
    [InlineData("100000", "at most")]
    public async Task A_header_that_cannot_be_is_refused(string length, string expected)
    {
        var (status, json, _, _) = await PostAsync($$"""{"inputs":[{{Described}}]}""", Values, length);
        Assert.Equal(400, status);
        Assert.Contains(expected, json!["error"]!.GetValue<string>());
    }

    [Theory]
    [InlineData(-8, "bytes that are left")]
    [InlineData(4, "4 bytes after the last tensor")]
    public async Task Sizes_and_bytes_must_fit(int more, string expected)
    {
        byte[] bytes = more < 0 ? Values[..^-more] : [.. Values, .. new byte[more]];
        var (status, json, _, _) = await PostAsync($$"""{"inputs":[{{Described}}]}""", bytes);
        Assert.Equal(400, status);
        Assert.Contains(expected, json!["error"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_size_that_does_not_fit_the_shape_or_has_no_bytes_is_refused()
    {
        var (status, json, _, _) = await PostAsync("""{"inputs":[{"name":"x","shape":[3,1],"datatype":"FP64","parameters":{"binary_data_size":16}}]}""", Values[..16]);
        Assert.Equal(400, status);
        Assert.Contains("16 bytes; expected 24", json!["error"]!.GetValue<string>());
        (status, json, _) = await server.PostAsync("/v2/models/press/infer", $$"""{"inputs":[{{Described}}]}""");
        Assert.Equal(400, status);
        Assert.Contains("bytes after the JSON part", json!["error"]!.GetValue<string>());
    }

    [Fact]
    public async Task The_largest_values_are_told_with_their_place()
    {
        var (_, json, response) = await server.PostAsync("/v2/models/press/infer", """
            {"inputs":[{"name":"x","shape":[2,1],"datatype":"FP64","data":[3,4.5]},{"name":"y","shape":[2,1],"datatype":"FP32","data":[1,2]}],"outputs":[{"name":"length","parameters":{"classification":3}}]}
            """);
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync());
        Assert.Equal("""[{"name":"length","shape":[2,1],"datatype":"BYTES","data":["7:0","11:0"]}]""", json!["outputs"]!.ToJsonString());
    }

    [Fact]
    public async Task Configuration_statistics_and_index_are_what_tritons_load_generator_reads()
    {
        var (_, config, _) = await server.GetAsync("/v2/models/press/versions/2/config");
        Assert.Equal("""[{"name":"x","data_type":"TYPE_FP64","dims":[1]},{"name":"y","data_type":"TYPE_FP32","dims":[1]}]""", config!["input"]!.ToJsonString());
        Assert.NotNull(config["max_batch_size"]);
        await server.PostAsync("/v2/models/press/infer", $$"""{"inputs":[{"name":"x","shape":[1],"datatype":"FP64","data":[3]},{"name":"y","shape":[1],"datatype":"FP32","data":[1]}]}""");
        var (_, statistics, _) = await server.GetAsync("/v2/models/press/stats");
        Assert.True(statistics!["model_stats"]![0]!["inference_stats"]!["success"]!["count"]!.GetValue<long>() >= 1);
        var (_, index, _) = await server.PostAsync("/v2/repository/index", """{"ready":true}""");
        Assert.Contains(index!.AsArray(), m => m!["name"]!.GetValue<string>() == "press" && m["state"]!.GetValue<string>() == "READY");
        Assert.DoesNotContain(index.AsArray(), m => m!["name"]!.GetValue<string>() == "broken");
        var (_, about, _) = await server.GetAsync("/v2");
        Assert.Contains("binary_tensor_data", about!["extensions"]!.AsArray().Select(e => e!.GetValue<string>()));
    }

    async Task<(int Status, JsonNode? Json, byte[] Bytes, string? Header)> PostAsync(string json, byte[] values, string? length = null, string path = "/v2/models/press/infer")
    {
        byte[] part = Encoding.UTF8.GetBytes(json);
        using var content = new ByteArrayContent([.. part, .. values]);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = content };
        request.Headers.Add("Inference-Header-Content-Length", length ?? part.Length.ToString(CultureInfo.InvariantCulture));
        using var answer = await server.Http.SendAsync(request);
        byte[] body = await answer.Content.ReadAsByteArrayAsync();
        string? header = answer.Headers.TryGetValues("Inference-Header-Content-Length", out var values2) ? values2.Single() : null;
        int end = header is null ? body.Length : int.Parse(header, CultureInfo.InvariantCulture);
        if (header is not null) Assert.Equal("application/octet-stream", answer.Content.Headers.ContentType!.MediaType);
        return ((int)answer.StatusCode, JsonNode.Parse(body.AsSpan(0, end)), body[end..], header);
    }
}
