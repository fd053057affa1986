using System.Text.Json;
using System.Text.Json.Nodes;
using Takt.Protocols.OpenInference;
using Takt.Protocols.Rows;

namespace Takt.Serving.Shadows;

/// <summary>Two answers to one request, side by side.</summary>
sealed class Comparison
{
    /// <summary>Whether they are equal to the last bit.</summary>
    public bool IsEqual { get; private set; } = true;

    /// <summary>Labels, texts and truths that differ, and answers that only one gave.</summary>
    public long Decisions { get; private set; }

    /// <summary>The greatest difference between two numbers; null = no numbers were compared.</summary>
    public double? Greatest { get; private set; }

    /// <summary>Where that was.</summary>
    public string? GreatestAt { get; private set; }

    /// <summary>Compares predictions of rows.</summary>
    public static Comparison Of(IReadOnlyList<RowPrediction> given, IReadOnlyList<RowPrediction> shadow)
    {
        var found = new Comparison();
        found.Count(given.Count, shadow.Count);
        foreach (var (one, other) in given.Zip(shadow))
        {
            if (Number(one.Value) is { } number && Number(other.Value) is { } otherNumber) found.Add("value", number, otherNumber);
            else if (one.Value.ToJsonString() != other.Value.ToJsonString()) found.Differs();
            if (one.Probability is { } probability && other.Probability is { } otherProbability) found.Add("probability", probability, otherProbability);
        }

        return found;
    }

    /// <summary>Compares tensors by name; one that only one model gives is no difference.</summary>
    public static Comparison Of(IReadOnlyList<InferTensor> given, IReadOnlyList<InferTensor> shadow)
    {
        var found = new Comparison();
        foreach (var one in given)
        {
            if (shadow.FirstOrDefault(t => t.Name == one.Name) is not { } other) continue;
            found.Count(one.Count, other.Count);
            if (one.Count != other.Count) continue;
            if (one.Type == other.Type && one.Bytes.Span.SequenceEqual(other.Bytes.Span) && one.Type is not (TensorType.Bytes or TensorType.Bool))
            {
                found.Add(one.Name, 0, 0);
            }
            else if (one.AsDoubles() is { } numbers && other.AsDoubles() is { } others && one.Type != TensorType.Bool)
            {
                for (int i = 0; i < numbers.Length; i++) found.Add(one.Name, numbers[i], others[i]);
            }
            else
            {
                found.Differ(one, other);
            }
        }

        return found;
    }

    void Differ(InferTensor one, InferTensor other)
    {
        if (one.Type != other.Type)
        {
            Differs();
            return;
        }

        for (int i = 0; i < one.Count; i++)
            if (one.Type == TensorType.Bytes ? one.Texts.Span[i] != other.Texts.Span[i] : one.Bytes.Span[i] != other.Bytes.Span[i])
                Differs();
    }

    void Count(long given, long shadow)
    {
        for (long i = Math.Min(given, shadow); i < Math.Max(given, shadow); i++) Differs();
    }

    void Add(string where, double one, double other)
    {
        // Two values that are not numbers agree; one of them alone is as far off as can be.
        double difference = one.Equals(other) ? 0 : double.IsNaN(one) || double.IsNaN(other) ? double.PositiveInfinity : Math.Abs(one - other);
        if (difference > 0) IsEqual = false;
        if (!(difference <= Greatest)) (Greatest, GreatestAt) = (difference, where);
    }

    void Differs()
    {
        Decisions++;
        IsEqual = false;
    }

    static double? Number(JsonValue value) => value.GetValueKind() == JsonValueKind.Number ? value.GetValue<double>() : null;
}
