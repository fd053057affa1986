using System.CommandLine;
using System.Text;
using Takt.Data.Readers;
using Takt.Protocols.Rows;
using Takt.Terminal;

namespace Takt.Commands;

/// <summary>The flags of every command that reads a table: what the reader would otherwise find out itself.</summary>
sealed class ReadingFlags
{
    readonly Option<string?> _encoding = new("--encoding") { Description = "Encoding of the file, such as latin1 or gb18030; default: found out", HelpName = "E" };
    readonly Option<bool> _skip = new("--skip-bad-rows") { Description = "Leave rows out that cannot be read and say which, instead of stopping" };

    /// <summary>Adds the flags to a command.</summary>
    public Command AddTo(Command command)
    {
        command.Add(_encoding);
        command.Add(_skip);
        return command;
    }

    /// <summary>What the flags say.</summary>
    public ReadOptions Options(CommandContext context) => new()
    {
        Encoding = context.Get(_encoding) is { } name ? EncodingName.Find(name) : null,
        OnBadRow = context.Get(_skip) ? OnError.Skip : OnError.Fail,
    };

    /// <summary>Tells of the rows that were left out.</summary>
    public static void Tell(CommandContext context, ReadResult read)
    {
        foreach (var bad in read.BadRows) context.Terminal.Progress.Line(bad.ToString());
        if (read.BadRowCount > read.BadRows.Count) context.Terminal.Progress.Line($"… and {read.BadRowCount - read.BadRows.Count} more bad rows.");
    }
}
