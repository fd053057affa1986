using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Logging.Abstractions;
using Takt.Monitoring.Tests.Monitors;
using Takt.Protocols.Deployments;
using Takt.Protocols.Names;
using Takt.Protocols.Rows;
using Takt.Registry;
using Takt.Registry.Access;
using Takt.Registry.Models;
using Takt.Registry.Requests;
using Takt.Serving.Calls;
using Takt.Serving.Catalogs;
using Takt.Serving.Planes;
using Takt.Serving.Requests;

namespace Takt.Monitoring.Tests.Web;

/// <summary>The pages of written calls over a real registry and data plane, asked as a browser without scripts asks.</summary>
public sealed class RequestPagesTests : PagesTest
{
    RequestLogWriter _writer = null!;
    int _asked;

    private protected override async Task<DataPlane> FurnishAsync()
    {
        for (int i = 0; i < 2; i++)
        {
            string file = Path.Combine(Home, "package");
            await File.WriteAllTextAsync(file, $"package {i}");
            await Registry.Models.RegisterAsync(new NewVersion("press", "classification", "fault", "{}", "{}") { Aliases = i == 0 ? ["champion"] : [] }, file, CancellationToken.None);
        }

        Registry.Deployments.Set("press", new() { WarmUp = new() { Requests = 0 }, Log = new() { Share = 1, Payloads = true, Redact = ["Operator"] } });
        var log = new RequestLog(FakeModel.Meters, TimeProvider.System, NullLogger<RequestLog>.Instance);
        var plane = Model.Plane(new RegistryCatalog(Registry), log);
        _writer = new RequestLogWriter(log, Registry, new RegistryCatalog(Registry), TimeProvider.System, NullLogger<RequestLogWriter>.Instance);
        await _writer.StartAsync(default);
        await plane.SettleAsync(null, default);
        return plane;
    }

    public override async Task DisposeAsync()
    {
        await _writer.StopAsync(default);
        _writer.Dispose();
        await base.DisposeAsync();
    }

    [Fact]
    public async Task Before_anything_is_written_the_page_says_how_to_begin()
    {
        Assert.Contains("Nothing has been written down yet", await GetAsync("/requests"));
        Assert.Contains("尚无记录", await GetAsync("/requests", "zh-CN"));
    }

    [Theory]
    [InlineData("/requests", "Where the time went", "耗时分布")]
    [InlineData("/requests/1", "What it brought", "输入内容")]
    [InlineData("/deployments/press", "Write calls down", "记录调用")]
    public async Task Every_page_speaks_the_browsers_language(string address, string english, string chinese)
    {
        await AskAsync(12.5);
        Assert.Contains(english, await GetAsync(address, "en-GB"));
        Assert.Contains(chinese, await GetAsync(address, "zh-CN,zh;q=0.9"));
    }

    [Fact]
    public async Task The_list_is_filtered_and_paged()
    {
        for (int i = 0; i < 60; i++) await AskAsync(i);
        Model.Failure = new InvalidOperationException("the oven is cold");
        await Assert.ThrowsAnyAsync<Exception>(() => AskAsync(1));
        Model.Failure = null;

        string first = await GetAsync("/requests?model=press");
        Assert.Equal(50, Count(first));
        Assert.Contains("class=\"state failed\">model failed", first);
        Assert.Equal(1, Count(await GetAsync("/requests?outcome=any-failure")));
        Assert.Equal(0, Count(await GetAsync("/requests?door=grpc")));
        Assert.Equal(50, Count(await GetAsync("/requests?since=1h&version=1")));
        Assert.Equal(0, Count(await GetAsync("/requests?version=2")));
        string older = WebUtility.HtmlDecode(Regex.Match(first, "href=\"(/requests\\?[^\"]*before=[^\"]*)\"").Groups[1].Value);
        Assert.Equal(11, Count(await GetAsync(older)));
    }

