using System.CommandLine;
using Takt.Graphs.Conformance;
using Takt.Terminal;

namespace Takt.Commands.Models;

/// <summary><c>takt models conform</c></summary>
static class ConformModel
{
    public static Command Create()
    {
        var folder = new Argument<string>("DIR") { Description = "A folder of cases in the layout of the ONNX project's backend tests" };
        return new Command("conform", "Run ONNX conformance cases and compare every output with the expected one") { folder }.Does((context, stop) =>
        {
            var report = ConformanceRunner.Run(context.Get(folder), stop: stop);
            return Task.FromResult(new Answer(
                new
                {
                    passed = report.Passed, failed = report.Failed, unsupported = report.Unsupported,
                    cases = report.Cases.Select(c => new { @case = c.Case, result = c.Result.ToString().ToLowerInvariant(), reason = c.Reason }),
                },
                console =>
                {
                    foreach (var one in report.Cases.Where(c => c.Result != ConformanceResult.Passed)) console.Line($"{one.Case}: {one.Result.ToString().ToLowerInvariant()}: {one.Reason}");
                    console.Line($"{report.Passed} passed, {report.Failed} failed, {report.Unsupported} unsupported.");
                },
                report.Passed == report.Cases.Count ? ExitCodes.Success : ExitCodes.WorkFailed));
        });
    }
}
