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
public sealed class DeploymentPagesTests : PagesTest
{
    private protected override async Task<DataPlane> FurnishAsync()
    {
        await RegisterAsync("champion");
        await RegisterAsync();
        return Model.Plane(new RegistryCatalog(Registry));
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
        Model.Failure = new InvalidOperationException("the oven is cold");
        await Assert.ThrowsAnyAsync<Exception>(AskAsync);

        Assert.Contains("twice as many are tried next", await GetAsync("/deployments/press", "en-GB"));
        string chinese = await GetAsync("/deployments/press", "zh-CN");
        Assert.Contains("接下来尝试两倍的行数", chinese);
        Assert.DoesNotContain("no waiting", chinese);
        string list = await GetAsync("/deployments");
        Assert.Contains("<b>v1</b> 100 %", list);
        Assert.Contains("class=\"state over\">ready", list);
        string page = await GetAsync("/deployments/press");
        Assert.Contains("requests answered: 1; rows: 1", page);
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
        Assert.Matches("<b>v1</b> 75 %.*<b>v2</b> 25 %", (await GetAsync("/models")).ReplaceLineEndings(" "));   // who answers, not the newest
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
        var response = await GiveAsync("split", ("first", "1"), ("first-weight", "-1"), ("second", "2"), ("second-weight", "much"));
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        string page = await ReadAsync(response);
        Assert.Contains("first weight '-1'", page);
        Assert.Contains("second weight 'much'", page);
        Assert.Matches("id=\"first-weight\"[^>]* value=\"-1\"", page);   // what was written stays
        Assert.Equal(HttpStatusCode.BadRequest, (await GiveAsync("promote", ("version", "7"))).StatusCode);
        Assert.Null(Registry.Deployments.Find("press"));
        Assert.Equal(HttpStatusCode.NotFound, (await Browser.GetAsync("/deployments/pres")).StatusCode);
    }

    [Fact]
    public async Task A_viewer_sees_the_page_without_forms_and_may_not_order()
    {
        Visitor = Viewer;
        string page = await GetAsync("/deployments/press");
        Assert.Contains("What is wanted", page);
        Assert.DoesNotContain("action=\"/deployments", page);
        Assert.Equal(HttpStatusCode.Forbidden, (await GiveAsync("stop")).StatusCode);
    }

    Task AskAsync() => Plane.PredictAsync(new CallContext(new ModelReference("press")), new RowsRequest([new JsonObject { ["Press pressure"] = 180 }]));

    async Task<int> AnsweringAsync() => Assert.Single((await Plane.DeploymentsAsync(CancellationToken.None)).Single().Answering).Version;

    async Task OrderAsync(string order, params (string Key, string Value)[] fields)
    {
        var response = await GiveAsync(order, fields);
        Assert.Equal(HttpStatusCode.Redirect, response.StatusCode);
        Assert.Equal("/deployments/press?done=1", response.Headers.Location!.OriginalString);
    }

    Task<HttpResponseMessage> GiveAsync(string order, params (string Key, string Value)[] fields) => PostAsync($"/deployments/press/{order}", fields);

    async Task RegisterAsync(params string[] aliases)
    {
        string package = Path.Combine(Home, $"{Guid.NewGuid():N}.takt");
        using (var zip = ZipFile.Open(package, ZipArchiveMode.Create))
        {
            using var card = new StreamWriter(zip.CreateEntry("card.md").Open());
            card.Write($"# press {package}\n");
        }

        await Registry.Models.RegisterAsync(new NewVersion("press", "classification", "Fault", "{}", "{}") { Aliases = aliases }, package, CancellationToken.None);
    }
}
