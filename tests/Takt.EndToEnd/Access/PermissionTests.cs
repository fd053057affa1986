using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Takt.Registry.Access;
using Takt.Registry.Requests;
using Takt.Web.Access;

namespace Takt.EndToEnd.Access;

public class PermissionTests(GuardedServer server) : IClassFixture<GuardedServer>
{
    const string Infer = """{"inputs":[{"name":"x","shape":[1,1],"datatype":"FP64","data":[3]},{"name":"y","shape":[1,1],"datatype":"FP32","data":[1]}]}""";

    [Fact]
    public void Every_address_says_what_it_asks_for()
    {
        var silent = server.App.Services.GetRequiredService<EndpointDataSource>().Endpoints
            .Where(e => e.NeededPermissionsOf() is [] && e.Metadata.GetMetadata<IAllowAnonymous>() is null);
        Assert.Empty(silent.Select(e => e.DisplayName));
    }

    [Theory]
    [InlineData("GET", "/health/live", null, 200)]
    [InlineData("GET", "/v2/health/ready", null, 200)]
    [InlineData("GET", "/openapi/v1.json", null, 200)]
    [InlineData("GET", "/v2/models", null, 401)]
    [InlineData("GET", "/v2/models", "takt_k0000000_nonsense", 401)]
    [InlineData("GET", "/v2/models", "sk-of-somebody-else", 401)]
    [InlineData("GET", "/v2/models", "expired", 401)]
    [InlineData("GET", "/v2/models", "read", 200)]
    [InlineData("GET", "/metrics", null, 401)]
    [InlineData("GET", "/metrics", "read", 200)]
    [InlineData("GET", "/nothing/here", null, 401)]
    [InlineData("GET", "/nothing/here", "administer", 404)]
    [InlineData("POST", "/v2/models/press/infer", null, 401)]
    [InlineData("POST", "/v2/models/press/infer", "read", 403)]
    [InlineData("POST", "/v2/models/press/infer", "predict", 200)]
    [InlineData("POST", "/v2/models/press@champion/infer", "press only", 200)]
    [InlineData("POST", "/v2/models/press:1/infer", "press only", 200)]
    [InlineData("POST", "/v2/models/press/infer", "oven only", 403)]
    [InlineData("POST", "/v2/models/press/versions/1/infer", "oven only", 403)]
    [InlineData("POST", "/api/models/press/aliases", "predict", 403)]
    [InlineData("POST", "/api/models/press/aliases", "manage", 400)]
    [InlineData("GET", "/v2/trace/setting", "predict", 403)]
    [InlineData("GET", "/v2/models/press/trace/setting", "manage", 200)]
    [InlineData("POST", "/v2/models/press/trace/setting", "press only", 403)]
    [InlineData("GET", "/v2/logging", "predict", 403)]
    [InlineData("GET", "/v2/logging", "manage", 200)]
    [InlineData("GET", "/api/requests", null, 401)]
    [InlineData("GET", "/api/requests", "read", 200)]
    [InlineData("GET", "/api/requests/1", "read", 404)]
    [InlineData("POST", "/api/requests/replay", "predict", 403)]
    [InlineData("POST", "/api/requests/replay", "manage", 400)]
    [InlineData("GET", "/api/requests/replays", "predict", 403)]
    [InlineData("GET", "/api/requests/replays", "manage", 200)]
    [InlineData("GET", "/api/users", "manage", 403)]
    [InlineData("GET", "/api/users", "administer", 200)]
    [InlineData("GET", "/api/audit", "manage", 403)]
    [InlineData("GET", "/api/audit/verification", "administer", 200)]
    [InlineData("GET", "/nothing/here", "read", 404)]
    [InlineData("GET", "/v2/models/press/infer", "predict", 405)]
    [InlineData("DELETE", "/v2/models", "read", 405)]
    [InlineData("GET", "/v2/models/press/infer", null, 401)]
    [InlineData("GET", "/api/users", "administers press", 403)]
    [InlineData("POST", "/api/users", "administers press", 403)]
    [InlineData("DELETE", "/api/users/admin", "administers press", 403)]
    [InlineData("GET", "/api/keys", "administers press", 403)]
    [InlineData("POST", "/api/keys", "administers press", 403)]
    [InlineData("GET", "/api/audit", "administers press", 403)]
    [InlineData("GET", "/api/audit/verification", "administers press", 403)]
    [InlineData("GET", "/api/audit/live/oven", "administers press", 403)]
    [InlineData("GET", "/api/audit/live/press", "administers press", 200)]
    [InlineData("GET", "/users", "administers press", 403)]
    [InlineData("POST", "/users/add", "administers press", 403)]
    [InlineData("POST", "/users/remove", "administers press", 403)]
    [InlineData("POST", "/keys/create", "administers press", 403)]
    [InlineData("POST", "/keys/revoke", "administers press", 403)]
    [InlineData("GET", "/audit", "administers press", 403)]
    public async Task A_key_may_do_what_it_was_given_and_nothing_else(string method, string path, string? key, int expected)
    {
        using var answer = await server.CallAsync(method, path, key, method == "POST" ? Infer : null);
        Assert.Equal(expected, (int)answer.StatusCode);
    }

