using Takt.Graphs.Onnx;
using Takt.Graphs.Plans;
using Takt.Protocols.Problems;

namespace Takt.Graphs.Conformance;

/// <summary>Runs folders in the layout of the ONNX project's backend tests: <c>model.onnx</c>, <c>test_data_set_N/input_K.pb</c> and <c>output_K.pb</c>.</summary>
/// <remarks>A case passes when element type, sizes and every value agree, see <see cref="Tolerance"/>. Whatever goes wrong in a case is its result and stops nothing else.</remarks>
public static class ConformanceRunner
{
    const string ModelName = "model.onnx";

    /// <summary>Runs every case in a folder and the folders inside it.</summary>
    /// <param name="folder">A folder of cases, or a single case.</param>
    /// <param name="progress">Told of each case as it ends.</param>
    /// <param name="stop">Stops before the next case.</param>
    /// <exception cref="InputException">There is no such folder, or no case in it.</exception>
    public static ConformanceReport Run(string folder, Action<ConformanceCase>? progress = null, CancellationToken stop = default)
    {
        if (!Directory.Exists(folder)) throw new InputException($"no folder '{folder}'", "a folder of cases");
        var cases = new List<ConformanceCase>();
        foreach (string model in Directory.EnumerateFiles(folder, ModelName, SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            stop.ThrowIfCancellationRequested();
            string place = Path.GetDirectoryName(model)!, name = Path.GetRelativePath(folder, place);
            var found = RunCase(place, name == "." ? Path.GetFileName(Path.GetFullPath(folder)) : name);
            cases.Add(found);
            progress?.Invoke(found);
        }

        return cases.Count > 0 ? new ConformanceReport(cases) : throw new InputException($"no {ModelName} in '{folder}'", "folders that each hold a case", "See the layout of the ONNX project's backend tests.");
    }

    static ConformanceCase RunCase(string folder, string name)
    {
        try
        {
            string? difference = Difference(folder);
            return new(name, difference is null ? ConformanceResult.Passed : ConformanceResult.Failed, difference ?? "");
        }
        catch (UnsupportedException unsupported)
        {
            return new(name, ConformanceResult.Unsupported, unsupported.Message);
        }
        catch (Exception wrong) when (wrong is not OperationCanceledException)
        {
            return new(name, ConformanceResult.Failed, wrong is InputException ? wrong.Message : $"{wrong.GetType().Name}: {wrong.Message}");
        }
    }

    static string? Difference(string folder)
    {
        var model = ModelFile.Read(Path.Combine(folder, ModelName));
        var plan = Plan.Compile(model);
        var tolerance = Tolerance.Of(folder);
        string[] sets = [.. Directory.GetDirectories(folder, "test_data_set_*").Order(StringComparer.Ordinal)];
        if (sets.Length == 0) return "no test_data_set_N";
        foreach (string set in sets)
            if (Difference(plan, CaseFiles.InputsOf(model), set, tolerance) is { } difference) return sets.Length == 1 ? difference : $"{Path.GetFileName(set)}: {difference}";
        return null;
    }

    static string? Difference(Plan plan, IReadOnlyList<TensorInfo> declared, string set, Tolerance? tolerance)
    {
        var given = new List<NamedTensor>();
        for (int i = 0; i < declared.Count; i++)
            if (Path.Combine(set, $"input_{i}.pb") is var file && File.Exists(file) && (plan.Inputs.Any(p => p.Name == declared[i].Name) || plan.Defaults.Contains(declared[i].Name))) given.Add(CaseFiles.Read(file, declared[i]));
        var found = plan.Run(given);
        for (int i = 0; i < found.Length; i++)
        {
            if (Path.Combine(set, $"output_{i}.pb") is var file && !File.Exists(file)) continue;
            if (Comparison.Difference(CaseFiles.Read(file, plan.Outputs[i]), found[i], tolerance) is { } difference) return $"output {i} ('{found[i].Name}'): {difference}";
        }

        return null;
    }
}
