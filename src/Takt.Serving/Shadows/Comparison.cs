using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Takt.Protocols.OpenInference;
using Takt.Protocols.Rows;

namespace Takt.Serving.Shadows;

/// <summary>Two answers to one request, side by side: tensor by tensor, or field by field of predictions.</summary>
sealed class Comparison
{
    readonly List<PartComparison> _parts = [];

    /// <summary>How each tensor compares; for rows <c>value</c> and the probabilities.</summary>
    public IReadOnlyList<PartComparison> Parts => _parts;

    /// <summary>Whether they are equal to the last bit; a zero is equal to a negative one, and two values that are not numbers are equal.</summary>
    public bool IsEqual => _parts.TrueForAll(p => p.Decisions == 0 && p.Absolute is not { Size: > 0 });

    /// <summary>Labels, texts and truths that differ, and answers that only one gave.</summary>
    public long Decisions => _parts.Sum(p => p.Decisions);

    /// <summary>The part with the greatest difference between two numbers; null = no numbers were compared.</summary>
    public PartComparison? Worst => _parts.Where(p => p.Absolute is not null).MaxBy(p => p.Absolute!.Value.Size);

    /// <summary>Compares predictions, row by row.</summary>
    public static Comparison Of(IReadOnlyList<RowPrediction> given, IReadOnlyList<RowPrediction> other)
    {
        var found = new Comparison();
        var others = other.ToDictionary(p => p.Row);
        int met = 0;
        foreach (var one in given)
        {
            if (!others.TryGetValue(one.Row, out var two))
            {
                found.Part("value").Differ();
                continue;
            }

            met++;
            found.Compare(one, two);
        }

        for (int i = met; i < other.Count; i++) found.Part("value").Differ();
        return found;
    }

    /// <summary>Compares tensors by name; one that only one model gives is no difference.</summary>
    public static Comparison Of(IReadOnlyList<InferTensor> given, IReadOnlyList<InferTensor> other)
    {
        var found = new Comparison();
        foreach (var one in given)
            if (other.FirstOrDefault(t => t.Name == one.Name) is { } two)
                found.Part(one.Name).Compare(one, two);
        return found;
    }

    void Compare(RowPrediction one, RowPrediction two)
    {
        var value = Part("value");
        // A label is a decision, if it is written as a number too.
        if (one.Probability is null && Number(one.Value) is { } number && Number(two.Value) is { } otherNumber) value.Add(one.Row, null, number, otherNumber);
        else if (one.Value.ToJsonString() == two.Value.ToJsonString()) value.Agree(1);
        else value.Differ();
        if (one.Probability is { } probability && two.Probability is { } otherProbability) Part("probability").Add(one.Row, null, probability, otherProbability);
        if (one.Probabilities is not { Count: > 2 } all || two.Probabilities is not { } otherAll) return; // of two classes one probability says it all
        foreach (var (label, share) in all)
            if (otherAll.TryGetValue(label, out double otherShare)) Part($"probability of {label}").Add(one.Row, null, share, otherShare);
    }

    PartComparison Part(string name)
    {
        foreach (var part in _parts)
            if (part.Name == name) return part;
        var made = new PartComparison(name);
        _parts.Add(made);
        return made;
    }

    static double? Number(JsonValue value) => value.GetValueKind() == JsonValueKind.Number ? value.GetValue<double>() : null;
}

/// <summary>How two answers compare in one tensor, or in one field of predictions.</summary>
sealed class PartComparison(string name)
{
    /// <summary>The tensor's name, or the field's.</summary>
    public string Name => name;

    /// <summary>Elements compared.</summary>
    public long Elements { get; private set; }

    /// <summary>Those that are equal to the last bit.</summary>
    public long EqualBits { get; private set; }

    /// <summary>Labels, texts and truths that differ, and elements that only one answer has.</summary>
    public long Decisions { get; private set; }

    /// <summary>The greatest difference between two numbers; null = no numbers were compared.</summary>
    public PlacedDifference? Absolute { get; private set; }

