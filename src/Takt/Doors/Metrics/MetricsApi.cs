using System.Text;
using Takt.Doors.Bodies;
using Takt.Registry.Access;
using Takt.Web.Access;

namespace Takt.Doors.Metrics;

/// <summary>Metrics for Prometheus and everything that reads its text format.</summary>
static class MetricsApi
{
    /// <summary>Makes the listener, which counts from the start of the server.</summary>
    public static void AddMetricsDoor(this IServiceCollection services)
    {
        services.AddSingleton<MetricsCollector>();
        services.AddSingleton<ProcessMeter>();
    }

    /// <summary>Maps /metrics. A key of some models gets their series, and those that are about no model.</summary>
    public static void MapMetricsApi(this WebApplication app)
    {
        app.Services.GetRequiredService<ProcessMeter>();
        var collector = app.Services.GetRequiredService<MetricsCollector>();
        app.MapGet("/metrics", (HttpContext http) => new BytesAnswer(Encoding.UTF8.GetBytes(PrometheusText.Write(collector.Collect(http.MaySee))), PrometheusText.ContentType)).ExcludeFromDescription().Needs(Permissions.Read);
    }
}
