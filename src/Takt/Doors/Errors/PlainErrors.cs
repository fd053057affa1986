namespace Takt.Doors.Errors;

/// <summary>Failures outside every protocol, as a line of text.</summary>
sealed class PlainErrors : IErrorBody
{
    public static readonly PlainErrors Instance = new();

    public bool Speaks(HttpContext context) => true;

    public Task WriteAsync(HttpContext context, Failure failure)
    {
        context.Response.ContentType = "text/plain; charset=utf-8";
        return context.Response.WriteAsync($"{failure.Title}: {failure.Text}\n");
    }
}
