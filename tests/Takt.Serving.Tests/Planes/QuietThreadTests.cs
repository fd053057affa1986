using System.Globalization;
using Takt.Serving.Planes;
using Xunit;

namespace Takt.Serving.Tests.Planes;

public class QuietThreadTests
{
    [LinuxFact]
    public async Task Work_is_nicer_than_the_threads_that_answer()
    {
        int quiet = await QuietThread.RunAsync(() => Task.FromResult(Niceness()));

        Assert.Equal(10, quiet);
        Assert.Equal(0, await Task.Run(Niceness));
    }

    [Fact]
    public async Task What_goes_wrong_reaches_whoever_waits()
    {
        var failure = await Assert.ThrowsAsync<InvalidDataException>(() => QuietThread.RunAsync<int>(() => throw new InvalidDataException("broken")));

        Assert.Equal("broken", failure.Message);
    }

    /// <summary>The nineteenth field of proc_pid_stat(5): the seventeenth after the name in brackets.</summary>
    static int Niceness() => int.Parse(File.ReadAllText("/proc/thread-self/stat").Split(") ")[^1].Split(' ')[16], CultureInfo.InvariantCulture);

    sealed class LinuxFactAttribute : FactAttribute
    {
        public LinuxFactAttribute()
        {
            if (!OperatingSystem.IsLinux()) Skip = "the niceness of a thread is read from /proc, which Linux has";
        }
    }
}
