using Takt.Serving.Planes;
using Takt.Registry.Access;
using Takt.Web.Access;

namespace Takt.Doors.Health;

/// <summary>Health for supervisors: judge by the status code, the text is for people.</summary>
static class HealthApi
{
    /// <summary>Maps /health/live (the process answers) and /health/ready (the registry could be read, so models can be found).</summary>
    public static void MapHealthApi(this IEndpointRouteBuilder app)
    {
        app.MapGet("/health/live", () => "live\n").ExcludeFromDescription().ForEveryone();
        app.MapGet("/health/ready", (DataPlane plane) => plane.IsReady
            ? Results.Text("ready\n")
            : Results.Text("the model catalog has not been read yet\n", statusCode: StatusCodes.Status503ServiceUnavailable)).ExcludeFromDescription().ForEveryone();
    }
}
