namespace Takt.Doors.Errors;

/// <summary>How one protocol writes its failures.</summary>
interface IErrorBody
{
    /// <summary>Paths that begin so speak this protocol.</summary>
    PathString Prefix { get; }

    /// <summary>Writes the body; the status is already set.</summary>
    Task WriteAsync(HttpContext context, Failure failure);
}
