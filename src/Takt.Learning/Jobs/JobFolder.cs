using System.Globalization;
using System.Text.Json;
using Takt.Data.Files;
using Takt.Learning.Checkpoints;

namespace Takt.Learning.Jobs;

/// <summary>The folder of one run: checkpoints, <c>run.json</c>, <c>log.txt</c> and at last the package.</summary>
/// <remarks>A run that is started again in its folder goes on where it was.</remarks>
public sealed class JobFolder
{
    /// <summary>A page that shows a run looks again about twice a second; more often would only wear the disk.</summary>
    static readonly TimeSpan RecordInterval = TimeSpan.FromMilliseconds(250);

    readonly TimeProvider _clock;
    long _written;

    /// <summary>Makes the folder if it is not there.</summary>
    public JobFolder(string path, TimeProvider clock) => (Path, _clock) = (Directory.CreateDirectory(path).FullName, clock);

    /// <summary>The folder.</summary>
    public string Path { get; }

    /// <summary>The run record.</summary>
    public string RecordPath => In("run.json");

    /// <summary>Where the package goes.</summary>
    public string PackagePath(string name) => In($"{name}.takt");

    /// <summary>The checkpoint of one network of the run, from 1.</summary>
    public CheckpointFile Checkpoint(int member) => new(In($"member-{member}.checkpoint"));

    /// <summary>Writes the record, whole or not at all.</summary>
    /// <param name="record">The record.</param>
    /// <param name="always">False: only if some time has passed since the last.</param>
    public void Write(RunRecord record, bool always)
    {
        long now = _clock.GetTimestamp();
        if (!always && _written != 0 && _clock.GetElapsedTime(_written, now) < RecordInterval) return;
        _written = now;
        AtomicFile.Write(RecordPath, file => JsonSerializer.Serialize(file, record, RunRecord.Json), flush: always);
    }

    /// <summary>Adds a line to the log.</summary>
    public void Log(string line) =>
        File.AppendAllText(In("log.txt"), string.Create(CultureInfo.InvariantCulture, $"{_clock.GetUtcNow():yyyy-MM-dd HH:mm:ss.fff}Z {line}\n"));

    string In(string file) => System.IO.Path.Combine(Path, file);
}
