namespace Takt.Learning.Specs;

/// <summary>A model that training goes on from, and which of its weights it moves.</summary>
public sealed record BaseModelSpec
{
    /// <summary>An ONNX file or package (<c>.onnx</c>, <c>.takt</c>), or a model of the registry: <c>NAME</c>, <c>NAME:VERSION</c> or <c>NAME@ALIAS</c>.</summary>
    public required string From { get; init; }

    /// <summary>Names of the weights that are trained; null = those of <see cref="LastLayers"/>.</summary>
    public IReadOnlyList<string>? Names { get; init; }

    /// <summary>How many layers are trained, from the last one back; null = all. Default all.</summary>
    public int? LastLayers { get; init; }

    /// <summary>Where the file of a registered model lies: whoever knows the registry says it. Not part of the written spec or its hash.</summary>
    public string? Path { get; init; }

    /// <summary>Whether <see cref="From"/> names a model of the registry rather than a file.</summary>
    public bool IsReference => From.IndexOfAny(['/', '\\']) < 0 && System.IO.Path.GetExtension(From).ToLowerInvariant() is not (".onnx" or ".takt");
}
