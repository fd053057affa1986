using System.Text.Json.Nodes;
using Takt.Data.Pipelines.Steps;

namespace Takt.Learning.Specs;

/// <summary>
/// What one training is to do: the content of a train spec (YAML or JSON), read by <see cref="TrainSpecReader"/>. Every default is stated on its member;
/// what the reader derives from other keys (<see cref="ModelSpec.Family"/> from a window, <see cref="SplitSpec.By"/> from group and time) is said there.
/// </summary>
public sealed record TrainSpec
{
    /// <summary>The model's name in the registry: lower case letters, digits, '-', '_' and '.'.</summary>
    public required string Name { get; init; }

    /// <summary>What is to be learned; null = inferred from the target column by <see cref="TaskInference"/> once the data is read.</summary>
    public LearningTask? Task { get; init; }

    /// <summary>Where the rows come from and how they are parted.</summary>
    public required DataSpec Data { get; init; }

    /// <summary>The preparation steps as written, for <see cref="Takt.Data.Pipelines.PrepareSpecReader"/>, which has found them right; null = <c>auto</c>.</summary>
    public JsonNode? Prepare { get; init; }

    /// <summary>Windows over time, made after the preparation steps; null = one sample per row, or as a window step of <see cref="Prepare"/> says. Default of the reader: as <see cref="WindowSpec"/> where the family is lstm.</summary>
    public WindowSpec? Window { get; init; }

    /// <summary>The network.</summary>
    public ModelSpec Model { get; init; } = new();

    /// <summary>How it is trained.</summary>
    public TrainingSpec Train { get; init; } = new();

    /// <summary>The folder that relative paths start from (the spec file's); null = the current folder. Not part of the written spec or its hash.</summary>
    public string? Folder { get; init; }

    /// <summary>The full path of a file named in the spec.</summary>
    public string PathOf(string file) => Path.GetFullPath(file, Path.GetFullPath(Folder ?? "."));
}

/// <summary>The tasks that can be trained from a table.</summary>
public enum LearningTask
{
    /// <summary>One of two or more classes.</summary>
    Classification,

    /// <summary>A number, remaining life included.</summary>
    Regression,
}

/// <summary>Samples of several consecutive rows of one group, ending in the row that is predicted for.</summary>
public sealed record WindowSpec
{
    /// <summary>Rows per window, 1 to 10,000. Default 30, the usual one for remaining life.</summary>
    public int Length { get; init; } = 30;

    /// <summary>Rows from one training window to the next. Default 1.</summary>
    public int Stride { get; init; } = 1;

    /// <summary>What stands before the first row of a group. Default <see cref="WindowPadding.First"/>: a young machine is predicted too.</summary>
    public WindowPadding Padding { get; init; }
}
