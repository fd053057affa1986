using Microsoft.AspNetCore.Http;
using Takt.Protocols.Problems;

namespace Takt.Web.Reading;

/// <summary>Reads what the forms of pages send.</summary>
public static class Forms
{
    /// <summary>The fields of a form.</summary>
    /// <exception cref="InputException">The body is no form, is damaged, or has more or longer fields than any form of ours.</exception>
    public static async Task<IFormCollection> FormAsync(this HttpRequest request, CancellationToken stop)
    {
        const string expected = "the fields of a form, as a browser sends them";
        if (!request.HasFormContentType) throw new InputException(string.IsNullOrEmpty(request.ContentType) ? "a body without Content-Type" : $"Content-Type '{request.ContentType}'", expected);
        try
        {
            return await request.ReadFormAsync(stop);
        }
        catch (Exception broken) when (broken is InvalidDataException or InvalidOperationException { Source: "System.IO.Compression.Brotli" } or IOException and not BadHttpRequestException)
        {
            throw new InputException($"a form that cannot be read ({broken.Message.TrimEnd('.')})", expected);
        }
    }
}
