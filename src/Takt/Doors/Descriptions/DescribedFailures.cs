using Takt.Doors.Errors;

namespace Takt.Doors.Descriptions;

/// <summary>How the calls under /api may fail, for their description.</summary>
static class DescribedFailures
{
    /// <summary>Says in the description of a call how it may fail.</summary>
    public static RouteHandlerBuilder Fails(this RouteHandlerBuilder call, params int[] statuses)
    {
        foreach (int status in statuses) call.Produces<ProblemBody>(status, "application/problem+json");
        return call;
    }
}
