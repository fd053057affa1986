using System.Text;

namespace Takt.Protocols.Problems;

/// <summary>One thing that is wrong with what a person or a program gave us: what was found, what was expected, and the way out.</summary>
/// <param name="Found">What is there, quoted shortly: <c>'epohcs' in train</c>.</param>
/// <param name="Expected">What should be there; null where <paramref name="Found"/> says it all.</param>
/// <param name="WayOut">What to do about it; null where the expectation is the way out.</param>
/// <param name="Where">File, line, column, row or field: <c>press.csv line 12 column 3</c>; null where there is only one place.</param>
public record Problem(string Found, string? Expected = null, string? WayOut = null, string? Where = null)
{
    /// <summary>The whole problem as one sentence: <c>where: found …; expected …. Way out.</c></summary>
    public sealed override string ToString()
    {
        var text = new StringBuilder();
        if (Where is not null) text.Append(Where).Append(": ");
        text.Append(Found);
        if (Expected is not null) text.Append("; expected ").Append(Expected);
        text.Append('.');
        if (WayOut is not null) text.Append(' ').Append(WayOut).Append(WayOut.EndsWith('.') || WayOut.EndsWith('?') ? "" : ".");
        return text.ToString();
    }
}
