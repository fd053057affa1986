namespace Takt.Client.Sending;

/// <summary>Questions that are answered by the status.</summary>
static class Readiness
{
    const int Unavailable = 503;

    /// <summary>200 is yes and 503 is no.</summary>
    /// <exception cref="TaktException">Any other status, or none.</exception>
    public static async Task<bool> IsReadyAsync(this Sender sender, string path, CancellationToken stop)
    {
        try
        {
            return await sender.AskAsync(new Call(HttpMethod.Get, path) { Once = true }, static (_, _) => true, stop).ConfigureAwait(false);
        }
        catch (TaktException failure) when (failure.Status == Unavailable)
        {
            return false;
        }
    }
}
