using System.Text.Json;
using Takt.Graphs.Packages;
using Takt.Registry.Models;

namespace Takt.Training;

/// <summary>What the registry notes of a package, trained here or made elsewhere.</summary>
static class PackagedVersion
{
    /// <summary>Parts of the data in the order in which they count.</summary>
    static readonly string[] Parts = ["test", "validation", "train"];

    /// <summary>A new version of a model.</summary>
    /// <param name="package">The package.</param>
    /// <param name="name">The model it becomes a version of.</param>
    public static NewVersion Of(Package package, string name)
    {
        var judged = Parts.Select(part => package.Card.Metrics.FirstOrDefault(m => m.Part == part)).FirstOrDefault(m => m is not null);
        return new NewVersion(name, package.Task, package.Card.Target, JsonSerializer.Serialize(package.Card, JsonSerializerOptions.Web), package.Metrics.ToJsonString())
        {
            MetricName = judged?.Name,
            MetricValue = judged?.Value,
        };
    }
}
