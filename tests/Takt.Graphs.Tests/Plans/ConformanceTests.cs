using Takt.Graphs.Conformance;
using Takt.Tests;
using Xunit.Abstractions;

namespace Takt.Graphs.Tests.Plans;

/// <summary>The ONNX project's own cases, more with answers from scikit-learn, PyTorch and numpy, and whole networks.</summary>
public class ConformanceTests(ITestOutputHelper output)
{
    [SharedDataFact("conformance/onnx-node/manifest.csv")]
    public void Operators_answer_as_their_definitions_say() => AssertAllPass("conformance/onnx-node/manifest.csv", 901);

    [SharedDataFact("conformance/onnx-models/README.md")]
    public void Whole_networks_answer_as_they_do_elsewhere() => AssertAllPass("conformance/onnx-models/README.md", 10);

    void AssertAllPass(string fileInFolder, int count)
    {
        var report = ConformanceRunner.Run(Path.GetDirectoryName(SharedData.PathOf(fileInFolder))!);
        output.WriteLine($"{report.Passed} passed, {report.Failed} failed, {report.Unsupported} unsupported");
        foreach (var one in report.Cases.Where(c => c.Result != ConformanceResult.Passed)) output.WriteLine($"{one.Case}: {one.Result}: {one.Reason}");
        Assert.Equal(count, report.Cases.Count);
        Assert.Equal(count, report.Passed);
    }
}