    [Theory]
    [InlineData("/v2/models/press/infer", "predict", 200)]
    [InlineData("/v2/models/press/infer", null, 401)]
    [InlineData("/api/models/press/predict", "predict", 415)]
    [InlineData("/api/models/press/predict", null, 401)]
    public async Task A_body_as_curl_sends_it_by_itself_is_judged_by_its_door_and_not_taken_for_a_pages_form(string path, string? key, int expected)
    {
        using var http = new HttpClient { BaseAddress = server.Address };
        using var body = new StringContent(Infer, System.Text.Encoding.UTF8, "application/x-www-form-urlencoded");
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = body };
        if (key is not null) request.Headers.Add("Authorization", $"Bearer {server.Keys[key]}");
        using var answer = await http.SendAsync(request);
        Assert.Equal(expected, (int)answer.StatusCode);
    }

    [Fact]
    public async Task Nobody_is_given_a_key_that_administers_some_models()
    {
        using var made = await server.CallAsync("POST", "/api/keys", "administer", """{"name":"station 4","permissions":"predict administer","models":"press-*"}""");
        Assert.Equal(400, (int)made.StatusCode);
        Assert.Contains("may administer, for the models press-* alone", await made.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Who_asked_is_for_everyone_who_reads_and_what_they_sent_for_those_who_manage_the_model()
    {
        var payload = new LoggedPayload("rows", """{"rows":[{"x":4711.25}]}"""u8.ToArray(), null, null, []);
        server.Registry.Requests.Add([(new LoggedRequest { At = TimeProvider.System.GetUtcNow(), Model = "press", Asked = "press", Door = "rows", Caller = "key:k1", Outcome = "failed", Payload = PayloadState.Kept, PayloadBytes = 20 }, payload)]);
        long id = server.Registry.Requests.List(new(), 1)[0].Id;
        string path = string.Create(CultureInfo.InvariantCulture, $"/api/requests/{id}");
        Assert.Contains("4711.25", await BodyAsync("manage", path));
        foreach (string key in (string[])["read", "predict", "press only"])
        {
            var seen = JsonNode.Parse(await BodyAsync(key, path))!;
            Assert.Equal(("key:k1", null), (seen["request"]!["caller"]!.GetValue<string>(), seen["payload"]));
            Assert.Contains("payloads ask for manage", seen["payloadHidden"]!.GetValue<string>());
            Assert.Single(JsonNode.Parse(await BodyAsync(key, "/api/requests"))!["requests"]!.AsArray());
        }

        Assert.Empty(JsonNode.Parse(await BodyAsync("oven only", "/api/requests"))!["requests"]!.AsArray());
        using var hidden = await server.CallAsync("GET", path, "oven only");
        Assert.Equal(404, (int)hidden.StatusCode);

        async Task<string> BodyAsync(string key, string address)
        {
            using var answer = await server.CallAsync("GET", address, key);
            Assert.Equal(200, (int)answer.StatusCode);
            return await answer.Content.ReadAsStringAsync();
        }
    }

    [Theory]
    [InlineData("GET", "/v2/models")]
    [InlineData("GET", "/v1/models")]
    [InlineData("POST", "/v2/repository/index")]
    [InlineData("GET", "/v2/models/stats")]
    [InlineData("GET", "/api/deployments")]
    public async Task Lists_hold_the_models_that_the_key_may_use(string method, string path)
    {
        using (var asked = await server.CallAsync("POST", "/v2/models/press/infer", "predict", Infer)) Assert.Equal(200, (int)asked.StatusCode);   // so that something was counted
        Assert.Contains("\"press\"", await BodyAsync("press only"));
        Assert.DoesNotContain("press", await BodyAsync("oven only"));

        async Task<string> BodyAsync(string key)
        {
            using var answer = await server.CallAsync(method, path, key, method == "POST" ? "{}" : null);
            string body = await answer.Content.ReadAsStringAsync();
            Assert.True((int)answer.StatusCode == 200, body);
            return body;
        }
    }

    [Fact]
    public async Task Each_protocol_refuses_in_its_own_form_and_says_the_way_out()
    {
        using var inference = await server.CallAsync("GET", "/v2/models", null);
        Assert.Contains("Authorization: Bearer", JsonNode.Parse(await inference.Content.ReadAsStringAsync())!["error"]!.GetValue<string>());
        Assert.Equal("Bearer", inference.Headers.WwwAuthenticate.ToString());
        using var api = await server.CallAsync("GET", "/api/users", "predict");
        Assert.Equal("application/problem+json", api.Content.Headers.ContentType!.MediaType);
        Assert.Contains("may predict, and this asks for administer", await api.Content.ReadAsStringAsync());
        using var expired = await server.CallAsync("GET", "/api/models", "expired");
        Assert.Contains("a key that has expired", await expired.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task A_key_may_also_stand_in_a_header_of_its_own()
    {
        using var http = new HttpClient { BaseAddress = server.Address };
        http.DefaultRequestHeaders.Add("X-API-Key", server.Keys["read"]);
        Assert.Equal(HttpStatusCode.OK, (await http.GetAsync(new Uri("/api/models", UriKind.Relative))).StatusCode);
    }

    [Fact]
    public async Task A_key_is_held_to_its_requests_a_minute_and_told_when_to_come_back()
    {
        var statuses = new List<HttpStatusCode>();
        for (int i = 0; i < 5; i++)
        {
            using var answer = await server.CallAsync("GET", "/v2/models", "three a minute");
            statuses.Add(answer.StatusCode);
            if (answer.StatusCode == HttpStatusCode.TooManyRequests) Assert.InRange(int.Parse(answer.Headers.GetValues("Retry-After").Single()), 1, 60);
        }

        Assert.Contains(HttpStatusCode.TooManyRequests, statuses);
        Assert.Equal(HttpStatusCode.OK, statuses[0]);
        using var other = await server.CallAsync("GET", "/v2/models", "read");
        Assert.Equal(HttpStatusCode.OK, other.StatusCode);
    }

    [Fact]
    public async Task A_key_made_over_HTTP_works_at_once_and_no_longer_once_it_is_taken_back()
    {
        using var made = await server.CallAsync("POST", "/api/keys", "administer", """{"name":"station 4","permissions":"predict","models":"press-*","days":30,"perMinute":600}""");
        Assert.Equal(HttpStatusCode.Created, made.StatusCode);
        var key = JsonNode.Parse(await made.Content.ReadAsStringAsync())!;
        string text = key["text"]!.GetValue<string>(), id = key["key"]!["id"]!.GetValue<string>();
        using (var use = await server.CallAsync("GET", "/v2/models", text)) Assert.Equal(HttpStatusCode.OK, use.StatusCode);
        using (var list = await server.CallAsync("GET", "/api/keys", "administer")) Assert.DoesNotContain(text.Split('_')[2], await list.Content.ReadAsStringAsync());
        using (var revoke = await server.CallAsync("DELETE", $"/api/keys/{id}", "administer")) Assert.Equal(HttpStatusCode.NoContent, revoke.StatusCode);
        using (var use = await server.CallAsync("GET", "/v2/models", text)) Assert.Equal(HttpStatusCode.Unauthorized, use.StatusCode);

        using var wrong = await server.CallAsync("POST", "/api/keys", "administer", """{"name":5,"permision":"x"}""");
        string problems = await wrong.Content.ReadAsStringAsync();
        Assert.Equal(HttpStatusCode.BadRequest, wrong.StatusCode);
        Assert.Contains("permision", problems);
        Assert.Equal(3, JsonNode.Parse(problems)!["problems"]!.AsArray().Count);   // the name's kind, the unknown field, the missing one

        var entries = server.Registry.Audit.List(subject: id);
        Assert.Equal(["key-revoked", "key-added"], entries.Select(e => e.Kind));
        Assert.All(entries, e => Assert.StartsWith("key:k", e.Actor));
    }
}
