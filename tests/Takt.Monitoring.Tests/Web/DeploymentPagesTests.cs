using System.IO.Compression;
using System.Net;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Takt.Monitoring.Tests.Monitors;
using Takt.Protocols.Deployments;
using Takt.Protocols.Names;
using Takt.Protocols.Rows;
using Takt.Registry;
using Takt.Registry.Access;
using Takt.Registry.Models;
using Takt.Serving.Calls;
using Takt.Serving.Catalogs;
using Takt.Serving.Planes;

namespace Takt.Monitoring.Tests.Web;

/// <summary>The deployment pages over a real registry and a real data plane with two versions of one model, asked as a browser without scripts asks.</summary>
public sealed class DeploymentPagesTests : IAsyncLifetime, IDisposable
{
    static readonly Caller Viewer = new("user:vera", PermissionNames.Of(Role.Viewer), ModelPatterns.Every);

    readonly string _home = Directory.CreateTempSubdirectory("takt-deployments-").FullName;
    readonly FakeModel _model = new() { Probability = 0.9 };
    readonly HttpClient _browser = new(new HttpClientHandler { AllowAutoRedirect = false });
    ModelRegistry _registry = null!;
    DataPlane _plane = null!;
    WebApplication _app = null!;
    Caller _visitor = Caller.Anyone;

    public async Task InitializeAsync()
    {
        _registry = ModelRegistry.Open(_home, TimeProvider.System);
        await RegisterAsync("champion");
        await RegisterAsync();
        _plane = _model.Plane(new RegistryCatalog(_registry));
        _app = await PagesHost.StartAsync(_registry, _plane, () => _visitor);
        _browser.BaseAddress = new Uri(_app.Urls.First());
    }

    public async Task DisposeAsync() => await _app.DisposeAsync();

    public void Dispose()
    {
        _browser.Dispose();
        _model.Dispose();
        Directory.Delete(_home, recursive: true);
    }

    [Theory]
    [InlineData("/deployments", "Answers now", "当前应答")]
    [InlineData("/parts/deployments", "loads when asked", "有请求时加载")]
    [InlineData("/deployments/press", "What is wanted", "期望状态")]
    [InlineData("/deployments/press/now", "Refused or failed", "拒绝或失败")]
    public async Task Every_page_speaks_the_browsers_language(string address, string english, string chinese)
    {
        Assert.Contains(english, await GetAsync(address, "en-GB"));
        Assert.Contains(chinese, await GetAsync(address, "zh-CN,zh;q=0.9"));
    }

    [Fact]
    public async Task What_was_asked_is_shown_with_its_phases_batches_and_refusals()
    {
        await AskAsync();
        _model.Failure = new InvalidOperationException("the oven is cold");
        await Assert.ThrowsAnyAsync<Exception>(AskAsync);

        string list = await GetAsync("/deployments");
        Assert.Contains("<b>v1</b> 100 %", list);
        Assert.Contains("class=\"state over\">ready", list);
        string page = await GetAsync("/deployments/press");
        Assert.Contains("1 requests answered, 1 rows", page);
        Assert.Contains("Latency by phase", page);
        Assert.Contains("Rows at once", page);
        Assert.Contains("model failed", page);
        Assert.Contains("1000 B", page);
    }

    [Fact]
    public async Task Promoting_a_version_swaps_it_and_rolling_back_returns_the_other()
    {
        await AskAsync();
        await OrderAsync("promote", ("version", "2"));
        Assert.Equal(2, await AnsweringAsync());
        Assert.Contains("champion: v1 → v2", await GetAsync("/deployments/press"));
        await OrderAsync("rollback");
        Assert.Equal(1, await AnsweringAsync());
    }

    [Fact]
    public async Task A_split_shares_the_traffic_and_a_promotion_ends_it()
    {
        await OrderAsync("split", ("first", "1"), ("first-weight", "3"), ("second", "2"), ("second-weight", "1"), ("split-by", "station"));
        string page = await GetAsync("/deployments/press");
        Assert.Contains("Traffic goes to v1 75 %; v2 25 %.", page);
        Assert.Contains("Calls with the same station go to the same version.", page);
        Assert.Contains("--share:0.75", page);
        await OrderAsync("promote", ("version", "2"));
        Assert.Equal(2, await AnsweringAsync());
    }

    [Fact]
    public async Task Stopping_unloads_and_starting_serves_again()
    {
        await AskAsync();
        await OrderAsync("stop");
        Assert.Contains("/deployments/press/start", await GetAsync("/deployments/press"));
        await Assert.ThrowsAsync<ModelUnavailableException>(AskAsync);
        await OrderAsync("start");
        await AskAsync();
    }

    [Fact]
    public async Task What_cannot_be_done_is_told_on_the_page_and_changes_nothing()
    {
        var response = await PostAsync("split", ("first", "1"), ("first-weight", "-1"), ("second", "2"), ("second-weight", "much"));
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains("weight 'much'", WebUtility.HtmlDecode(await response.Content.ReadAsStringAsync()));
        Assert.Equal(HttpStatusCode.BadRequest, (await PostAsync("promote", ("version", "7"))).StatusCode);
        Assert.Null(_registry.Deployments.Find("press"));
        Assert.Equal(HttpStatusCode.NotFound, (await _browser.GetAsync("/deployments/pres")).StatusCode);
    }

    [Fact]
    public async Task A_viewer_sees_the_page_without_forms_and_may_not_order()
    {
        _visitor = Viewer;
        string page = await GetAsync("/deployments/press");
        Assert.Contains("What is wanted", page);
        Assert.DoesNotContain("action=\"/deployments", page);
        Assert.Equal(HttpStatusCode.Forbidden, (await PostAsync("stop")).StatusCode);
    }

    Task AskAsync() => _plane.PredictAsync(new CallContext(new ModelReference("press")), new RowsRequest([new JsonObject { ["Press pressure"] = 180 }]));

    async Task<int> AnsweringAsync() => Assert.Single((await _plane.DeploymentsAsync(CancellationToken.None)).Single().Answering).Version;

    async Task<string> GetAsync(string address, string language = "en")
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        request.Headers.Add("Accept-Language", language);
        var response = await _browser.SendAsync(request);
        response.EnsureSuccessStatusCode();
        return WebUtility.HtmlDecode(await response.Content.ReadAsStringAsync());
    }

    async Task OrderAsync(string order, params (string Key, string Value)[] fields)
    {
        var response = await PostAsync(order, fields);
        Assert.Equal(HttpStatusCode.Redirect, response.StatusCode);
        Assert.Equal("/deployments/press", response.Headers.Location!.OriginalString);
    }

    Task<HttpResponseMessage> PostAsync(string order, params (string Key, string Value)[] fields) =>
        _browser.PostAsync($"/deployments/press/{order}", new FormUrlEncodedContent(fields.Select(field => KeyValuePair.Create(field.Key, field.Value))));

    async Task RegisterAsync(params string[] aliases)
    {
        string package = Path.Combine(_home, $"{Guid.NewGuid():N}.takt");
        using (var zip = ZipFile.Open(package, ZipArchiveMode.Create))
        {
            using var card = new StreamWriter(zip.CreateEntry("card.md").Open());
            card.Write($"# press {package}\n");
        }

        await _registry.Models.RegisterAsync(new NewVersion("press", "classification", "Fault", "{}", "{}") { Aliases = aliases }, package, CancellationToken.None);
    }
}
