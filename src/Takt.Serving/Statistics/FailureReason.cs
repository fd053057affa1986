using Takt.Protocols.Problems;
using Takt.Serving.Calls;
using Takt.Serving.Catalogs;

namespace Takt.Serving.Statistics;

/// <summary>Why a request got no answer.</summary>
public enum FailureReason
{
    /// <summary>The request was wrong.</summary>
    BadInput,

    /// <summary>There is no such model, alias or version.</summary>
    UnknownModel,

    /// <summary>The package does not load, or the model is not to be served.</summary>
    Unavailable,

    /// <summary>Too many calls waited already.</summary>
    QueueFull,

    /// <summary>The deadline could not be met.</summary>
    Deadline,

    /// <summary>The caller went away.</summary>
    Cancelled,

    /// <summary>The model failed.</summary>
    Failed,
}

/// <summary>The reasons as metrics name them.</summary>
public static class FailureReasons
{
    /// <summary>In Takt's own metrics: <c>queue_full</c>.</summary>
    public static string ToWire(this FailureReason reason) => reason switch
    {
        FailureReason.BadInput => "bad_input",
        FailureReason.UnknownModel => "unknown_model",
        FailureReason.Unavailable => "unavailable",
        FailureReason.QueueFull => "queue_full",
        FailureReason.Deadline => "deadline",
        FailureReason.Cancelled => "cancelled",
        _ => "failed",
    };

    /// <summary>In Triton's metrics: REJECTED, CANCELED, BACKEND or OTHER.</summary>
    public static string ToTriton(this FailureReason reason) => reason switch
    {
        FailureReason.QueueFull or FailureReason.Deadline => "REJECTED",
        FailureReason.Cancelled => "CANCELED",
        FailureReason.Failed => "BACKEND",
        _ => "OTHER",
    };

    internal static FailureReason Of(Exception error) => error switch
    {
        UnknownModelException => FailureReason.UnknownModel,
        InputException => FailureReason.BadInput,
        ModelUnavailableException => FailureReason.Unavailable,
        QueueFullException => FailureReason.QueueFull,
        DeadlineException => FailureReason.Deadline,
        OperationCanceledException => FailureReason.Cancelled,
        _ => FailureReason.Failed,
    };
}
