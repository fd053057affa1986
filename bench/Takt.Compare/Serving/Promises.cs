using System.Globalization;

namespace Takt.Compare.Serving;

/// <summary>What serving promises when versions change and when more is asked than it can do, measured on one server.</summary>
sealed class Promises : IDisposable
{
    const int Connections = 64, Swaps = 5;

    readonly TaktServer _takt;
    readonly Bodies _small, _medium, _batch, _large;
    readonly TextWriter _output;

    /// <summary>Starts the server: two versions of a small model, one of a medium and one of a large. It is asked until the runtime has compiled what is hot.</summary>
    public Promises(string repository, Sides sides, TextWriter output)
    {
        _output = output;
        _takt = new TaktServer(repository, sides, "mlp", "mlp", "encoder", "resnet18");
        string folder = _takt.Folder;
        (_small, _medium, _batch, _large) = (Bodies.OfNumbers(folder, "mlp", 1, 14), Bodies.OfTokens(folder, "encoder", 2000, 1, 64), Bodies.OfTokens(folder, "encoder", 2000, 32, 64), Bodies.OfNumbers(folder, "resnet18", 1, 3, 224, 224));
        _takt.Run(TaktServer.Json(_small), rate: 0, Connections, warm: 15, seconds: 1);
        _takt.Run(TaktServer.Json(_medium), rate: 0, Connections, warm: 10, seconds: 1);
    }

    /// <summary>One row, one connection: from the first byte of the request to the last of the answer.</summary>
    public void RoundTrip()
    {
        double call = _takt.Run(TaktServer.Json(_small), rate: 0, connections: 1, warm: 2, seconds: 8).Whole.P50;
        double nothing = _takt.Run(TaktServer.Get("/v2/health/live"), rate: 0, connections: 1, warm: 2, seconds: 8).Whole.P50;
        Say($"round trip: one row over JSON median {call:0.000} ms; a call that computes nothing {nothing:0.000} ms");
    }

    /// <summary>
    /// Another version takes over while 70 % of the processors' time is used, by server and generator together: loaded already, and loaded for the swap. One swap's slowest hundredth is
    /// chance; of five the middle one counts. Seventy percent of what the server answers when asked without pause is more than that, for then it serves many requests with each waking of
    /// a thread; it is tried too.
    /// </summary>
    public void Swap()
    {
        var champion = new[] { new { to = "champion" } };
        double capacity = Capacity(_small), rate = RateAt(0.7, capacity);
        Swap("both versions in memory", rate, new { traffic = champion, versions = new { all = true } });
        Swap("loaded for the swap", rate, new { traffic = champion }, unload: true);
        Swap("loaded for the swap, at 70 % of what is answered without pause", 0.7 * capacity, new { traffic = champion }, unload: true);
    }

    /// <summary>Three times as much as can be answered, for thirty seconds; somebody who asks little asks all the while, and afterwards.</summary>
    public void Overload()
    {
        Overload("calls of one row", _medium);
        Overload("calls of 32 rows", _batch);
    }

    /// <summary>A model that is loaded, asked once and unloaded, 200 times.</summary>
    public void Reload()
    {
        const int Cycles = 200, Settled = 20;
        long Cycle(int times)
        {
            for (int i = 0; i < times; i++)
            {
                _takt.Change(HttpMethod.Post, $"/v2/repository/models/{_large.Model}/load", new { });
                _takt.AskOnce(_large);
                _takt.Change(HttpMethod.Post, $"/v2/repository/models/{_large.Model}/unload", new { });
            }

            Thread.Sleep(TimeSpan.FromSeconds(3));
            return _takt.Server.ResidentBytes;
        }

        double never = _takt.Server.ResidentBytes / 1e6, first = Cycle(1) / 1e6, settled = Cycle(Settled - 1) / 1e6, last = Cycle(Cycles - Settled) / 1e6;
        Say($"reload: resident {never:0.0} MB before {_large.Model} was loaded, {first:0.0} MB after one cycle, {settled:0.0} MB after {Settled}, {last:0.0} MB after {Cycles} ({(last / first) - 1:+0.0%;-0.0%} since the first, {(last / settled) - 1:+0.0%;-0.0%} since the {Settled}th)");
    }

    public void Dispose() => _takt.Dispose();

