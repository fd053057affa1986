namespace Takt.Client.Sending;

/// <summary>One thing that is asked of the server.</summary>
/// <param name="Method">HTTP method.</param>
/// <param name="Path">Path below the server's address, without a leading slash.</param>
/// <param name="Effect">What it does there.</param>
sealed record Call(HttpMethod Method, string Path, Effect Effect = Effect.None)
{
    /// <summary>Makes the body, anew for each attempt, of what is left of the context's timeout (null = it has none); null = no body.</summary>
    public Func<TimeSpan?, HttpContent>? Body { get; init; }

    /// <summary>What a call of a model says about its time; null = the options' time counts.</summary>
    public CallContext? Context { get; init; }

    /// <summary>Whether the first answer counts, whatever it says.</summary>
    public bool Once { get; init; }

    /// <summary>A path of names, each escaped: '@' and ':' of a model are a matter of the server alone.</summary>
    public static string PathOf(params IEnumerable<string> names) => string.Join('/', names.Select(Uri.EscapeDataString));
}

/// <summary>What a call does to the server, and so when it may be sent again.</summary>
enum Effect
{
    /// <summary>Nothing: it reads or computes.</summary>
    None,

    /// <summary>It sets something to a value. Sent twice it is as good as once, unless somebody else set another value in between.</summary>
    Sets,

    /// <summary>It goes a step each time: sent twice, it goes two.</summary>
    Steps,
}
