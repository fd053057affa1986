using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Takt.EndToEnd.Doors;

public class MetricsTests(DoorsServer server) : IClassFixture<DoorsServer>
{
    [Fact]
    public async Task The_text_is_well_formed_and_counts_what_happened()
    {
        for (int i = 0; i < 5; i++) await server.PostAsync("/api/models/press:2/predict", """{"rows":[{"x":1,"y":1},{"x":2,"y":1}]}""");
        await server.PostAsync("/api/models/press:2/predict", """{"rows":[{"x":"a"}]}""");
        await server.PostAsync("/api/models/stranger-things/predict", """{"rows":[{"x":1}]}""");
        using var response = await server.Http.GetAsync(new Uri("/metrics", UriKind.Relative));
        Assert.Equal("text/plain; version=0.0.4; charset=utf-8", response.Content.Headers.ContentType?.ToString());
        var samples = ExpositionReader.Read(await response.Content.ReadAsStringAsync());

        Assert.Equal(6, samples["takt_serving_requests_total{model=\"press\",version=\"2\"}"]);
        Assert.Equal(1, samples["takt_serving_failures_total{model=\"press\",reason=\"bad_input\",version=\"2\"}"]);
        Assert.Equal(1, samples["takt_serving_failures_total{reason=\"unknown_model\"}"]);
        Assert.Equal(10, samples["takt_serving_rows_total{model=\"press\",version=\"2\"}"]);
        Assert.Equal(5, samples["takt_serving_duration_seconds_count{model=\"press\",phase=\"compute\",version=\"2\"}"]);
        foreach (string phase in new[] { "load", "queue", "pipeline", "total", "door" }) Assert.Equal(5, samples[$"takt_serving_duration_seconds_count{{model=\"press\",phase=\"{phase}\",version=\"2\"}}"]);
        Assert.Equal(6, samples["takt_serving_batch_rows_count{model=\"press\",version=\"2\"}"]);
        Assert.Equal(0, samples["takt_serving_active"]);
        Assert.Equal(5, samples["nv_inference_request_success{model=\"press\",version=\"2\"}"]);
        Assert.Equal(1, samples["nv_inference_request_failure{model=\"press\",reason=\"OTHER\",version=\"2\"}"]);
        Assert.Equal(10, samples["nv_inference_count{model=\"press\",version=\"2\"}"]);
        Assert.Equal(6, samples["nv_inference_exec_count{model=\"press\",version=\"2\"}"]);
        Assert.True(samples["nv_inference_compute_infer_duration_us{model=\"press\",version=\"2\"}"] <= samples["nv_inference_request_duration_us{model=\"press\",version=\"2\"}"]);
        Assert.InRange(samples["process_resident_memory_bytes"], 1e6, 1e11);
        Assert.InRange(samples["process_cpu_seconds_total"], 0.01, 1e5);
        Assert.InRange(samples["process_uptime_seconds"], 0.01, 1e5);
        Assert.Contains(samples.Keys, k => k.StartsWith("dotnet_gc_collections_total{"));
        Assert.Contains(samples.Keys, k => k.StartsWith("http_server_request_duration_seconds_bucket{") && k.Contains("http_route=\"/api/models/{model}/predict\""));
        Assert.DoesNotContain(samples.Keys, k => k.Contains("stranger"));
    }

    [ProgramFact("promtool", null, "prometheus")]
    public async Task Prometheus_own_checker_has_nothing_to_say()
    {
        await server.PostAsync("/api/models/press/predict", """{"rows":[{"x":1,"y":1}]}""");
        using var checker = Process.Start(new ProcessStartInfo("promtool", "check metrics") { UseShellExecute = false, RedirectStandardInput = true, RedirectStandardError = true, RedirectStandardOutput = true })!;
        await checker.StandardInput.WriteAsync(await server.Http.GetStringAsync(new Uri("/metrics", UriKind.Relative)));
        checker.StandardInput.Close();
        string said = await checker.StandardError.ReadToEndAsync() + await checker.StandardOutput.ReadToEndAsync();
        await checker.WaitForExitAsync();
        // Names that Triton gave before there was a convention cannot please its checker.
        Assert.Empty(said.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(line => !line.StartsWith("nv_inference_")));
    }
}

/// <summary>Reads the text format by its own rules, not by our writer's: names, types before samples, each series once, histograms cumulative and complete.</summary>
static class ExpositionReader
{
    const string Name = "[a-zA-Z_:][a-zA-Z0-9_:]*", Label = "[a-zA-Z_][a-zA-Z0-9_]*=\"(?:[^\"\\\\\\n]|\\\\[\\\\\"n])*\"";

    public static Dictionary<string, double> Read(string text)
    {
        Assert.EndsWith("\n", text);
        var types = new Dictionary<string, string>();
        var samples = new Dictionary<string, double>();
        string? family = null;
        foreach (string line in text[..^1].Split('\n'))
        {
            if (Regex.Match(line, $"^# HELP ({Name}) (?:[^\\\\]|\\\\[\\\\n])*$") is { Success: true } help)
            {
                family = help.Groups[1].Value;
                Assert.False(types.ContainsKey(family), $"{family} twice");
            }
            else if (Regex.Match(line, $"^# TYPE ({Name}) (counter|gauge|histogram)$") is { Success: true } type)
            {
                Assert.Equal(family, type.Groups[1].Value);
                types.Add(family!, type.Groups[2].Value);
            }
            else
            {
                var sample = Regex.Match(line, $"^(({Name})(?:\\{{{Label}(?:,{Label})*\\}})?) ([^ ]+)$");
                Assert.True(sample.Success, line);
                string suffix = types[family!] == "histogram" ? "(_bucket|_sum|_count)" : "";
                Assert.Matches($"^{family}{suffix}$", sample.Groups[2].Value);
                string value = sample.Groups[3].Value;
                samples.Add(sample.Groups[1].Value, value == "+Inf" ? double.PositiveInfinity : double.Parse(value, CultureInfo.InvariantCulture));
            }
        }

        foreach (string histogram in types.Where(t => t.Value == "histogram").Select(t => t.Key)) CheckHistogram(histogram, samples);
        return samples;
    }

    static void CheckHistogram(string name, Dictionary<string, double> samples)
    {
        foreach (var series in samples.Where(s => s.Key.StartsWith(name + "_bucket{")).GroupBy(s => Regex.Replace(s.Key[(name.Length + 7)..], ",?le=\"[^\"]*\"", "")))
        {
            double[] bounds = [.. series.Select(s => Regex.Match(s.Key, "le=\"([^\"]*)\"").Groups[1].Value).Select(b => b == "+Inf" ? double.PositiveInfinity : double.Parse(b, CultureInfo.InvariantCulture))];
            double[] counts = [.. series.Select(s => s.Value)];
            Assert.Equal(bounds.Order(), bounds);
            Assert.Equal(counts.Order(), counts);
            Assert.Equal(double.PositiveInfinity, bounds[^1]);
            string labels = series.Key == "{}" ? "" : series.Key;
            Assert.Equal(counts[^1], samples[$"{name}_count{labels}"]);
            Assert.True(samples.ContainsKey($"{name}_sum{labels}"));
        }
    }
}
