using System.IO.Compression;
using System.Net;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Takt.Monitoring.Lines;
using Takt.Monitoring.Monitors;
using Takt.Monitoring.Simulation;
using Takt.Monitoring.Tests.Monitors;
using Takt.Registry;
using Takt.Registry.Models;
using Takt.Serving.Planes;

namespace Takt.Monitoring.Tests.Web;

/// <summary>The pages over a real registry, a real data plane and a simulated line, asked as a browser without scripts asks.</summary>
public sealed class PagesTests : PagesTest
{
    private protected override async Task<DataPlane> FurnishAsync()
    {
        await RegisterAsync(Registry);
        return Model.Plane();
    }

    private protected override async Task BeginAsync()
    {
        var plant = new SimulatedPlant(RunningLine.Demo(seed: 1) with { FirstFault = 5 });
        var line = new RunningLine(RunningLine.Demo(seed: 1), TimeProvider.System).Watch;
        var monitor = new ModelMonitor(new MonitorOptions("watch", "press"), line, Plane, NullLogger<ModelMonitor>.Instance);
        line.Attach(monitor);
        for (int cycle = 0; cycle < 10; cycle++)
        {
            var sample = plant.Next(DateTimeOffset.Parse("2026-03-01T06:00:00Z").AddSeconds(cycle));
            line.Take(sample);
            await monitor.TakeAsync(sample, CancellationToken.None);
        }

        App.Services.GetRequiredService<LineDirectory>().Add(line);
    }

    [Theory]
    [InlineData("/", "Latest faults flagged", "最近标记的故障")]
    [InlineData("/lines/line-1", "Spindle vibration", "主轴振动")]
    [InlineData("/models", "Answers now", "当前应答")]
    [InlineData("/models/press", "Confusion matrix", "混淆矩阵")]
    [InlineData("/models/press/try", "Ask the model", "询问模型")]
    [InlineData("/runs", "Trainings", "训练")]
    [InlineData("/lines/line-1/now?why=1", "Fault probability", "故障概率")]
    public async Task Every_page_speaks_the_browsers_language(string address, string english, string chinese)
    {
        Assert.Contains(english, await GetAsync(address, "en-GB"));
        Assert.Contains(chinese, await GetAsync(address, "zh-CN,zh;q=0.9"));
        Assert.Contains(english, await GetAsync(address, "fr"));
    }

    [Fact]
    public async Task The_line_page_shows_values_with_units_the_fault_and_its_reason()
    {
        string page = await GetAsync("/lines/line-1");
        Assert.Contains("Fault flagged", page);
        Assert.Contains("<small>mm/s</small>", page);
        Assert.Contains("Bearing damage", page);
        Assert.Contains("Threshold 40 %", page);
        Assert.Contains("90 %", page);
    }

    [Fact]
    public async Task The_model_page_shows_metrics_with_intervals_and_the_card_as_text()
    {
        string page = await GetAsync("/models/press");
        Assert.Contains("0.971", page);
        Assert.Contains("0.960 – 0.982", page);
        Assert.Contains("<h3>press</h3>", page);
        Assert.DoesNotContain("<script>alert", await Browser.GetStringAsync("/models/press"));
    }

    [Fact]
    public async Task The_form_starts_with_typical_values_and_answers_a_plain_post()
    {
        Assert.Contains("value=\"180\"", await GetAsync("/models/press/try"));
        string answer = await SubmitAsync("/models/press/try", ("Press pressure", "175,5"), ("Product", "H55"));
        Assert.Equal(175.5, Model.Asked!.Rows[0]["Press pressure"]!.GetValue<double>());
        Assert.Contains("Fault = 1", answer);
        Assert.Contains("value=\"175,5\"", answer);
    }

    [Fact]
    public async Task A_number_beyond_all_numbers_goes_to_the_model_as_it_was_typed()
    {
        await SubmitAsync("/models/press/try", ("Press pressure", "1e999"), ("Product", "H55"));
        Assert.Equal("1e999", Model.Asked!.Rows[0]["Press pressure"]!.GetValue<string>());
    }

    [Fact]
    public async Task What_is_not_there_is_told_with_the_way_out()
    {
        var response = await Browser.GetAsync("/models/pres");
        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.Contains("Did you mean", await response.Content.ReadAsStringAsync());
        Assert.Equal(HttpStatusCode.NotFound, (await Browser.GetAsync("/lines/line-9")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await Browser.GetAsync("/models/press?version=7")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await Browser.GetAsync("/models/NOT A NAME/try")).StatusCode);
    }

    [Theory, InlineData("/models", "/models"), InlineData("//evil.example", "/"), InlineData("/\\evil.example", "/"), InlineData("https://evil.example", "/")]
    public async Task A_switch_leads_back_to_the_page_and_nowhere_else(string back, string location)
    {
        var response = await Browser.PostAsync("/language", new FormUrlEncodedContent([new("to", "zh-Hans"), new("back", back)]));
        Assert.Equal(location, response.Headers.Location!.OriginalString);
        Assert.Contains(response.Headers.GetValues("Set-Cookie"), cookie => cookie.Contains("zh-Hans"));
    }

    [Fact]
    public async Task A_chosen_language_and_theme_stay()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/");
        request.Headers.Add("Cookie", ".AspNetCore.Culture=c%3D%7Cuic%3Dzh-Hans; takt.theme=dark");
        string page = await (await Browser.SendAsync(request)).Content.ReadAsStringAsync();
        Assert.Contains("lang=\"zh-Hans\" data-theme=\"dark\"", page);
    }

    [Fact]
    public async Task Browser_files_are_inside_the_program_and_may_be_kept_for_good()
    {
        string page = await GetAsync("/");
        foreach (string address in System.Text.RegularExpressions.Regex.Matches(page, "/assets/[^\"]+").Select(match => match.Value).Distinct())
        {
            var response = await Browser.GetAsync(address);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            Assert.Contains("immutable", response.Headers.CacheControl!.ToString());
        }

        Assert.DoesNotContain("https://", page);
    }

    async Task<string> SubmitAsync(string address, params (string Key, string Value)[] fields)
    {
        using var response = await PostAsync(address, fields);
        response.EnsureSuccessStatusCode();
        return await ReadAsync(response);
    }

    async Task RegisterAsync(ModelRegistry registry)
    {
        string package = Path.Combine(Home, "press.takt");
        using (var zip = ZipFile.Open(package, ZipArchiveMode.Create))
        {
            using var card = new StreamWriter(zip.CreateEntry("card.md").Open());
            card.Write("# press\n\n<script>alert(1)</script>\n");
        }

        var metrics = new JsonObject
        {
            ["test"] = new JsonObject
            {
                ["rows"] = 100, ["threshold"] = 0.4,
                ["rocAuc"] = new JsonObject { ["value"] = 0.971, ["low"] = 0.96, ["high"] = 0.982 },
                ["confusion"] = new JsonObject { ["labels"] = new JsonArray("0", "1"), ["counts"] = new JsonArray(new JsonArray(80, 3), new JsonArray(2, 15)) },
            },
        };
        await registry.Models.RegisterAsync(new NewVersion("press", "classification", "Fault", "{}", metrics.ToJsonString()) { Aliases = ["champion"] }, package, CancellationToken.None);
    }
}
