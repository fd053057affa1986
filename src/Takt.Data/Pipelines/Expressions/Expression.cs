using System.Diagnostics.CodeAnalysis;
using Takt.Protocols.Problems;

namespace Takt.Data.Pipelines.Expressions;

/// <summary>An arithmetic expression over the columns of a table. It can do nothing but arithmetic: text from a spec is safe to run.</summary>
/// <remarks>Tightest first: functions and parentheses; ^ (right to left); − in front; * and /; + and −. So −x^2 is −(x²).
/// Functions: abs, sqrt, exp, log (natural), log10, sin, cos, tan, floor, and min, max of two or more.</remarks>
sealed class Expression
{
    readonly Node _root;

    readonly OrderedDictionary<string, int> _positions;

    internal Expression(Node root, OrderedDictionary<string, int> positions) => (_root, _positions, Columns) = (root, positions, [.. positions.Keys]);

    /// <summary>The columns that it names, each once, in order of appearance.</summary>
    public IReadOnlyList<string> Columns { get; }

    /// <summary>Where a column is named first, counted from 1.</summary>
    internal int PositionOf(string column) => _positions[column];

    /// <summary>Reads an expression.</summary>
    /// <exception cref="InputException">It cannot be read; the problem names the position.</exception>
    public static Expression Parse(string text) => TryParse(text, out var expression, out var error)
        ? expression
        : throw new InputException($"'{text}', {error.Found} at position {error.Position}", error.Expected, error.WayOut);

    internal static bool TryParse(string text, [NotNullWhen(true)] out Expression? expression, [NotNullWhen(false)] out ExpressionError? error)
    {
        try
        {
            (expression, error) = (new ExpressionParser(text).Parse(), null);
            return true;
        }
        catch (ExpressionError e)
        {
            (expression, error) = (null, e);
            return false;
        }
    }

    /// <summary>The value for one row; NaN where an input is missing or the arithmetic has no answer.</summary>
    /// <param name="inputs">The columns' values, in the order of <see cref="Columns"/>.</param>
    /// <param name="row">From 0.</param>
    public double At(double[][] inputs, int row) => _root.At(inputs, row);
}

/// <summary>Where and why an expression cannot be read; positions count from 1.</summary>
sealed class ExpressionError(string found, int position, string expected, string? wayOut = null) : Exception(found)
{
    public string Found { get; } = found;
    public int Position { get; } = position;
    public string Expected { get; } = expected;
    public string? WayOut { get; } = wayOut;
}
