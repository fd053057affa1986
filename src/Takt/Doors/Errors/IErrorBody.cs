namespace Takt.Doors.Errors;

/// <summary>How one protocol writes its failures.</summary>
interface IErrorBody
{
    /// <summary>Whether a request speaks this protocol.</summary>
    bool Speaks(HttpContext context);

    /// <summary>Writes the body; the status is already set.</summary>
    Task WriteAsync(HttpContext context, Failure failure);
}
