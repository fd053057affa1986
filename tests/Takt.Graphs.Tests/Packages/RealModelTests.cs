using Takt.Graphs.Packages;
using Takt.Protocols.Problems;
using Takt.Tests;
using Xunit.Abstractions;

namespace Takt.Graphs.Tests.Packages;

/// <summary>Networks that people made with PyTorch, Keras and scikit-learn, imported as they are.</summary>
public class RealModelTests(ITestOutputHelper output)
{
    [SharedDataFact("conformance/onnx-models/README.md")]
    public void Real_networks_are_imported_with_cases_that_verify()
    {
        string[] files = [.. Directory.EnumerateFiles(SharedData.PathOf("conformance/onnx-models"), "model.onnx", SearchOption.AllDirectories).Order(StringComparer.Ordinal)];
        var wrong = new List<string>();
        foreach (string file in files)
        {
            string name = Path.GetFileName(Path.GetDirectoryName(file)!);
            try
            {
                var package = OnnxImport.Read(file, name, DateTimeOffset.UnixEpoch);
                output.WriteLine($"{name}: {string.Join(", ", package.Card.Graph!.Inputs)} → {string.Join(", ", package.Card.Graph.Outputs)}; {package.Samples!.Cases.Count} cases");
                if (package.Samples.Cases.Count == 0) wrong.Add($"{name}: no cases");
                if (!package.Verify().Passed) wrong.Add($"{name}: answers differently");
            }
            catch (InputException refused)
            {
                wrong.Add($"{name}: {refused.Message}");
            }
        }

        Assert.Empty(wrong);
        Assert.Equal(10, files.Length);
    }
}
