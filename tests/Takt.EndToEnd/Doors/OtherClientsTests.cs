using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Takt.EndToEnd.Program;

namespace Takt.EndToEnd.Doors;

/// <summary>Programs that know nothing of Takt: Python with requests, wrk, and Prometheus itself.</summary>
public class OtherClientsTests(DoorsServer server) : IClassFixture<DoorsServer>
{
    /// <summary>What a data engineer writes: rows, tensors, TensorFlow Serving's form, and an error that is read from JSON.</summary>
    const string Script = """
        import requests, sys
        base = sys.argv[1].rstrip('/')
        with requests.Session() as s:
            r = s.post(base + '/v2/models/press/infer', json={'inputs': [
                {'name': 'x', 'shape': [2, 1], 'datatype': 'FP64', 'data': [3, 4.5]}, {'name': 'y', 'shape': [2, 1], 'datatype': 'FP32', 'data': [1, 2]}]})
            r.raise_for_status()
            print([v for o in r.json()['outputs'] if o['name'] == 'length' for v in o['data']])
            r = s.post(base + '/api/models/press/predict', json={'rows': [{'x': 3, 'y': 1}]})
            print(r.status_code, r.json()['predictions'][0]['value'])
            r = s.post(base + '/v1/models/press:predict', json={'instances': [{'x': [3], 'y': [1]}]})
            print(r.status_code, r.headers['Content-Type'].split(';')[0])
            r = s.post(base + '/v2/models/press/infer', data='{"inputs": [', headers={'Content-Type': 'application/json'})
            print(r.status_code, 'error' in r.json())
            n = 4000
            r = s.post(base + '/v2/models/press/infer', json={'inputs': [
                {'name': 'x', 'shape': [n, 1], 'datatype': 'FP64', 'data': [3] * n}, {'name': 'y', 'shape': [n, 1], 'datatype': 'FP32', 'data': [1] * n}]})
            print(r.headers.get('Content-Encoding'), r.json()['outputs'][0]['data'] == [7] * n)
        """;

    [ProgramFact("/usr/bin/python3", "import requests", "python3-requests")]
    public async Task Python_requests_reads_the_answers()
    {
        string output = await RunAsync("/usr/bin/python3", "-c", Script, server.Http.BaseAddress!.ToString());
        Assert.Equal(["[7, 11]", "200 7", "200 application/json", "400 True", "gzip True"], output.Trim().Split('\n'));
    }

    /// <summary>For a second, on connections that stay open. It reports what went wrong in lines of their own, and else none.</summary>
    [ProgramFact("wrk", null, "wrk")]
    public async Task Wrk_asks_for_a_second_and_reports_nothing_amiss()
    {
        string script = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(script, """
                wrk.method = "POST"
                wrk.body = '{"inputs":[{"name":"x","shape":[1,1],"datatype":"FP64","data":[3]},{"name":"y","shape":[1,1],"datatype":"FP32","data":[1]}]}'
                wrk.headers["Content-Type"] = "application/json"
                """);
            string report = await RunAsync("wrk", "--threads", "1", "--connections", "8", "--duration", "1s", "--script", script, new Uri(server.Http.BaseAddress!, "/v2/models/press/infer").ToString());
            Assert.Matches("[1-9][0-9]* requests in ", report);
            Assert.DoesNotContain("Socket errors", report);
            Assert.DoesNotContain("Non-2xx", report);
        }
        finally
        {
            File.Delete(script);
        }
    }

    [ProgramFact("prometheus", null, "prometheus")]
    public async Task Prometheus_scrapes_and_answers_a_query()
    {
        await server.PostAsync("/api/models/press/predict", """{"rows":[{"x":1,"y":1}]}""");
        string folder = Directory.CreateTempSubdirectory("takt-prometheus").FullName;
        string file = Path.Combine(folder, "prometheus.yml");
        await File.WriteAllTextAsync(file, $$"""
            global: { scrape_interval: 1s }
            scrape_configs:
              - job_name: takt
                static_configs: [ { targets: [ "{{server.Http.BaseAddress!.Authority}}" ] } ]
            """);
        int port = TaktServer.FreePort();
        using var prometheus = Process.Start(new ProcessStartInfo("prometheus",
            [$"--config.file={file}", $"--storage.tsdb.path={Path.Combine(folder, "data")}", string.Create(CultureInfo.InvariantCulture, $"--web.listen-address=127.0.0.1:{port}")])
        {
            UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true,
        })!;
        prometheus.OutputDataReceived += (_, _) => { };
        prometheus.ErrorDataReceived += (_, _) => { };
        prometheus.BeginOutputReadLine();
        prometheus.BeginErrorReadLine();
        try
        {
            using var http = new HttpClient { BaseAddress = new UriBuilder("http", "127.0.0.1", port).Uri };
            Assert.Equal(1, await QueryAsync(http, "up{job=\"takt\"}"));
            Assert.True(await QueryAsync(http, "sum(takt_serving_requests_total{model=\"press\"})") >= 1);
            Assert.True(await QueryAsync(http, "histogram_quantile(0.5, sum by (le) (takt_serving_duration_seconds_bucket{model=\"press\",phase=\"total\"}))") > 0);
        }
        finally
        {
            prometheus.Kill();
            await prometheus.WaitForExitAsync();
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>What a program writes; it must succeed and complain of nothing.</summary>
    static async Task<string> RunAsync(string program, params string[] arguments)
    {
        using var run = Process.Start(new ProcessStartInfo(program, arguments) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true })!;
        var error = run.StandardError.ReadToEndAsync();
        string output = await run.StandardOutput.ReadToEndAsync();
        await run.WaitForExitAsync();
        Assert.Equal((0, ""), (run.ExitCode, await error));
        return output;
    }

    /// <summary>Asks until there is a value: the first scrape takes a moment.</summary>
    static async Task<double> QueryAsync(HttpClient http, string query)
    {
        var waited = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                var answer = await http.GetFromJsonAsync<JsonNode>(new Uri("/api/v1/query?query=" + Uri.EscapeDataString(query), UriKind.Relative));
                if (answer!["data"]!["result"]!.AsArray() is [var first, ..]) return double.Parse(first!["value"]![1]!.GetValue<string>(), CultureInfo.InvariantCulture);
            }
            catch (HttpRequestException)
            {
                // It does not listen yet.
            }

            Assert.True(waited.Elapsed < TimeSpan.FromSeconds(40), query);
            await Task.Delay(200);
        }
    }
}

/// <summary>Runs where a program, and a module of it, is installed.</summary>
[AttributeUsage(AttributeTargets.Method)]
sealed class ProgramFactAttribute : FactAttribute
{
    /// <param name="program">The program.</param>
    /// <param name="module">Python that must run; null = the program is enough.</param>
    /// <param name="package">Debian's package that brings it.</param>
    public ProgramFactAttribute(string program, string? module, string package)
    {
        (Program, Module, Package) = (program, module, package);
        try
        {
            using var trial = Process.Start(new ProcessStartInfo(program, module is null ? ["--version"] : ["-c", module]) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true })!;
            trial.WaitForExit();
            if (module is not null && trial.ExitCode != 0) Skip = Reason; // of a program alone it is enough that it starts: wrk takes being asked for its version for a mistake
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Skip = Reason;
        }
    }

    public string Program { get; }
    public string? Module { get; }
    public string Package { get; }

    string Reason => $"needs {Package}: apt-get install {Package}";
}
