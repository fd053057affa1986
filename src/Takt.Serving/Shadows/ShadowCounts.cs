using Takt.Protocols.Deployments;

namespace Takt.Serving.Shadows;

/// <summary>How one shadow compares so far.</summary>
sealed class ShadowCounts
{
    readonly Lock _gate = new();
    ShadowState _state = new(0, 0, 0, null, null, 0, 0);

    public ShadowState State { get { lock (_gate) return _state; } }

    public void Compared(Comparison found)
    {
        lock (_gate)
        {
            _state = _state with { Compared = _state.Compared + 1, Equal = _state.Equal + (found.IsEqual ? 1 : 0), Decisions = _state.Decisions + found.Decisions };
            if (found.Worst is { Name: var name, Absolute: { Size: var greatest } } && !(greatest <= _state.GreatestDifference)) _state = _state with { GreatestDifference = Math.Min(greatest, double.MaxValue), GreatestAt = name }; // JSON knows no infinity
        }
    }

    public void Failed()
    {
        lock (_gate) _state = _state with { Failed = _state.Failed + 1 };
    }

    public void Skipped()
    {
        lock (_gate) _state = _state with { Skipped = _state.Skipped + 1 };
    }
}
