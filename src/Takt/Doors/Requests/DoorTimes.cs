using System.Globalization;
using Takt.Serving.Calls;
using Takt.Serving.Statistics;

namespace Takt.Doors.Requests;

/// <summary>Measures what a door adds to an answered call: from the request's arrival to the end of the response, less the time in the data plane.</summary>
sealed class DoorTimes(RequestDelegate next, ServingStatistics statistics, TimeProvider clock)
{
    /// <summary>Called by the server for each request.</summary>
    public async Task InvokeAsync(HttpContext context)
    {
        long start = clock.GetTimestamp();
        await next(context);
        if (context.Features.Get<AnsweredCall>() is { } call) statistics.Door(call.Model, call.Version, clock.GetElapsedTime(start) - call.InPlane);
    }
}

/// <summary>A call that the data plane has answered for a request.</summary>
sealed record AnsweredCall(string Model, int Version, TimeSpan InPlane)
{
    /// <summary>Says who answered, so that the door's own time can be counted.</summary>
    public static void Note(HttpContext http, string model, string version, CallTimes times) =>
        http.Features.Set(new AnsweredCall(model, int.Parse(version, CultureInfo.InvariantCulture), times.Total));
}