    [Fact]
    public async Task A_viewer_sees_who_asked_and_how_long_it_took_and_not_what()
    {
        await AskAsync(4711.25);
        Assert.Contains("4711.25", await GetAsync("/requests/1"));
        Visitor = Viewer;
        string page = await GetAsync("/requests/1");
        Assert.DoesNotContain("4711.25", page);
        Assert.Contains("for those who may manage the model", page);
        Assert.Contains("Compute", page);
        Assert.DoesNotContain("Replay", await GetAsync("/requests?model=press"));
        Assert.Equal(HttpStatusCode.Forbidden, (await PostAsync("/requests/1/replay", ("to", "2"))).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await PostAsync("/requests/replay", ("model", "press"), ("to", "2"))).StatusCode);

        Visitor = new Caller("key:k1", Permissions.All, ModelPatterns.Parse("oven*"));
        Assert.Equal(0, Count(await GetAsync("/requests")));
        Assert.Equal(HttpStatusCode.NotFound, (await Browser.GetAsync(new Uri("/requests/1", UriKind.Relative))).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await PostAsync("/requests/1/replay", ("to", "2"))).StatusCode);
    }

    [Fact]
    public async Task What_is_redacted_is_said_and_not_shown()
    {
        await AskAsync(12.5, "Zaphod");
        string page = await GetAsync("/requests/1");
        Assert.Contains("Redacted: Operator", page);
        Assert.Contains("<span class=\"tag\">redacted</span>", page);
        Assert.DoesNotContain("Zaphod", page);
    }

    [Fact]
    public async Task One_call_is_replayed_in_place_and_the_calls_of_a_list_as_work_of_their_own()
    {
        for (int i = 0; i < 3; i++) await AskAsync(i);
        Assert.Contains("Equal to the last bit: 1 / 1", await ReadAsync(await PostAsync("/requests/2/replay", ("to", "2"))));
        Model.Probability = 0.4;
        string changed = await ReadAsync(await PostAsync("/requests/2/replay", ("to", "2")));
        Assert.Contains("Equal to the last bit: 0 / 1", changed);
        Assert.Contains("row 0: 0.9 then, 0.4 now", changed);
        Assert.Contains("has no version 7", await ReadAsync(await PostAsync("/requests/2/replay", ("to", "7"))));

        Assert.Contains("Replay these calls", await GetAsync("/requests?model=press"));
        var begun = await PostAsync("/requests/replay", ("model", "press"), ("to", "2"), ("since", "24h"));
        Assert.Equal(HttpStatusCode.Redirect, begun.StatusCode);
        string page = "";
        for (int i = 0; i < 400 && !page.Contains(">done<", StringComparison.Ordinal); i++)
        {
            page = await GetAsync(begun.Headers.Location!.ToString());
            await Task.Delay(10);
        }

        Assert.Contains("Replay of press on v2", page);
        Assert.Contains("Equal to the last bit: 0 / 3", page);
        Assert.Contains("Replay of press on v2", await GetAsync("/requests"));
    }

    [Fact]
    public async Task The_form_of_a_deployment_says_what_is_written_down()
    {
        var answer = await PostAsync("/deployments/press/log", ("share", "2.5"), ("failures", "100"), ("payloads", "yes"), ("redact", "Operator， badge"));
        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
        var log = Registry.Deployments.Find("press")!.Spec!.Log!;
        Assert.Equal((0.025, 1.0, true, "Operator|badge", 30.0), (log.Share, log.Failures, log.Payloads, string.Join('|', log.Redact), log.KeepDays));
        Assert.Contains("Never kept: Operator; badge.", await GetAsync("/deployments/press"));
        Assert.Contains("a share from 0 to 1", await ReadAsync(await PostAsync("/deployments/press/log", ("share", "250"), ("failures", "0"), ("payloads", "no"), ("redact", ""))));
    }

    /// <summary>Asks, and waits until that is written down.</summary>
    async Task AskAsync(double pressure, string? operatorName = null)
    {
        var row = new JsonObject { ["Press pressure"] = pressure };
        if (operatorName is not null) row["Operator"] = operatorName;
        _asked++;
        try
        {
            await Plane.PredictAsync(new CallContext(new ModelReference("press")), new RowsRequest([row]));
        }
        finally
        {
            for (int i = 0; i < 1000 && Registry.Requests.Find(_asked) is null; i++) await Task.Delay(5);
        }
    }

    static int Count(string page) => Regex.Count(page, "href=\"/requests/\\d+\"");
}
