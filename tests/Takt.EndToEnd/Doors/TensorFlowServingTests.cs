using System.Text;

namespace Takt.EndToEnd.Doors;

/// <summary>TensorFlow Serving's REST calls and the scoring call of MLflow and SageMaker.</summary>
public class TensorFlowServingTests(DoorsServer server) : IClassFixture<DoorsServer>
{
    [Theory]
    [InlineData("/v1/models/press:predict", """{"instances":[{"x":3,"y":1},{"x":4.5,"y":2}]}""", """{"predictions":[{"length":[7.0],"longer":[false]},{"length":[11.0],"longer":[true]}]}""")]
    [InlineData("/v1/models/press/versions/2:predict", """{"signature_name":"serving_default","instances":[{"x":[3],"y":[1]}]}""", """{"predictions":[{"length":[31.0],"longer":[true]}]}""")]
    [InlineData("/v1/models/press/labels/champion:predict", """{"inputs":{"x":[[3],[4.5]],"y":[1,2]}}""", """{"outputs":{"length":[[7.0],[11.0]],"longer":[[false],[true]]}}""")]
    [InlineData("/v1/models/press:predict", """{"instances":[{"x":1e300,"y":1}]}""", """{"predictions":[{"length":[2E+300],"longer":[true]}]}""")]
    [InlineData("/v1/models/press:regress", """{"context":{"y":1},"examples":[{"x":3},{"x":[4.5],"y":2}]}""", """{"results":[7,11]}""")]
    [InlineData("/invocations?model=press", """{"dataframe_split":{"columns":["x","y"],"data":[[3,1],[4.5,2]]}}""", """{"predictions":[7,11]}""")]
    [InlineData("/invocations?model=press:2", """{"dataframe_records":[{"x":3,"y":1}]}""", """{"predictions":[31]}""")]
    [InlineData("/invocations?model=press", """{"instances":[{"x":3,"y":1}]}""", """{"predictions":[{"length":[7.0],"longer":[false]}]}""")]
    [InlineData("/invocations?model=press", """{"inputs":{"x":[3],"y":[1]}}""", """{"predictions":{"length":[[7.0]],"longer":[[false]]}}""")]
    public async Task Each_form_of_a_request_gets_its_form_of_an_answer(string path, string request, string expected)
    {
        var (status, _, response) = await server.PostAsync(path, request);
        Assert.Equal((200, expected), (status, await response.Content.ReadAsStringAsync()));
    }

    [Theory]
    [InlineData("/v1/models/press:predict", "{}", 400, "Missing 'inputs' or 'instances' key")]
    [InlineData("/v1/models/press:predict", """{"instances":[{"x":3}]}""", 400, "no input 'y'")]
    [InlineData("/v1/models/press:predict", """{"instances":[{"x":3,"y":1,"z":0}]}""", 400, "input 'z', which this model does not take")]
    [InlineData("/v1/models/press:predict", """{"instances":[{"x":[3,4],"y":1},{"x":[3],"y":1}]}""", 400, "lists of different lengths")]
    [InlineData("/v1/models/press:predict", """{"instances":[{"x":"three","y":1}]}""", 400, "as element 0")]
    [InlineData("/v1/models/press:predict", """{"signature_name":"other","instances":[{"x":3,"y":1}]}""", 400, "signature 'other'")]
    [InlineData("/v1/models/press:predict", "[", 400, "JSON")]
    [InlineData("/v1/models/press:classify", """{"examples":[{"x":3,"y":1}]}""", 400, "a model of regression; expected classification")]
    [InlineData("/v1/models/nobody:predict", """{"instances":[1]}""", 404, "nobody")]
    [InlineData("/v1/models/broken:predict", """{"instances":[1]}""", 503, "broken:1 does not load")]
    public async Task What_is_wrong_is_told_in_the_form_of_the_protocol(string path, string request, int expected, string told)
    {
        var (status, json, _) = await server.PostAsync(path, request);
        Assert.Equal(expected, status);
        Assert.Contains(told, json!["error"]!.GetValue<string>());
    }

    [Fact]
    public async Task Status_metadata_and_the_list_tell_what_there_is()
    {
        var (_, status, _) = await server.GetAsync("/v1/models/press");
        Assert.Equal(["2", "1"], status!["model_version_status"]!.AsArray().Select(v => v!["version"]!.GetValue<string>()));
        Assert.All(status["model_version_status"]!.AsArray(), v => Assert.Equal("AVAILABLE", v!["state"]!.GetValue<string>()));
        var (_, metadata, _) = await server.GetAsync("/v1/models/press/versions/2/metadata");
        Assert.Equal(("press", "2"), ((string?)metadata!["model_spec"]!["name"], (string?)metadata["model_spec"]!["version"]));
        var x = metadata["metadata"]!["signature_def"]!["signature_def"]!["serving_default"]!["inputs"]!["x"]!;
        Assert.Equal(("DT_DOUBLE", "-1"), ((string?)x["dtype"], (string?)x["tensor_shape"]!["dim"]![0]!["size"]));
        var (_, list, _) = await server.GetAsync("/v1/models");
        Assert.Equal("""{"models":["broken","press"]}""", list!.ToJsonString());
        Assert.Equal(404, (await server.GetAsync("/v1/models/nobody")).Status);
    }

    [Fact]
    public async Task A_table_is_scored_and_pings_are_answered()
    {
        using var csv = new StringContent("x,y\n3,1\n4.5,2\n", Encoding.UTF8, "text/csv");
        using var answer = await server.Http.PostAsync(new Uri("/invocations?model=press", UriKind.Relative), csv);
        Assert.Equal("""{"predictions":[7,11]}""", await answer.Content.ReadAsStringAsync());
        Assert.Equal(200, (int)(await server.Http.GetAsync(new Uri("/ping", UriKind.Relative))).StatusCode);
    }

    [Theory]
    [InlineData("/invocations", """{"inputs":[1]}""", 400, "no model named, and 2 of them")]
    [InlineData("/invocations?model=press", """{"inputs":[1],"instances":[1]}""", 400, "exactly one")]
    [InlineData("/invocations?model=press", """{"dataframe_split":{"columns":["x"],"data":[[1,2]]}}""", 400, "a row of 2 values")]
    [InlineData("/invocations?model=nobody", """{"inputs":[1]}""", 404, "nobody")]
    [InlineData("/invocations?model=broken", """{"inputs":[1]}""", 503, "broken:1 does not load")]
    public async Task A_scoring_call_that_is_wrong_is_told_what_is(string path, string request, int expected, string told)
    {
        var (status, json, response) = await server.PostAsync(path, request);
        Assert.Equal((expected, "application/json"), (status, response.Content.Headers.ContentType!.MediaType));
        string word = expected switch { 404 => "RESOURCE_DOES_NOT_EXIST", 503 => "TEMPORARILY_UNAVAILABLE", _ => "BAD_REQUEST" };
        Assert.Equal(["error_code", "message"], json!.AsObject().Select(field => field.Key));
        Assert.Equal(word, json!["error_code"]!.GetValue<string>());
        Assert.Contains(told, json["message"]!.GetValue<string>());
    }
}