    void Swap(string how, double rate, object deployment, bool unload = false)
    {
        var swaps = Enumerable.Range(0, Swaps).Select(_ => SwapOnce(rate, deployment, unload)).OrderBy(s => s.During.P99 / s.Before.P99).ToArray();
        var (before, during, _) = swaps[Swaps / 2];
        Say($"swap, {how}, at {rate:0} requests a second, {Swaps} times: {swaps.Sum(s => s.Whole.Failed)} failed, {swaps.Sum(s => s.Whole.Refused):0} refused a second; p99 {before.P99:0.0} ms in the seven seconds before, {during.P99:0.0} ms in the two of the swap ({string.Join(", ", swaps.Select(s => (s.During.P99 / s.Before.P99).ToString("0.00", CultureInfo.InvariantCulture)))} ×)");
    }

    (LoadWindow Before, LoadWindow During, LoadWindow Whole) SwapOnce(double rate, object deployment, bool unload)
    {
        Champion(1);
        _takt.Change(HttpMethod.Put, "/api/deployments/mlp", deployment);
        if (unload)
        {
            _takt.Change(HttpMethod.Post, "/v2/repository/models/mlp/unload", new { });
            _takt.Change(HttpMethod.Post, "/v2/repository/models/mlp/load", new { });
        }

        var load = Task.Run(() => _takt.Run(TaktServer.Json(_small), rate, Connections, warm: 3, seconds: 14, "0-7", "8-10"));
        Thread.Sleep(TimeSpan.FromSeconds(12)); // in the middle of the second window, whatever the generator takes to start
        Champion(2);
        return (load.Result.Windows[0], load.Result.Windows[1], load.Result.Whole);
    }

    void Overload(string what, Bodies bodies)
    {
        _takt.Change(HttpMethod.Put, "/api/deployments/encoder", new { limits = new { queue = 64 } });
        double capacity = Capacity(bodies), little = capacity * 0.05;
        double quiet = _takt.Run(TaktServer.Json(bodies), little, 8, warm: 1, seconds: 5).Whole.P99;
        var calm = Task.Run(() => _takt.Run(TaktServer.Json(bodies), little, 64, warm: 3, seconds: 33, "0-28", "29-30", "30-31", "31-33"));
        Thread.Sleep(TimeSpan.FromSeconds(1));
        var crowd = _takt.Run(TaktServer.Json(bodies), 3 * capacity, 256, warm: 2, seconds: 30, "0-30");
        var (during, after, later) = (calm.Result.Windows[0], calm.Result.Windows[2], calm.Result.Windows[3]);
        Say($"overload, {what} of encoder: capacity {capacity:0} a second; of {3 * capacity:0} asked for, {crowd.Whole.Answered + during.Answered:0} answered ({(crowd.Whole.Answered + during.Answered) / capacity:P0}), {crowd.Whole.Refused:0} refused, {crowd.Whole.Failed} failed");
        Say($"  refusals: 99 of 100 within {during.RefusalP99:0.0} ms for a calm client, {crowd.Whole.RefusalP99:0.0} ms for the crowd (its own waiting for a connection included)");
        Say($"  p99 of a calm client: {quiet:0.0} ms before, {after.P99:0.0} ms in the first second after, {later.P99:0.0} ms in the next two");
    }

    void Champion(int version) => _takt.Change(HttpMethod.Post, "/api/models/mlp/aliases", new { alias = "champion", version });

    /// <summary>Requests a second that keep the processors busy for a share of their time, found by halving.</summary>
    double RateAt(double share, double capacity)
    {
        var (low, high) = (0.0, capacity);
        for (int i = 0; i < 6; i++)
        {
            double rate = (low + high) / 2;
            var load = Task.Run(() => _takt.Run(TaktServer.Json(_small), rate, Connections, warm: 1, seconds: 4));
            Thread.Sleep(TimeSpan.FromSeconds(1.5));
            double busy = Processors.Busy(TimeSpan.FromSeconds(3));
            load.Wait();
            (low, high) = busy < share ? (rate, high) : (low, rate);
            Say($"  {rate:0} requests a second keep the processors busy for {busy:P0} of the time");
        }

        return (low + high) / 2;
    }

    double Capacity(Bodies bodies) => _takt.Run(TaktServer.Json(bodies), rate: 0, Connections, warm: 2, seconds: 8).Whole.Answered;

    void Say(FormattableString text) => _output.WriteLine(text.ToString(CultureInfo.InvariantCulture));
}
