using Takt.Graphs.Packages;
using Takt.Protocols.Problems;
using Takt.Serving.Backends;

namespace Takt.Serving;

/// <summary>Serves <c>.takt</c> packages. A package is served only if it still answers its golden cases on this machine as it did where it was made.</summary>
sealed class PackageBackend(TimeProvider clock) : IModelBackend
{
    public Task<IServedModel> LoadAsync(string packagePath, CancellationToken stop)
    {
        var package = PackageFile.Read(packagePath);
        stop.ThrowIfCancellationRequested();
        return Task.FromResult<IServedModel>(package.IsGraphAlone ? new GraphModel(package, clock) : new PackageModel(new Predictor(package, clock), clock));
    }

    /// <summary>The engine's times as the data plane counts them.</summary>
    public static BackendTimes Measured(PredictionTimes times) => new(times.Preparation, times.Graph);

    /// <summary>Refuses a package that this machine answers differently.</summary>
    public static void Check(GoldenReport report)
    {
        if (!report.Passed)
            throw new InputException(
                $"golden cases answered with a difference of {report.GreatestDifference:G3}", $"at most {report.Tolerance:G3}",
                "Run 'takt models verify' and 'takt doctor' on this machine");
    }
}
