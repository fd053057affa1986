using System.Globalization;
using Takt.Protocols.OpenInference;

namespace Takt.Doors.OpenInference;

/// <summary>The JSON part of a binary answer: names, types and shapes of the outputs.</summary>
/// <param name="response">The answer it was written for.</param>
/// <param name="text">What was written.</param>
sealed class AnswerHead(InferResponse response, byte[] text)
{
    readonly (string Name, TensorType Type, IReadOnlyList<long> Shape)[] _outputs = [.. response.Outputs.Select(o => (o.Name, o.Type, o.Shape))];
    readonly (string Model, string Version, string? Id) _about = (response.ModelName, response.ModelVersion, response.Id);

    /// <summary>The text.</summary>
    public ReadOnlySpan<byte> Text => text;

    /// <summary>Its length, as the header tells it.</summary>
    public string Length { get; } = text.Length.ToString(CultureInfo.InvariantCulture);

    /// <summary>Whether another answer would be described by the same text, if no values are in either.</summary>
    public bool Fits(InferResponse other)
    {
        if (_about != (other.ModelName, other.ModelVersion, other.Id) || other.Outputs.Count != _outputs.Length) return false;
        for (int i = 0; i < _outputs.Length; i++)
        {
            var (mine, theirs) = (_outputs[i], other.Outputs[i]);
            if (mine.Type != theirs.Type || mine.Name != theirs.Name || mine.Shape.Count != theirs.Shape.Count) return false;
            for (int axis = 0; axis < mine.Shape.Count; axis++)
                if (mine.Shape[axis] != theirs.Shape[axis]) return false;
        }

        return true;
    }
}
