using Takt.Graphs.Plans;

namespace Takt.Graphs.Packages;

/// <summary>Times a package's graph on the inputs that the package itself holds.</summary>
public static class PackageProfile
{
    /// <summary>Runs the golden cases (all at once) or the first stored sample again and again.</summary>
    /// <param name="package">The package.</param>
    /// <param name="runs">How many runs are timed.</param>
    /// <param name="clock">What times them.</param>
    /// <exception cref="Takt.Protocols.Problems.InputException">The package holds no inputs, or its graph cannot be computed.</exception>
    public static PlanProfile Of(Package package, int runs, TimeProvider clock)
    {
        if (package.Samples is { Cases: [var first, ..] }) return new TensorModel(package.Model).Profile([.. first.Inputs.Select(i => i.ToTensor())], runs, clock);
        if (package.Golden is not { } golden) throw new Takt.Protocols.Problems.InputException("a package without golden cases", "some inputs to run", "Train or import the model again.");
        var plan = Plan.Compile(package.Model);
        return plan.Profile([NamedTensor.Of<float>(plan.Inputs[0].Name, golden.Inputs, [.. golden.InputSizes])], runs, clock);
    }
}
