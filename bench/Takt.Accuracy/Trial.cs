using System.Diagnostics;
using Takt.Learning.Jobs;
using Takt.Learning.Specs;

namespace Takt.Accuracy;

/// <summary>One training of a protocol, measured.</summary>
/// <param name="Outcome">What came out.</param>
/// <param name="Seconds">From reading the file to the written package.</param>
/// <param name="ProcessorSeconds">Processor time of all threads: what a machine without other work would need at most.</param>
sealed record Trial(TrainOutcome Outcome, double Seconds, double ProcessorSeconds)
{
    /// <summary>Trains in a folder of its own, which is removed.</summary>
    public static Trial Run(TrainSpec spec, TimeProvider clock)
    {
        string folder = Directory.CreateTempSubdirectory("takt-accuracy").FullName;
        try
        {
            var processor = Process.GetCurrentProcess().TotalProcessorTime;
            long started = clock.GetTimestamp();
            var outcome = TrainJob.Run(spec, folder, progress: null, clock);
            return new(outcome, clock.GetElapsedTime(started).TotalSeconds, (Process.GetCurrentProcess().TotalProcessorTime - processor).TotalSeconds);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
