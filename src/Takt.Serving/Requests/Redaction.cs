using Takt.Protocols.Deployments;
using Takt.Serving.Backends;
using Takt.Serving.Statistics;

namespace Takt.Serving.Requests;

/// <summary>
/// Decides which values of a call may be kept. Where anything is to be hidden, only names that the model knows and that are not hidden are let through: a mistyped
/// name of a hidden column must not let its value out.
/// </summary>
/// <param name="hidden">Names whose values are never kept; empty = everything may be.</param>
/// <param name="model">What the call's model takes and gives; null = that was never found out.</param>
/// <param name="spec">The deployment, which names the parameters that it looks at; null = it looks at none.</param>
sealed class Redaction(IReadOnlyList<string> hidden, ModelDescription? model, DeploymentSpec? spec = null)
{
    readonly SortedSet<string> _found = new(StringComparer.Ordinal);

    /// <summary>Whether nothing is to be hidden.</summary>
    public bool IsNothing => hidden.Count == 0;

    /// <summary>The names whose values were taken out so far.</summary>
    public IReadOnlyList<string> Found => [.. _found];

    /// <summary>Whether the value of a column must not be kept: it is hidden, or it goes into a tensor that is.</summary>
    /// <param name="key">Its name, with or without a unit in brackets.</param>
    public bool HidesColumn(string key) => Hides(key, IsHidden(key) || !IsColumn(key) || model!.Inputs.Any(input => !IsColumn(input.Name) && IsHidden(input.Name)));

    /// <summary>Whether the values of an input must not be kept: it is hidden, or it holds columns of which one is.</summary>
    public bool HidesInput(string name) => Hides(name, IsHidden(name) || model?.Inputs.Any(i => i.Name == name) != true || (!IsColumn(name) && model.Columns.Any(c => IsHidden(c.Name))));

    /// <summary>Whether the values of an output, or of the target, must not be kept.</summary>
    public bool HidesOutput(string name) => Hides(name, IsHidden(name));

    /// <summary>Whether a parameter of the call must not be kept: it is hidden, or nothing says that it is another one than a hidden one mistyped.</summary>
    public bool HidesParameter(string name) => Hides(name, IsHidden(name) || !IsParameter(name));

    /// <summary>What may be told of a call that failed to everyone who may read: what was wrong with a request quotes its values, so where any are hidden only that it was.</summary>
    public static string MessageOf(Exception failure, RequestLogSpec? log) =>
        log is { Redact.Count: > 0 } && FailureReasons.Of(failure) == FailureReason.BadInput ? "a request that does not fit the model; what was wrong with it is not kept, for values are redacted" : failure.Message;

    bool Hides(string name, bool isHidden)
    {
        if (IsNothing || !isHidden) return false;
        _found.Add(name);
        return true;
    }

    bool IsHidden(string name) => hidden.Any(h => Same(h, name) || Same(WithoutUnit(h), WithoutUnit(name)));

    bool IsParameter(string name) => spec is not null && (spec.SplitBy == name || spec.Rules.Any(rule => rule.When.ContainsKey(name)));

    bool IsColumn(string name) => model?.Columns.Any(c => Same(c.Name, name) || Same(c.Name, WithoutUnit(name))) == true;

    static bool Same(string one, string other) => string.Equals(one.Trim(), other.Trim(), StringComparison.OrdinalIgnoreCase);

    /// <summary><c>Torque [Nm]</c> is <c>Torque</c>.</summary>
    static string WithoutUnit(string name) => name.TrimEnd() is [.., ']'] closed && closed.LastIndexOf('[') is var open and > 0 ? closed[..open].TrimEnd() : name;
}
