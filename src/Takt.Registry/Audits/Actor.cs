namespace Takt.Registry.Audits;

/// <summary>On whose behalf the registry is changed. It flows along with the work, through awaits too.</summary>
public static class Actor
{
    /// <summary>Work that nobody asked for: the server's own.</summary>
    public const string System = "takt";

    static readonly AsyncLocal<string?> s_current = new();

    /// <summary>Who acts now: <c>user:anna</c>, <c>key:k7f3a2</c>, <c>command:anna</c>, or <see cref="System"/>.</summary>
    public static string Current => s_current.Value ?? System;

    /// <summary>From here on, in this flow of work, this is who acts.</summary>
    public static void Set(string actor) => s_current.Value = actor;
}
