namespace Takt.Registry.Settings;

/// <summary>What servers of a home were told, and hold to.</summary>
public sealed record ServerSetting
{
    /// <summary>What it is about: <see cref="SettingStore.Trace"/> or <see cref="SettingStore.Log"/>.</summary>
    public required string Kind { get; init; }

    /// <summary>The model it is about; <see cref="SettingStore.EveryModel"/> = the server.</summary>
    public required string Model { get; init; }

    /// <summary>What was said: a JSON object, a field a setting. Empty = everything was taken back.</summary>
    public required string Value { get; init; }

    /// <summary>Rises with every change of any setting.</summary>
    public long Revision { get; init; }

    /// <summary>Since when.</summary>
    public DateTimeOffset ChangedAt { get; init; }
}
