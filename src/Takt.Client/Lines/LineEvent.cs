using Takt.Protocols.Lines;

namespace Takt.Client.Lines;

/// <summary>Something that happened on a line: a <see cref="CycleEvent"/>, a <see cref="ReadingEvent"/> or a <see cref="FaultEvent"/>.</summary>
public abstract record LineEvent
{
    private protected LineEvent() { }
}

/// <summary>A machine cycle ended.</summary>
/// <param name="Cycle">The cycle with its values, in the order of the stations' signals.</param>
public sealed record CycleEvent(CycleMessage Cycle) : LineEvent;

/// <summary>The line's first monitor judged a cycle.</summary>
/// <param name="Reading">Its probability of a fault.</param>
public sealed record ReadingEvent(ReadingMessage Reading) : LineEvent;

/// <summary>A fault was flagged, has changed or is over.</summary>
/// <param name="Fault">The fault as it is now.</param>
public sealed record FaultEvent(FaultEventMessage Fault) : LineEvent;
