namespace Takt.Load;

/// <summary>A connection that sends the same request again and again.</summary>
interface IConnection : IDisposable
{
    /// <summary>Sends the request and reads the whole answer.</summary>
    /// <returns>Its HTTP status; 0 = the connection broke.</returns>
    ValueTask<int> AskAsync(CancellationToken stop);
}
