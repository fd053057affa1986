using System.Diagnostics;

namespace Takt.Load;

/// <summary>One request: when it was due, when it was answered, and how (an HTTP status; 0 = the connection broke).</summary>
readonly record struct Result(double Due, double Answered, int Status);

/// <summary>
/// Sends requests when they are due, and takes the answers, on one thread: a generator that wakes a thread for each request would take more of the machine than the server it measures.
/// </summary>
/// <param name="connections">All connections.</param>
/// <param name="calls">Calls under way at once on each.</param>
/// <param name="arrivals">When requests are due.</param>
sealed class LoadRun(IReadOnlyList<Connection> connections, int calls, Arrivals arrivals)
{
    /// <summary>How long stragglers are waited for after the end, in seconds.</summary>
    const double Patience = 10;

    /// <summary>
    /// The longest wait for a socket, in milliseconds: requests that are due within a millisecond are sent together, which is as even as a network would be, and the generator sleeps
    /// in between.
    /// </summary>
    const int Tick = 1;

    readonly List<Result> _results = [];
    readonly Connection[] _waiting = new Connection[connections.Count];
    readonly SocketPoll.Wanted[] _wanted = new SocketPoll.Wanted[connections.Count];
    readonly Queue<Connection> _free = new(Enumerable.Range(0, calls).SelectMany(_ => connections)); // once for each call that may begin
    long _start, _sent;

    double Now => Stopwatch.GetElapsedTime(_start).TotalSeconds;

    /// <summary>Runs to the end.</summary>
    public IReadOnlyList<Result> Run(CancellationToken stop)
    {
        foreach (var connection in connections)
            connection.Answered = (due, status) =>
            {
                _results.Add(new Result(due, Now, status));
                _free.Enqueue(connection);
            };
        _start = Stopwatch.GetTimestamp();
        // What is not answered when patience ends is missing in the count, and so it is told.
        for (bool more = true; (more || _results.Count < _sent) && Now < arrivals.End + Patience && !stop.IsCancellationRequested;)
        {
            more = SendDue();
            Wait();
        }

        return _results;
    }

    /// <summary>Sends what is due as far as calls are free; false when everything has been sent.</summary>
    bool SendDue()
    {
        double now = Now;
        if (!arrivals.IsOpen && now >= arrivals.End) return false;
        long until = arrivals.IsOpen ? arrivals.DueBy(Math.Min(now, arrivals.End)) : long.MaxValue;
        for (int free = _free.Count; free > 0 && _sent <= until; free--, _sent++) _free.Dequeue().Ask(arrivals.IsOpen ? arrivals.DueAt(_sent) : now);
        return now < arrivals.End || _sent <= until;
    }

    /// <summary>Waits until a socket is ready or more may be due, and reads and sends what can be.</summary>
    void Wait()
    {
        int count = 0;
        foreach (var connection in connections)
        {
            if (connection is not { UnderWay: > 0, Socket: { } socket }) continue;
            (_waiting[count], _wanted[count]) = (connection, SocketPoll.Wanted.Of(socket, connection.IsSending));
            count++;
        }

        if (SocketPoll.Wait(_wanted.AsSpan(0, count), Tick) == 0) return;
        for (int i = 0; i < count; i++)
        {
            if (_wanted[i].CanSend) _waiting[i].GoOnSending();
            if (_wanted[i].CanReceive) _waiting[i].Receive();
        }
    }
}