    /// <summary>The greatest difference in relation to the larger of the two; null = no numbers were compared.</summary>
    public PlacedDifference? Relative { get; private set; }

    /// <summary>Elements that agree.</summary>
    public void Agree(long elements)
    {
        Elements += elements;
        EqualBits += elements;
    }

    /// <summary>An element whose labels differ, or that only one answer has.</summary>
    public void Differ()
    {
        Elements++;
        Decisions++;
    }

    /// <summary>Compares two numbers.</summary>
    /// <param name="element">Which element, or which row.</param>
    /// <param name="shape">The tensor's shape; null = it is a row.</param>
    /// <param name="one">The first answer's.</param>
    /// <param name="other">The other's.</param>
    public void Add(long element, IReadOnlyList<long>? shape, double one, double other)
    {
        Elements++;
        if (BitConverter.DoubleToInt64Bits(one) == BitConverter.DoubleToInt64Bits(other)) EqualBits++;
        // Two values that are not numbers agree; one of them alone is as far off as can be.
        double difference = one.Equals(other) ? 0 : double.IsNaN(one) || double.IsNaN(other) ? double.PositiveInfinity : Math.Abs(one - other);
        if (!(difference <= Absolute?.Size)) Absolute = new PlacedDifference(difference, element, shape, one, other);
        double relative = difference == 0 ? 0 : double.IsInfinity(difference) ? double.PositiveInfinity : difference / Math.Max(Math.Abs(one), Math.Abs(other));
        if (!(relative <= Relative?.Size)) Relative = new PlacedDifference(relative, element, shape, one, other);
    }

    /// <summary>Compares two tensors.</summary>
    public void Compare(InferTensor one, InferTensor other)
    {
        for (long i = Math.Min(one.Count, other.Count); i < Math.Max(one.Count, other.Count); i++) Differ();
        if (one.Count != other.Count) return;
        bool isNumbers = one.Type is not (TensorType.Bytes or TensorType.Bool) && other.Type is not (TensorType.Bytes or TensorType.Bool);
        if (isNumbers && one.Type == other.Type && one.Bytes.Span.SequenceEqual(other.Bytes.Span))
        {
            Agree(one.Count);
            Absolute ??= new PlacedDifference(0, 0, one.Shape, 0, 0);
        }
        else if (isNumbers)
        {
            var (numbers, others) = (one.AsDoubles()!, other.AsDoubles()!);
            for (int i = 0; i < numbers.Length; i++) Add(i, one.Shape, numbers[i], others[i]);
        }
        else if (one.Type != other.Type)
        {
            Differ();
        }
        else
        {
            for (int i = 0; i < one.Count; i++)
                if (one.Type == TensorType.Bytes ? one.Texts.Span[i] == other.Texts.Span[i] : one.Bytes.Span[i] == other.Bytes.Span[i]) Agree(1);
                else Differ();
        }
    }
}

/// <summary>A difference between two numbers and where it is.</summary>
/// <param name="Size">How far they are apart; infinite where only one is a number.</param>
/// <param name="Element">Which element, row-major, or which row.</param>
/// <param name="Shape">The tensor's shape; null = it is a row.</param>
/// <param name="One">The first answer's.</param>
/// <param name="Other">The other's.</param>
readonly record struct PlacedDifference(double Size, long Element, IReadOnlyList<long>? Shape, double One, double Other)
{
    /// <summary>The place in words: <c>row 3</c>, <c>[0, 12]</c>.</summary>
    public string Place()
    {
        if (Shape is null) return string.Create(CultureInfo.InvariantCulture, $"row {Element}");
        long[] place = new long[Shape.Count];
        long rest = Element;
        for (int axis = place.Length - 1; axis >= 0; axis--) (rest, place[axis]) = Math.DivRem(rest, Math.Max(1, Shape[axis]));
        return $"[{string.Join(", ", place)}]";
    }
}
