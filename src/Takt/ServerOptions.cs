using System.Security.Cryptography.X509Certificates;
using Takt.Serving.Planes;
using Takt.Traces;

namespace Takt;

/// <summary>How <c>takt serve</c> runs.</summary>
sealed record ServerOptions
{
    /// <summary>Where it listens unless told otherwise: this machine only.</summary>
    public const string DefaultUrl = "http://127.0.0.1:7070";

    /// <summary>Folder of the registry. Default <c>./.takt</c>.</summary>
    public string Home { get; init; } = ".takt";

    /// <summary>Addresses to listen on. Default <see cref="DefaultUrl"/>.</summary>
    public IReadOnlyList<string> Urls { get; init; } = [DefaultUrl];

    /// <summary>
    /// Addresses that speak gRPC and nothing else: without encryption one address cannot do both. Null = beside each http address the next port; https addresses speak both anyway.
    /// </summary>
    public IReadOnlyList<string>? GrpcUrls { get; init; }

    /// <summary>Whether nobody has to identify themselves, whoever reaches the server. Default no: only while this machine alone reaches it and there are no accounts.</summary>
    public bool AllowOpen { get; init; }

    /// <summary>Whether other machines may speak to the server without encryption. Default no.</summary>
    public bool AllowPlaintext { get; init; }

    /// <summary>The certificate for https addresses, with its private key; null = one that Takt makes and keeps in its home.</summary>
    public X509Certificate2? Certificate { get; init; }

    /// <summary>Largest body of a request in bytes. Default 64 MiB.</summary>
    public long MaxRequestBytes { get; init; } = 64L << 20;

    /// <summary>How models are kept and computed.</summary>
    public ServingOptions Serving { get; init; } = new();

    /// <summary>How long calls may take to end once the server is told to stop. Default 10 s.</summary>
    public TimeSpan ShutdownTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Where traces of calls go; null = nowhere, the default.</summary>
    public TraceOptions? Traces { get; init; }

    /// <summary>Lines of JSON in the log instead of text for people. Default no.</summary>
    public bool JsonLog { get; init; }

    /// <summary>What else runs in the server, such as the demo plant; null = nothing.</summary>
    public Action<WebApplicationBuilder>? Compose { get; init; }
}
